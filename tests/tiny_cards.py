"""Small character cards as other programs make them: their JSON, their pictures, their archives.

Written here byte by byte, so that our own writer is not tested by itself.
"""

import base64
import io
import json
import struct
import zipfile
import zlib
from typing import Any

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunk(kind: bytes, data: bytes = b"", check: int | None = None) -> bytes:
    right = zlib.crc32(kind + data)
    return (struct.pack(">I", len(data)) + kind + data
            + struct.pack(">I", right if check is None else check))


def tiny_png(*chunks: bytes, width: int = 2, height: int = 2,
             late: tuple[bytes, ...] = ()) -> bytes:
    """A picture of a few grey pixels; `late` chunks stand behind its pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + b"\x80" * 2 for _ in range(2)))
    return b"".join([SIGNATURE, chunk(b"IHDR", header), *chunks, chunk(b"IDAT", pixels), *late,
                     chunk(b"IEND")])


def text_chunk(word: str, card: Any) -> bytes:
    """A card as it should stand in a picture: JSON, UTF-8, base64, tEXt."""
    return chunk(b"tEXt", word.encode() + b"\0" + packed(card))


def packed(card: Any) -> bytes:
    return base64.b64encode(json.dumps(card, ensure_ascii=False).encode())


def charx(card: Any, files: dict[str, bytes] | None = None, folder: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{folder}card.json", json.dumps(card))
        for name, data in (files or {}).items():
            archive.writestr(folder + name, data)
    return out.getvalue()


def v1(**more: Any) -> dict[str, Any]:
    return {"name": "Mira", "description": "A lighthouse keeper.", "personality": "dry, patient",
            "scenario": "A storm is near.", "first_mes": "You are late, {{user}}.",
            "mes_example": "<START>\n{{user}}: Hi\n{{char}}: Mind the stairs.", **more}


def v2(outer: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {"spec": "chara_card_v2", "spec_version": "2.0", **(outer or {}), "data": {
        **v1(), "creator_notes": "Best in winter.", "system_prompt": "Stay {{char}}.",
        "post_history_instructions": "Answer briefly.", "alternate_greetings": ["The lamp is out."],
        "tags": ["sea", "Quiet"], "creator": "ann", "character_version": "1.2",
        "extensions": {"depth_prompt": {"prompt": "salt", "depth": 4}, "fav": False},
        "character_book": book(), **more}}


def v3(outer: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    data = v2()["data"]
    return {"spec": "chara_card_v3", "spec_version": "3.0", **(outer or {}), "data": {
        **data, "nickname": "Mi", "group_only_greetings": ["All of you, inside."],
        "creator_notes_multilingual": {"de": "Am besten im Winter."},
        "source": ["https://example.com/mira"], "creation_date": 1_700_000_000,
        "modification_date": 1_700_000_500,
        "assets": [{"type": "icon", "uri": "ccdefault:", "name": "main", "ext": "png"}], **more}}


def book(**more: Any) -> dict[str, Any]:
    return {"name": "The coast", "description": "", "scan_depth": 3, "token_budget": 300,
            "recursive_scanning": True, "extensions": {"shelf": 1}, "entries": [
                {"keys": ["lamp", "light"], "content": "@@depth 2\nThe lamp is oil.",
                 "extensions": {"x": [1, 2.5, None]}, "enabled": True, "insertion_order": 10,
                 "case_sensitive": True, "name": "lamp", "priority": 5, "id": 7, "comment": "c",
                 "selective": True, "secondary_keys": ["night"], "constant": False,
                 "position": "after_char", "use_regex": False, "own_key": {"kept": True}},
                {"keys": ["/st(or|ea)m/i"], "content": "Storms come from the west.",
                 "extensions": {}, "enabled": False, "insertion_order": 20, "use_regex": True,
                 "constant": True}], **more}


def world_info() -> dict[str, Any]:
    """A lorebook as SillyTavern keeps it in a file of its own."""
    return {"entries": {
        "0": {"uid": 0, "key": ["harbour"], "keysecondary": ["night"], "comment": "Harbour",
              "content": "It freezes.", "constant": False, "vectorized": False, "selective": True,
              "selectiveLogic": 0, "order": 90, "position": 4, "disable": False, "depth": 3,
              "role": 1, "excludeRecursion": True, "useProbability": True, "probability": 80,
              "caseSensitive": None, "matchWholeWords": None, "displayIndex": 0},
        "1": {"uid": 1, "key": ["gull"], "keysecondary": [], "comment": "", "content": "Gulls.",
              "constant": True, "selective": True, "order": 100, "position": 0,
              "disable": True, "caseSensitive": True}},
        "originalData": {"name": "kept"}}
