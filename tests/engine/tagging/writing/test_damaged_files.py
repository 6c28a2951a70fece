"""Files with bytes changed, lost and added at random: refused, or written and provably so."""

import io
import random
from pathlib import Path

import pytest

from engine.errors import EngineError
from engine.tagging.writing.formats import mood_splices, tag_holder
from engine.tagging.writing.proof import prove_sound
from engine.tagging.writing.splice import backward, changes, copy_spliced
from engine.tagging.writing.values import FileMoods
from tests.engine.tagging.writing.test_every_format import SUFFIXES, with_others

MOODS = FileMoods(("Hope", "Calm"), "tagger@1", "Hope=0.93; Calm=0.50")
ROUNDS = 60


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_no_damage_is_made_worse(suffix: str, tmp_path: Path) -> None:
    path = with_others(tmp_path / f"song{suffix}")
    whole, chance, written = path.read_bytes(), random.Random(suffix), 0
    for _ in range(ROUNDS):
        data = _damaged(whole, chance)
        source, target, back = io.BytesIO(data), io.BytesIO(), io.BytesIO()
        try:
            holder = tag_holder(source, path)
            holder.read()
            splices = mood_splices(holder, MOODS)
        except EngineError as refusal:
            assert refusal.hint
            continue
        difference = changes(source, splices)
        copy_spliced(source, target, splices)
        after = tag_holder(target, path)
        assert after.read() == holder.normal(MOODS)
        prove_sound(source, holder, target, after)
        copy_spliced(target, back, backward(difference))
        assert back.getvalue() == data
        written += 1
    assert 0 < written < ROUNDS


def _damaged(data: bytes, chance: random.Random) -> bytes:
    damaged = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4))):
        at = chance.randrange(len(damaged)) if chance.random() < 0.5 else chance.randrange(
            min(100, len(damaged)))
        match chance.randrange(4):
            case 0 | 1:
                damaged[at] = chance.choice((0, 1, 127, 128, 255))
            case 2:
                damaged[at:at] = chance.randbytes(chance.randrange(1, 30))
            case _:
                del damaged[at + 1:at + chance.randrange(2, 30)]
    return bytes(damaged)
