"""Mills songs out of a list of plain words: of any number, all different, all ours."""

import random
from pathlib import Path

_TEXT = """
    morning evening river window kitchen winter summer garden lantern harbour engine paper
    silver thunder mirror button ladder candle feather pocket sugar copper marble cotton rain
    light stone bread letter road table shadow bell rope cloud field corner whistle sleeve
    hand heart mouth voice tooth shoulder mother brother stranger neighbour sailor baker
    come leave carry open break follow wash remember forget promise borrow whisper shout dance
    fall burn sleep wander gather hurry wait sing lose find mend cold warm bitter gentle hollow
    heavy golden empty broken early late restless quiet bright crooked tender lonely happy
    angry afraid never always again slowly almost together nowhere somewhere tonight tomorrow
    I you we they my your our the a and but when while until before after under over without
"""
WORDS = _TEXT.split()


def milled_song(seed: int) -> str:
    """Three verses and a chorus sung twice, as a text file would hold them."""
    chance = random.Random(seed)
    verses = ["\n".join(_line(chance) for _ in range(chance.randint(4, 10))) for _ in range(3)]
    chorus = "\n".join(_line(chance) for _ in range(4))
    return "\n\n".join([verses[0], chorus, verses[1], chorus, verses[2]]) + "\n"


def fill_folder(folder: Path, songs: int) -> None:
    """Writes `songs` files, fifty to a folder, every tenth with time stamps."""
    for number in range(songs):
        place = folder / f"Box {number // 50:03d}"
        place.mkdir(parents=True, exist_ok=True)
        text = milled_song(number)
        if number % 10 == 0:
            (place / f"Song {number:05d}.lrc").write_text(_stamped(text), "utf-8")
        else:
            (place / f"Song {number:05d}.txt").write_text(text, "utf-8")


def _line(chance: random.Random) -> str:
    return " ".join(chance.choices(WORDS, k=chance.randint(4, 9))).capitalize()


def _stamped(text: str) -> str:
    lines = [line for line in text.splitlines() if line]
    return "".join(f"[{4 * at // 60:02d}:{4 * at % 60:02d}.00]{line}\n"
                   for at, line in enumerate(lines))
