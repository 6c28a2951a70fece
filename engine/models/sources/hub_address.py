"""How a person names a model of a hub: owner/name, with a revision or one file of it, or its page.

Plain text in, plain values out; nothing is asked of anybody.
"""

import re
import urllib.parse
from dataclasses import dataclass

from engine.errors import EngineError

_PART = r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9_-])?"
_NAMED = re.compile(rf"({_PART}/{_PART})(?:@([\w./-]+))?(?::([^:]+))?")
_SITES = ("huggingface.co", "www.huggingface.co", "hf.co", "hf-mirror.com")
_PLACES = ("tree", "blob", "resolve")


@dataclass(frozen=True, slots=True)
class HubAddress:
    """A model of a hub; `revision` is a branch, a tag or a commit, `file` "" for all it needs."""

    repository: str
    revision: str = "main"
    file: str = ""


def read_hub_address(text: str) -> HubAddress:
    """What a person typed or pasted. EngineError where it names no model."""
    asked = text.strip()
    try:
        found = _from_page(asked) if "://" in asked or asked.startswith(_SITES) else None
    except ValueError:  # what looks like an address may be none
        found = None
    if found is not None:
        return found
    named = _NAMED.fullmatch(asked)
    if named is None or ".." in asked or "--" in named[1]:
        raise EngineError(f'"{asked[:80]}" does not name a model of a hub.',
                          "Give its owner and its name, as in HuggingFaceTB/SmolLM2-135M-Instruct, "
                          "or paste the address of its page.")
    return HubAddress(named[1], named[2] or "main", named[3] or "")


def looks_like_hub_address(text: str) -> bool:
    """Whether this can only be meant as a model of a hub."""
    try:
        read_hub_address(text)
    except EngineError:
        return False
    return True


def _from_page(address: str) -> HubAddress | None:
    """owner/name[/tree|blob|resolve/revision[/file]] of one of the hub's own pages."""
    parts = urllib.parse.urlsplit(address if "://" in address else f"https://{address}")
    steps = [urllib.parse.unquote(step) for step in parts.path.split("/") if step]
    if parts.hostname not in _SITES or len(steps) < 2 or ".." in "/".join(steps):
        return None
    repository, rest = "/".join(steps[:2]), steps[2:]
    if not _NAMED.fullmatch(repository):
        return None
    if not rest or rest[0] not in _PLACES or len(rest) == 1:
        return HubAddress(repository)
    file = "/".join(rest[2:])
    return HubAddress(repository, rest[1], file if rest[0] != "tree" else "")
