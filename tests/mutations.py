"""Files as a bad disk, a cut download or a stranger would leave them, and every reader of files.

`READERS` names what makes a whole file of each kind and what reads one. A reader may answer or
raise EngineError; all else is a fault.
"""

import json
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import mutagen
from mutagen.id3 import ID3, TIT2, USLT

from engine.library.database import Database
from engine.paths import AppPaths, program_folder
from tests.engine.tagging.tiny_audio import write_tiny
from tests.tiny_cards import charx, text_chunk, tiny_png, v2, v3, world_info
from tests.tiny_hub import TinyShape, save_folder, save_gguf

_ODD = (b"\0", b"\xff" * 8, b"\x7f" * 4, b"-1", b"9" * 30, b"{" * 200, b"[" * 5_000, b"\"", b"\\u",
        b"../../up", b"\r\n", b"\xef\xbb\xbf", b"NaN", b"1e999", "\N{ZERO WIDTH SPACE}".encode())

Make = Callable[[Path], Path]
Read = Callable[[Path], object]


@dataclass(frozen=True)
class Reader:
    """`make` leaves a whole file in a folder, `read` is what the program does with such a file."""

    make: Make
    read: Read


def mutated(content: bytes, chance: random.Random) -> bytes:
    """The bytes changed in one to many places."""
    changed = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        at = chance.randrange(len(changed) + 1)
        length = chance.choice((1, 2, 4, 8, 64, 512))
        match chance.randrange(7):
            case 0:
                changed[at : at + length] = chance.randbytes(len(changed[at : at + length]))
            case 1:
                changed[at:at] = chance.choice(_ODD)
            case 2:
                del changed[at : at + length]
            case 3:
                changed[at:at] = changed[at : at + length] * chance.choice((1, 20))
            case 4:
                del changed[at:]
            case 5:
                odd = chance.choice(_ODD)
                changed[at : at + len(odd)] = odd
            case _:
                if at < len(changed):
                    changed[at] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _written(name: str, content: str | bytes) -> Make:
    def make(folder: Path) -> Path:
        file = folder / name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    return make


def _lyric(file: Path) -> object:
    from engine.tagging.reading import read_lyric

    return read_lyric(file)


def _recording(suffix: str) -> Make:
    def make(folder: Path) -> Path:
        file = write_tiny(folder / f"song{suffix}")
        audio: Any = mutagen.File(file)
        if audio.tags is None:
            audio.add_tags()
        if isinstance(audio.tags, ID3):
            audio.tags.add(USLT(encoding=3, lang="XXX", text="down by the water\nnobody came"))
            audio.tags.add(TIT2(encoding=3, text="Low Tide"))
        elif suffix == ".m4a":
            audio["\xa9lyr"] = "down by the water"
        else:
            audio["LYRICS"] = "down by the water"
        audio.save()
        return file

    return make


def _card(file: Path) -> object:
    from engine.chat.cards.reading import read_card

    return read_card(file)


def _lorebook(file: Path) -> object:
    from engine.chat.cards.reading import read_lorebook

    return read_lorebook(file)


def _chats(file: Path) -> object:
    from engine.chat.chat_files.reading import read_chats

    return read_chats(file)


def _bundle(folder: Path) -> Path:
    from engine.models.bundle import write_bundle
    from engine.models.manifest import ModelManifest, write_manifest

    model = folder / "model"
    model.mkdir()
    (model / "model.onnx").write_bytes(bytes(range(256)) * 8)
    write_manifest(model, ModelManifest(id="it", name="It", kind="encoder", task="mood-tagging"))
    write_bundle(model, folder / "it.undertone", lambda done, total: None)
    return folder / "it.undertone"


def _unpacked(file: Path) -> object:
    from engine.models.bundle import unpack_bundle

    place = file.parent / "unpacked"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    return unpack_bundle(file, place, lambda done, total: None)


def _gguf(folder: Path) -> Path:
    return save_gguf(folder / "it.gguf", TinyShape(), kind="Q8_0")


def _read_gguf(file: Path) -> object:
    from engine.export.decoder_import import gguf_source
    from engine.export.gguf_file import GgufFile

    with GgufFile.open(file) as opened:
        return gguf_source(opened)


def _safetensors(folder: Path) -> Path:
    return save_folder(folder / "it", TinyShape()) / "model.safetensors"


def _read_safetensors(file: Path) -> object:
    from engine.export.safetensors_source import read_safetensors

    return read_safetensors(file.parent, 8)


def _config(folder: Path) -> Path:
    return save_folder(folder / "it", TinyShape()) / "config.json"


def _tokenizer(folder: Path) -> Path:
    return save_folder(folder / "it", TinyShape()) / "tokenizer.json"


def _read_tokenizer(file: Path) -> object:
    from engine.export.prepare_tokenizer import prepare_tokenizer

    place = file.parent.parent / "prepared"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    prepare_tokenizer(file.parent, place)
    return None


def _graph(folder: Path) -> Path:
    from engine.export.decoder_folder import build_folder
    from engine.export.decoder_import import gguf_source  # any small graph will do
    from engine.export.gguf_file import GgufFile

    with GgufFile.open(_gguf(folder)) as opened:
        build_folder(gguf_source(opened), folder / "models", lambda event: None)
    return next((folder / "models").rglob("model.onnx"))


def _open_graph(file: Path) -> object:
    from engine.inference.onnx_model import OnnxModel

    return OnnxModel.open(file, 1)


