"""What --json prints: one object a line, for scripts that read along."""

from typing import Any

import msgspec


def print_object(told: dict[str, Any]) -> None:
    """One JSON object on a line of stdout, at once."""
    print(msgspec.json.encode(told).decode(), flush=True)
