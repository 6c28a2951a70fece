"""Writes moods into many recordings of all formats, takes them back, and lets others be the judge.

    python -m tests.benchmarks.write_tags --files 500 --more FOLDER

The recordings are made on the spot, see `recordings`; those in FOLDER are copied to them. After the
write each is read through TagLib, FFmpeg and mutagen, of which none wrote it: the moods must be
there, every other field and the sound as before. After undo each must be what it was, to the byte.
"""

import argparse
import hashlib
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av
import taglib
from mutagen.id3 import ID3

from engine.library.database import Database
from engine.paths import program_folder
from engine.settings import Settings
from engine.tagging.intake import fingerprint
from engine.tagging.labels import Verdict
from engine.tagging.lyric_store import LyricStore
from engine.tagging.reading import lyric_from_text
from engine.tagging.song_identity import place_of
from engine.tagging.vocabulary import Vocabulary, fold
from engine.tagging.writing.proof import reader_of, told
from engine.tagging.writing.tag_bytes import parts
from engine.tagging.writing.tag_writer import TagWriter
from engine.tagging.writing.values import (
    ForeignMoods,
    PlannedWrite,
    Undone,
    WriteOptions,
    WriteScope,
    Written,
)
from tests.benchmarks.recordings import KINDS, Maker, bare, packets, version_1

OURS = ("MOOD", "MOOD_MODEL", "MOOD_SCORES")
LABELS = ("optimism", "happiness", "nostalgia")


@dataclass
class Shelf:
    """Recordings in a library of their own, each a song with three moods."""

    root: Path
    paths: list[Path]
    songs: list[int] = field(default_factory=list)

    def open(self) -> TagWriter:
        """The writer over this shelf, as a new start of the program would have it."""
        database = Database.open(self.root / "library.sqlite3")
        vocabulary = Vocabulary.load(program_folder() / "resources" / "moods.toml")
        store = LyricStore(database)
        if not self.songs:
            self.songs = [self._song(store, path) for path in self.paths]
        return TagWriter(database, store, vocabulary, self.root / "writing.lock")

    def _song(self, store: LyricStore, path: Path) -> int:
        lyric = lyric_from_text(f"words of {path.name}", title=path.stem)
        song = store.record_song(place_of(path), fingerprint(path), lyric, "en")
        for mood in LABELS:
            store.set_label(song, mood, Verdict.ADDED)
        return song


def make_shelf(root: Path, files: int, more: Path | None, seed: int) -> Shelf:
    """`files` recordings, and copies of those in `more`."""
    folder = root / "music"
    folder.mkdir()
    paths = list(Maker(folder, seed).make(files))
    for at, other in enumerate(sorted(more.iterdir()) if more else ()):
        paths.append(folder / f"more {at:03} {other.name}")
        shutil.copyfile(other, paths[-1])
    return Shelf(root, paths)


@dataclass(frozen=True)
class Look:
    """What others read in a file: the sound, all fields but ours through two libraries."""

    hash: str
    sound: bytes
    fields: frozenset[tuple[str, str]]
    properties: frozenset[tuple[str, tuple[str, ...]]]
    pictures: tuple[str, ...]
    moods: tuple[str, ...]
    heard: str

    def texts(self) -> set[str]:
        """All that TagLib tells, without the names of its fields."""
        return {value for _, values in self.properties for value in values}

    def same_but_ours(self, other: "Look") -> list[str]:
        """What differs that must not."""
        return [name for name in ("sound", "fields", "properties", "pictures")
                if getattr(self, name) != getattr(other, name)]


def look(path: Path) -> Look:
    """Reads a file through mutagen, TagLib and FFmpeg."""
    properties, pictures, moods = _through_taglib(path)
    return Look(hashlib.sha256(path.read_bytes()).hexdigest(), _or_empty(packets, path),
                told(_reader(path), path).others, properties, pictures, moods,
                _or_empty(_through_ffmpeg, path).decode())


def _through_taglib(path: Path) -> tuple[frozenset[tuple[str, tuple[str, ...]]],
                                         tuple[str, ...], tuple[str, ...]]:
    try:
        with taglib.File(str(path)) as file:
            found = {name: tuple(values) for name, values in file.tags.items()}
            seen = tuple(hashlib.sha256(one.data).hexdigest() for one in file.pictures)
    except OSError:  # a kind TagLib does not read
        return frozenset(), (), ()
    rest = frozenset((name, values) for name, values in found.items() if name not in OURS)
    return rest, seen, found.get("MOOD", ())


