"""How calls of many lines come to one score."""

import numpy as np
import pytest

from engine.chat.memory.fusion import AGEING, CONTEXT, SHARPNESS, fused, pooled, with_context


def calls(*lines: tuple[float, ...]) -> np.ndarray:
    return np.array(lines, np.float32)


def test_one_line_is_its_own_call() -> None:
    assert pooled(calls((0.7, 0.1, -0.2))) == pytest.approx([0.7, 0.1, -0.2], abs=1e-6)


def test_one_clear_call_counts_more_than_many_faint_ones() -> None:
    # The mean over the lines would say the opposite
    clear, faint = pooled(calls((0.0, 0.3), (0.7, 0.3), (0.0, 0.3)))
    assert clear > faint


def test_the_newest_line_calls_loudest() -> None:
    older, newer = pooled(calls((0.5, 0.0), (0.0, 0.5)))
    assert newer > older
    assert newer - older == pytest.approx(-SHARPNESS * np.log(AGEING), abs=1e-3)


def test_two_calls_are_more_than_one() -> None:
    twice, once = pooled(calls((0.5, -1.0), (0.5, 0.5)))
    assert twice > once > 0.49


def test_very_loud_calls_do_not_overflow() -> None:
    assert np.isfinite(pooled(calls((900.0, -900.0), (0.0, 0.0)))).all()


def test_words_add_to_meaning() -> None:
    meaning, words = calls((0.4, 0.4)), calls((0.0, 6.0))
    plain, named = fused(meaning, words)[0]
    assert plain == pytest.approx(0.4) and named > plain
    assert fused(meaning, words).dtype == np.float32


def test_a_line_is_read_with_those_before_it() -> None:
    lines = [f"line{number}" for number in range(CONTEXT + 2)]
    found = with_context(lines)
    assert found[:2] == ["line0", "line0 line1"]
    assert found[-1].split() == lines[-CONTEXT:]
    assert with_context([]) == []
