"""Personas as card files that other programs read: PNG, JSON or CHARX.

Written beside and put in place whole. Knows carriers and paths; what stands in a card is told
elsewhere. Decodes no picture: one that is no PNG cannot carry a card, and a plain one is drawn.
"""

import base64
import io
import json
import time
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from engine.chat.cards.archive import CARD_FILE
from engine.chat.cards.assets import (
    CardAsset,
    as_data_uri,
    path_inside,
    picture_in,
    picture_kind,
)
from engine.chat.cards.card_writing import as_v2, as_v3
from engine.chat.cards.fields import Object, list_of, object_of
from engine.chat.cards.plain_picture import plain_picture
from engine.chat.cards.png_chunks import picture_alone, with_texts
from engine.chat.persona import Persona
from engine.library.whole_file import write_whole

CardForm = Literal["png", "json", "charx"]

_FOLDERS = {"png": "images", "jpg": "images", "jpeg": "images", "webp": "images",
            "avif": "images", "gif": "images", "mp3": "audio", "ogg": "audio", "wav": "audio",
            "mp4": "video", "webm": "video"}
_UNFIT = frozenset('<>:"|?*\\') | {chr(code) for code in range(32)}


def write_card(persona: Persona, picture: bytes, file: Path, form: CardForm,
               assets: Sequence[CardAsset] = (), now: int | None = None) -> None:
    """Writes a card over whatever `file` was. EngineError where that cannot be done.

    `picture` is as CardRead has it. `assets` that hold their data travel too. `now`: seconds
    since 1970, the clock's where it is None.
    """
    moment = int(time.time()) if now is None else now
    held = [asset for asset in assets if asset.data and path_inside(asset.uri)]
    card = as_v3(persona, moment)
    if form == "charx":
        data = _charx(card, picture_in(picture), held)
    else:
        _put_assets(card, {asset.uri: as_data_uri(asset) for asset in held})
        data = _json(card, indent=2) if form == "json" else _png(persona, picture, card)
    write_whole(file, data)


def _json(card: Object, indent: int | None = None) -> bytes:
    return json.dumps(card, ensure_ascii=False, indent=indent).encode("utf-8", "replace")


def _png(persona: Persona, picture: bytes, card: Object) -> bytes:
    """The V2 card stands first: the oldest readers look at no other."""
    base = picture_alone(picture) or plain_picture(persona.colour)
    main = [each for each in list_of(card["data"].get("assets")) if _is_main(object_of(each))]
    if any(path_inside(str(each.get("uri", ""))) for each in main):
        # The picture is here now, and not where it was in the archive it came from.
        _put_icon(card["data"], CardAsset("icon", "main", "png", "ccdefault:"))
    return with_texts(base, [("chara", base64.b64encode(_json(as_v2(persona)))),
                             ("ccv3", base64.b64encode(_json(card)))])


def _put_assets(card: Object, places: dict[str, str]) -> None:
    """Names files where they are now: each entry of an old address gets its new one."""
    data = card["data"]
    if isinstance(data.get("assets"), list):
        data["assets"] = [_moved(entry, places) for entry in list_of(data["assets"])]


def _moved(entry: Any, places: dict[str, str]) -> Any:
    place = places.get(str(object_of(entry).get("uri", "")).strip())
    return {**object_of(entry), "uri": place} if place else entry


def _charx(card: Object, picture: bytes, held: Sequence[CardAsset]) -> bytes:
    files: dict[str, bytes] = {}
    places: dict[str, str] = {}
    for asset in held:
        path = _free_path(asset, files)
        files[path] = asset.data
        places[asset.uri.strip()] = f"embeded://{path}"
    _put_assets(card, places)
    if picture:
        kind = picture_kind(picture)
        main = CardAsset("icon", "main", kind, f"embeded://assets/icon/images/main.{kind}", picture)
        path = _free_path(main, {name: data for name, data in files.items() if data != picture})
        files[path] = picture
        _put_icon(card["data"], replace(main, uri=f"embeded://{path}"))
    return _zipped({CARD_FILE: _json(card, indent=2), **files})


def _put_icon(data: Object, icon: CardAsset) -> None:
    """The character's picture as the only main icon among the files."""
    others = [entry for entry in list_of(data.get("assets")) if not _is_main(object_of(entry))]
    first: dict[str, Any] = {"type": icon.kind, "uri": icon.uri, "name": icon.name, "ext": icon.ext}
    data["assets"] = [first, *others]


def _is_main(entry: Object) -> bool:
    return (str(entry.get("type", "")).lower(), str(entry.get("name", "")).lower()) == (
        "icon", "main")


def _free_path(asset: CardAsset, taken: dict[str, bytes]) -> str:
    """Where a file stands in the archive: where it stood, if any program may unpack it there."""
    old = path_inside(asset.uri)
    if _is_fit(old) and old not in taken:
        return old
    ext = asset.ext if asset.ext.isalnum() and asset.ext.isascii() else "bin"
    kind = asset.kind if asset.kind.isidentifier() and asset.kind.isascii() else "other"
    folder = f"assets/{kind}/{_FOLDERS.get(ext, 'other')}"
    number = 1
    while f"{folder}/{number}.{ext}" in taken:
        number += 1
    return f"{folder}/{number}.{ext}"


def _is_fit(path: str) -> bool:
    """Whether a path stays inside the folder it is unpacked in, on every system."""
    place = PurePosixPath(path)
    return (len(path) <= 180 and not _UNFIT & set(path) and not place.is_absolute()
            and ".." not in place.parts and path.lower() != CARD_FILE and "." in place.name)


def _zipped(files: dict[str, bytes]) -> bytes:
    """Dates in it say nothing: the same card is the same file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()