def _through_ffmpeg(path: Path) -> bytes:
    """The mood FFmpeg tells: of several values it knows the first in some formats."""
    with av.open(str(path), metadata_errors="replace") as file:
        found = {**file.metadata, **file.streams.audio[0].metadata}
    named = {name.upper().removeprefix("WM/"): value for name, value in found.items()}
    return named.get("TMOO", named.get("MOOD", "")).encode()


def _reader(path: Path) -> Any:
    return ID3 if path.suffix == ".aac" else reader_of(path)


def _or_empty(read: Callable[[Path], bytes], path: Path) -> bytes:
    """Some test files hold a tag and no sound; FFmpeg refuses them before and after."""
    try:
        return read(path)
    except Exception:
        return b""


def judge(shelf: Shelf, foreign: ForeignMoods) -> Iterator[str]:
    """Writes all, looks, takes all back, looks again; tells of every file that is not as it
    should be, and of all of them in the end."""
    writer = shelf.open()
    before = {path: look(path) for path in shelf.paths}
    planned = list(writer.plan(shelf.songs, Settings(), WriteOptions(foreign)))
    yield from (f"refused: {one.path.name}: {one.message}" for one in planned if one.message)
    start = time.perf_counter()
    answers = list(writer.write(planned))
    took = time.perf_counter() - start
    written = {one.path: one for one in planned if one.changes}
    yield from (f"NOT WRITTEN: {one}" for one in answers if not isinstance(one, Written))
    wrong: Counter[str] = Counter()
    heard: Counter[str] = Counter()
    for path, plan in written.items():
        after = look(path)
        heard.update(_heard(after, plan))
        for what in _wrong(before[path], after, plan):
            wrong[what] += 1
            yield f"WRONG: {path.name} ({plan.format}): {what}"
    start = time.perf_counter()
    undone = list(writer.undo(WriteScope()))
    back = time.perf_counter() - start
    exact = sum(isinstance(one, Undone) and one.exact for one in undone)
    changed = [path for path in shelf.paths
               if hashlib.sha256(path.read_bytes()).hexdigest() != before[path].hash]
    left = [path for path in (shelf.root / "music").iterdir() if path not in before]
    yield (f"{foreign}: {len(shelf.paths)} files, {len(answers)} written in {took:.1f} s,"
           f" {exact} taken back to the byte in {back:.1f} s; {sum(wrong.values())} differences in"
           f" other fields or sound, {len(changed)} damaged, {len(left)} files left over")
    yield (f"  sound compared through FFmpeg in {heard['sound']}; moods read by TagLib in"
           f" {heard['taglib']}, by FFmpeg in {heard['ffmpeg']}")
    kinds = Counter(one.format for one in written.values())
    yield "  " + ", ".join(f"{name} {count}" for name, count in sorted(kinds.items()))


def _heard(after: Look, plan: PlannedWrite) -> Iterator[str]:
    """Which of the others read the moods, and whether there was sound to compare."""
    first = fold(parts(plan.after.moods[0])[0])
    if after.sound:
        yield "sound"
    if first in {fold(part) for value in after.moods for part in parts(value)}:
        yield "taglib"
    if first in {fold(part) for part in parts(after.heard)}:
        yield "ffmpeg"


def _wrong(before: Look, after: Look, plan: PlannedWrite) -> Iterator[str]:
    for name in before.same_but_ours(after):
        if not (_is_told_anew(plan.path) and name != "sound" and before.texts() <= after.texts()):
            yield name
    wanted = {fold(part) for value in plan.after.moods for part in parts(value)}
    seen = {fold(part) for value in after.moods for part in parts(value)}
    if after.properties and not wanted <= seen:
        yield f"TagLib reads {after.moods} for {plan.after.moods}"


def _is_told_anew(path: Path) -> bool:
    """Whether the recording was made with an ID3v1 tag or with a list in a WAV file: what these
    tell is then told in an ID3v2 tag too, for the players that look there."""
    number = path.stem.split(" ")[0]
    kind = KINDS[int(number) % len(KINDS)] if number.isdigit() else None
    return kind is not None and (kind.tag is version_1 or (kind.tag is bare
                                                           and kind.suffix == ".wav"))


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="write_tags", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--files", type=int, default=500)
    parser.add_argument("--more", type=Path, help="a folder of further recordings")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    failed = False
    for foreign in ForeignMoods:
        with tempfile.TemporaryDirectory() as root:
            shelf = make_shelf(Path(root), options.files, options.more, options.seed)
            for line in judge(shelf, foreign):
                failed = failed or line.startswith(("WRONG", "NOT WRITTEN"))
                print(line, flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
