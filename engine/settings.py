"""The person's choices: one frozen value, saved as JSON, repaired field by field.

A broken field falls back to its default and leaves the others alone. Knows nothing of windows.
"""

import json
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, cast

import msgspec

CURRENT_VERSION = 1


@dataclass(frozen=True, slots=True)
class CollationSettings:
    """How excerpt votes become song tags. Changing it never runs the model.

    `strictness` moves every mood's threshold: -1 shows more tags, +1 fewer, 0 as measured.
    `most_tags` is how many tags a song shows at most.
    `peak_share` 0 takes the mean over the song, 1 its strongest excerpt.
    `count_repeats` lets a chorus count as often as it is sung.
    `experimental` lets moods become tags whose measured quality could as well be chance.
    """

    strictness: float = 0.0
    most_tags: int = 6
    peak_share: float = 0.0
    count_repeats: bool = True
    experimental: bool = False


@dataclass(frozen=True, slots=True)
class WritingSettings:
    """What is written into files where the person asks for moods in them, unless they choose
    otherwise that time. `foreign` says what becomes of moods that are not ours; for the rest see
    WriteOptions in engine.tagging.writing.values, which these become.
    """

    foreign: str = "add"
    tagger: bool = True
    scores: bool = True
    sidecars: bool = False


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the settings page shows.

    `tagger` and `chat_model` are model ids, "" for the first that is installed. `threads` 0 lets
    the program choose. `device` is the name of one of engine.inference.devices.
    `chat_temperature` 0 is greedy; `chat_max_tokens` is the longest reply, in tokens.
    `system_prompt` is what a new conversation tells the model about itself.
    `most_daily_backups` is how many backups of a day are kept, 0 makes none. `most_versions` is how
    many versions of a model are kept beside the one in use.
    """

    appearance: str = "system"
    reduce_motion: bool = False
    tagger: str = ""
    excerpt_tokens: int = 128
    threads: int = 0
    device: str = "cpu"
    chat_model: str = ""
    chat_temperature: float = 0.7
    chat_max_tokens: int = 512
    system_prompt: str = ""
    most_daily_backups: int = 7
    most_versions: int = 5
    collation: CollationSettings = field(default_factory=CollationSettings)
    writing: WritingSettings = field(default_factory=WritingSettings)


_CHOICES: dict[str, tuple[str, ...]] = {"appearance": ("system", "light", "dark"),
                                        "foreign": ("add", "replace", "keep")}
_RANGES: dict[str, tuple[float, float]] = {
    "strictness": (-1.0, 1.0),
    "most_tags": (1, 33),
    "peak_share": (0.0, 1.0),
    "excerpt_tokens": (32, 512),
    "threads": (0, 64),
    "chat_temperature": (0.0, 2.0),
    "chat_max_tokens": (16, 8192),
    "most_daily_backups": (0, 60),
    "most_versions": (1, 50),
}


def load_settings(file: Path) -> Settings:
    """The stored settings; a missing or broken file gives the defaults."""
    try:
        stored = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return Settings()
    return _repaired(Settings(), _as_object(stored))


def save_settings(file: Path, settings: Settings) -> None:
    """Writes beside the file, then replaces it, so that a kill leaves one whole version."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.write_text(json.dumps({"version": CURRENT_VERSION, **asdict(settings)}, indent=2))
    fresh.replace(file)


def _repaired(defaults: Any, stored: dict[str, Any]) -> Any:
    """`defaults` with every stored field that still makes sense."""
    kept: dict[str, Any] = {}
    for known in fields(defaults):
        if known.name not in stored:
            continue
        current = getattr(defaults, known.name)
        value = stored[known.name]
        if isinstance(current, CollationSettings | WritingSettings):
            kept[known.name] = _repaired(current, _as_object(value))
        elif _sensible(known.name, current, value):
            kept[known.name] = msgspec.convert(value, cast("type[Any]", type(current)))
    return replace(defaults, **kept)


def _as_object(value: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _sensible(name: str, default: object, value: object) -> bool:
    try:
        converted = msgspec.convert(value, type(default), strict=True)
    except msgspec.ValidationError:
        return False
    if name in _CHOICES:
        return converted in _CHOICES[name]
    if name in _RANGES:
        low, high = _RANGES[name]
        return low <= converted <= high  # type: ignore[operator]
    return True
