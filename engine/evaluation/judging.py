"""Judges an answer by rules that anyone can read: what it must say, must not say, how long it is.

Rules cannot see whether a text is good, only whether it is plainly bad; a model that passes most
cases can be tried, one that fails most cannot be trusted. Asks no model.
"""

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import msgspec

from engine.errors import EngineError

_WORD = re.compile(r"[\w’'-]+")


class CheckCase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One case. Each text of `must` holds alternatives between bars: "bee|bees".

    Words are compared whole and blind to case and accents. `words` is the least and the most the
    answer may have; `run` the most words in a row it may take over from the text, 0 for any.
    """

    id: str
    text: str
    choice: str
    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    words: tuple[int, int] = (1, 200)
    run: int = 0


def faults_of(case: CheckCase, answer: str) -> tuple[str, ...]:
    """What is wrong with an answer, in words; nothing for one that passes."""
    return tuple(_faults(case, answer))


def _faults(case: CheckCase, answer: str) -> Iterator[str]:
    folded, said = _folded(answer), words_of(answer)
    least, most = case.words
    if not least <= len(said) <= most:
        yield f"{len(said)} words, {least} to {most} were wanted"
    for wanted in case.must:
        if not any(_holds(folded, each) for each in wanted.split("|")):
            yield f"does not say “{wanted.replace('|', '” or “')}”"
    for unwanted in case.must_not:
        if _holds(folded, unwanted):
            yield f"says “{unwanted}”"
    taken = longest_run(said, words_of(case.text)) if case.run else 0
    if taken > case.run:
        yield f"takes over {taken} words in a row"


def words_of(text: str) -> list[str]:
    """The words of a text, folded as they are compared."""
    return _WORD.findall(_folded(text))


def longest_run(one: list[str], other: list[str]) -> int:
    """The most words in a row that stand in both."""
    best = 0
    row = [0] * (len(other) + 1)
    for word in one:
        row = [0, *(row[place] + 1 if word == theirs else 0
                    for place, theirs in enumerate(other))]
        best = max(best, max(row))
    return best


def read_cases(file: Path) -> tuple[CheckCase, ...]:
    """The cases of a file, one a line. EngineError where one cannot be used."""
    try:
        lines = [line for line in file.read_bytes().splitlines() if line.strip()]
        cases = tuple(msgspec.json.decode(line, type=CheckCase) for line in lines)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as broken:
        raise EngineError(f"The checks in {file.name} cannot be read: {broken}",
                          "Set Undertone up again.") from broken
    if len({case.id for case in cases}) < len(cases) or not cases:
        raise EngineError(f"The checks in {file.name} are empty or name a case twice.",
                          "Set Undertone up again.")
    return cases


def _holds(folded: str, wanted: str) -> bool:
    """Whether a text, folded, holds these words whole."""
    return re.search(rf"(?<!\w){re.escape(_folded(wanted))}(?!\w)", folded) is not None


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.replace("’", "'")).casefold()
    return "".join(letter for letter in plain if not unicodedata.combining(letter))