def _plan_graphs(file: Path) -> object:
    from engine.export.onnx_layouts import plan_onnx

    (file.parent / "config.json").write_text('{"architectures": ["XForCausalLM"]}', "utf-8")
    return plan_onnx(file.parent)


def _rows(file: Path) -> object:
    from engine.training.rows.reading import read_rows
    from engine.training.rows.sources import FileSource

    home = AppPaths(home=file.parent / "home", resources=program_folder() / "resources")
    return list(read_rows(FileSource(file), home))


def _parquet(folder: Path) -> Path:
    import pyarrow
    import pyarrow.parquet

    table = pyarrow.table({"text": ["rain on the roof", "sun"], "labels": [["sad"], ["happy"]]})
    pyarrow.parquet.write_table(table, folder / "rows.parquet")
    return folder / "rows.parquet"


def _settings(file: Path) -> object:
    from engine.settings import load_settings

    return load_settings(file)


def _manifest(file: Path) -> object:
    from engine.models.manifest import read_manifest

    return read_manifest(file.parent)


def _manifest_file(folder: Path) -> Path:
    from engine.models.manifest import ModelManifest, write_manifest

    (folder / "it").mkdir()
    write_manifest(folder / "it", ModelManifest(id="it", name="It", kind="encoder",
                                                task="mood-tagging"))
    return folder / "it" / "model.json"


def _library(folder: Path) -> Path:
    file = folder / "library.sqlite3"
    Database.open(file).close()
    with sqlite3.connect(file) as connection:  # one file, without its journal
        connection.execute("PRAGMA journal_mode = DELETE")
    connection.close()
    return file


def _open_library(file: Path) -> object:
    from engine.tagging.lyric_store import LyricStore

    for beside in file.parent.glob("library.sqlite3-*"):
        beside.unlink()
    database = Database.open(file)
    try:
        return LyricStore(database)
    finally:
        database.close()


def _archive(folder: Path) -> Path:
    from engine.library.archive.packing import pack

    home = AppPaths(home=folder / "packed home", resources=program_folder() / "resources")
    Database.open(home.library_file).close()
    pack(home, folder / "mine.zip")
    return folder / "mine.zip"


def _look_into(file: Path) -> object:
    from engine.library.archive.bringing_in import look_into

    return look_into(file)


_LRC = "[ti:Low Tide]\n[00:01.00]down by the water\n[00:03.50]<00:03.60>nobody <00:04.00>came\n" * 9
_SRT = "1\n00:00:01,000 --> 00:00:03,000\ndown by the water\n\n" * 9
_TTML = ("<tt xmlns='http://www.w3.org/ns/ttml'><body><div><p begin='1s' end='2s'>down by <span>the"
         "</span> water</p></div></body></tt>")
_TALK = "\n".join(json.dumps({"messages": [{"role": "user", "content": f"How is {n}?"},
                                           {"role": "assistant", "content": "Well."}]})
                  for n in range(6))
_CSV = "text,labels\n" + "\n".join(f'"rain on {n}, roofs","sad|calm"' for n in range(8))


@cache
def readers() -> Mapping[str, Reader]:
    """Every kind of file the program reads, by name."""
    return dict(_readers())


def _readers() -> Iterator[tuple[str, Reader]]:
    for suffix, text in ((".txt", "down by the water\n" * 20), (".lrc", _LRC), (".srt", _SRT),
                         (".ttml", _TTML), (".md", "# Low Tide\n\n*down* by the water\n" * 9),
                         (".cho", "{title: It}\n[Am]Down by the [F]water\n" * 9)):
        yield f"lyric {suffix}", Reader(_written(f"song{suffix}", text), _lyric)
    for suffix in (".mp3", ".flac", ".ogg", ".opus", ".m4a", ".wav", ".aiff"):
        yield f"recording {suffix}", Reader(_recording(suffix), _lyric)
    yield "card PNG", Reader(_written("mira.png", tiny_png(text_chunk("chara", v2()))), _card)
    yield "card JSON", Reader(_written("mira.json", json.dumps(v3())), _card)
    yield "card CHARX", Reader(_written("mira.charx", charx(v3(), {"assets/a.png": tiny_png()})),
                               _card)
    yield "lorebook", Reader(_written("coast.json", json.dumps(world_info())), _lorebook)
    yield "chats", Reader(_written("talks.jsonl", _TALK), _chats)
    yield "bundle", Reader(_bundle, _unpacked)
    yield "archive", Reader(_archive, _look_into)
    yield "GGUF", Reader(_gguf, _read_gguf)
    yield "safetensors", Reader(_safetensors, _read_safetensors)
    yield "config.json", Reader(_config, _read_safetensors)
    yield "tokenizer.json", Reader(_tokenizer, _read_tokenizer)
    yield "ONNX session", Reader(_graph, _open_graph)
    yield "ONNX layout", Reader(_graph, _plan_graphs)
    yield "rows CSV", Reader(_written("rows.csv", _CSV), _rows)
    yield "rows JSONL", Reader(_written("rows.jsonl", _TALK), _rows)
    yield "rows JSON", Reader(_written("rows.json", f"[{_TALK.replace(chr(10), ',')}]"), _rows)
    if find_spec("pyarrow"):  # it comes with the training parts
        yield "rows Parquet", Reader(_parquet, _rows)
    yield "settings", Reader(_written("settings.json", '{"version": 1, "tagger": "", "threads": 2, '
                                      '"collation": {"strictness": 0.5}}'), _settings)
    yield "manifest", Reader(_manifest_file, _manifest)
    yield "library", Reader(_library, _open_library)
