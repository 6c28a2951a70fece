"""The files that come with a card: pictures of moods, backgrounds, sounds.

Knows their addresses and how much of them is taken; fetches nothing from anywhere.
"""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.chat.cards.fields import list_of, object_of, text_of
from engine.chat.cards.png_chunks import ASSET_WORD, SIGNATURE, picture_alone

MOST_ASSETS = 1000
MOST_ASSET = 24 << 20
MOST_ALL_ASSETS = 96 << 20

_INSIDE = re.compile(r"(?:embed{1,2}ed://|__asset:)(.+)", re.IGNORECASE | re.DOTALL)
_WRITTEN_OUT = re.compile(r"data:[^,]{0,200};base64,", re.IGNORECASE)
_SPACE = re.compile(rb"\s+")
_WEB_SAFE = bytes.maketrans(b"-_", b"+/")


@dataclass(frozen=True, slots=True)
class CardAsset:
    """One file. `kind` is icon, background, user_icon, emotion or a program's own; `data` is empty
    where the card names the file but does not hold it."""

    kind: str
    name: str
    ext: str
    uri: str
    data: bytes = b""


def path_inside(uri: str) -> str:
    """The path of a file held by the card itself; "" for other addresses."""
    found = _INSIDE.fullmatch(uri.strip())
    return found[1].removeprefix("/") if found else ""


def read_assets(card: Mapping[str, Any], held: Callable[[str, int], bytes],
                said: list[str]) -> tuple[CardAsset, ...]:
    """The files a card lists. `held` gives the bytes of a path, at most so many, b"" if it has
    none such. What could not be taken is said."""
    data = object_of(card.get("data")) or card
    many = list_of(data.get("assets"))
    room, found, seen = MOST_ALL_ASSETS, list[CardAsset](), dict[str, bytes]()
    for entry in many[:MOST_ASSETS]:
        asset = _asset(object_of(entry))
        if asset.uri not in seen:
            seen[asset.uri] = _data_at(asset.uri, held, min(room, MOST_ASSET))
            room -= len(seen[asset.uri])
        if asset.uri:
            found.append(replace(asset, data=seen[asset.uri]))
    missing = len(many) - sum(bool(each.data) or _is_elsewhere(each.uri) for each in found)
    if missing > 0:
        said.append(f"{missing:,} of the files this card names are missing, broken or too large.")
    if any(each.uri.lower().startswith("http") for each in found):
        said.append("This card names files on the web; they are not fetched.")
    return tuple(found)


def _is_elsewhere(uri: str) -> bool:
    return uri.lower().startswith(("http:", "https:", "ccdefault:"))


def _asset(entry: Mapping[str, Any]) -> CardAsset:
    return CardAsset(text_of(entry.get("type")), text_of(entry.get("name")),
                     text_of(entry.get("ext")).lower().removeprefix("."),
                     text_of(entry.get("uri")).strip())


def _data_at(uri: str, held: Callable[[str, int], bytes], most: int) -> bytes:
    written_out = _WRITTEN_OUT.match(uri)
    if written_out:
        data = b64(uri[written_out.end():].encode("ascii", "replace")) or b""
    else:
        data = held(path_inside(uri), most) if path_inside(uri) else b""
    return data if len(data) <= most else b""


def main_picture(assets: tuple[CardAsset, ...]) -> bytes:
    """The picture of the character among them: the main icon, else another; b"" if there is none
    that can be shown."""
    icons = [each for each in assets if each.kind.lower() == "icon"]
    icons.sort(key=lambda each: each.name.lower() != "main")
    return next((picture for each in icons if (picture := picture_in(each.data))), b"")


def picture_in(data: bytes) -> bytes:
    """`data` where it is a picture of a kind that every program shows, b"" otherwise."""
    if data.startswith(SIGNATURE):
        return picture_alone(data)
    return data if picture_kind(data) else b""


def picture_kind(data: bytes) -> str:
    """png, jpeg or webp by its first bytes, "" for everything else."""
    if data.startswith(SIGNATURE):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    return "webp" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else ""


def b64(text: bytes) -> bytes | None:
    """What base64 says, with or without its padding, in either alphabet, broken into lines or not;
    None where it is none."""
    solid = _SPACE.sub(b"", text).translate(_WEB_SAFE).rstrip(b"=\0")
    if len(solid) % 4 == 1:
        solid = solid[:-1]
    try:
        return binascii.a2b_base64(solid + b"=" * (-len(solid) % 4), strict_mode=True)
    except binascii.Error:
        return None


def as_data_uri(asset: CardAsset) -> str:
    """The file written out in its address, for carriers that hold no files."""
    kind = picture_kind(asset.data)
    media = f"image/{kind}" if kind else "application/octet-stream"
    return f"data:{media};base64,{base64.b64encode(asset.data).decode()}"


def path_of_word(keyword: str) -> str:
    """The path in the keyword of a PNG text that holds a file; "" for other keywords."""
    return keyword[len(ASSET_WORD):].removeprefix(":") if keyword.startswith(ASSET_WORD) else ""
