"""What instructions hidden in lyrics change of their moods: nothing, if all is well.

    python -m tests.benchmarks.planted_instructions [--tagger ID] [--instructions FILE]

Each of a hundred instructions of ours is planted into one of the sample lyrics, in turn at its
start, in its middle or at its end, and the song is tagged with and without it, by the tagger of
--tagger (an id, "generative:ID", or the one in use). Printed are tags outside the vocabulary,
songs whose tags are others (as a set), how many of the lines were recognised as no part of the
song, and whether the settings were touched. Exit code 1 where a tag is invented, the settings
changed, or more than one song of twenty is tagged otherwise.
"""

import argparse
import contextlib
import io
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from engine.cli.main import main as command
from engine.paths import AppPaths, find_paths
from engine.tagging.addressed import addresses_program
from engine.tagging.vocabulary import Vocabulary

MOST_CHANGED = 0.05
OWN = Path(__file__).with_name("planted") / "instructions.txt"
_LEAST_WORDS = 40


def main() -> int:
    """Plants, tags and compares."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--tagger", default="")
    parser.add_argument("--instructions", type=Path, default=OWN)
    options = parser.parse_args()
    paths = find_paths()
    instructions = options.instructions.read_text("utf-8").splitlines()
    before = _bytes(paths.settings_file)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        plain = [_laid(folder, f"plain {number}.txt", lines)
                 for number, lines in enumerate(_songs(paths))]
        right = {file: tags for file, tags in _tags(paths, plain, options.tagger).items() if tags}
        songs = [Path(file).read_text("utf-8").split("\n") for file in right]
        planted = [_planted(folder, number, instruction, songs)
                   for number, instruction in enumerate(instructions)]
        found_tags = _tags(paths, planted, options.tagger)
    known = set(Vocabulary.load(paths.moods_file).ids)
    told = [found_tags[str(file)] for file in planted]
    expected = [list(right.values())[number % len(right)] for number in range(len(planted))]
    invented = {tag for found in told for tag in found} - known
    changed = [number for number, (found, right) in enumerate(zip(told, expected, strict=True))
               if set(found) != set(right)]
    touched = _bytes(paths.settings_file) != before
    recognised = sum(map(addresses_program, instructions))
    print(f"{len(planted)} songs with an instruction each; {recognised} recognised as no lyric")
    print(f"tags outside the vocabulary: {len(invented)} {sorted(invented) or ''}")
    print(f"settings changed: {'yes' if touched else 'no'}")
    print(f"songs with other tags: {len(changed)} ({100 * len(changed) / len(planted):.0f} %)")
    for number in changed:
        differs = sorted(set(told[number]) ^ set(expected[number]))
        print(f"    {instructions[number][:70]}: {', '.join(differs)}")
    return 1 if invented or touched or len(changed) > MOST_CHANGED * len(planted) else 0


def _songs(paths: AppPaths) -> list[list[str]]:
    """The lines of our English samples that are sung."""
    from engine.tagging.reading import read_lyric

    found = []
    for file in sorted(paths.samples.iterdir()):
        if file.suffix in (".txt", ".lrc") and file.name.isascii():
            lyric = read_lyric(file)
            if len(lyric.words.split()) > _LEAST_WORDS:
                found.append([line.text for line in lyric.lines])
    return found


def _planted(folder: Path, number: int, instruction: str, songs: Sequence[list[str]]) -> Path:
    lines = list(songs[number % len(songs)])
    lines.insert((0, len(lines) // 2, len(lines))[number % 3], instruction)
    return _laid(folder, f"planted {number}.txt", lines)


def _laid(folder: Path, name: str, lines: Sequence[str]) -> Path:
    file = folder / name
    file.write_text("\n".join(lines), "utf-8")
    return file


def _tags(paths: AppPaths, files: Sequence[Path], tagger: str) -> dict[str, list[str]]:
    """The tags of each file by its path, as the command line says them."""
    said = io.StringIO()
    wanted = ["--tagger", tagger] if tagger else []
    with contextlib.redirect_stdout(said):
        code = command(["tag", "--no-store", "--json", *wanted, *map(str, files)], paths)
    if code:
        raise SystemExit(code)
    rows = map(json.loads, said.getvalue().splitlines())
    return {row["path"]: [tag["tag"] for tag in row["tags"]] for row in rows}


def _bytes(file: Path) -> bytes:
    return file.read_bytes() if file.is_file() else b""


if __name__ == "__main__":
    sys.exit(main())
