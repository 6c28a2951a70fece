"""The wordings in which characters tell what they know of themselves, and admit what they do not.

Read from a file a person can edit. Knows no question and no model.
"""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from engine.chat.truth.lexicon import PEOPLE
from engine.chat.truth.wording import EMPTY
from engine.errors import EngineError

_FACT, _CLAUSE = "{fact}", "{clause}"


class TruthPhrases(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Wordings by their occasion. All but `unknown` hold {fact} or {clause} once."""

    answers: tuple[str, ...]
    no: tuple[str, ...]
    unsure: tuple[str, ...]
    unknown: tuple[str, ...]


def read_truth_phrases(file: Path) -> TruthPhrases:
    """The wordings of a file. EngineError where it cannot be used."""
    try:
        read = msgspec.convert(tomllib.loads(file.read_text("utf-8")), TruthPhrases)
    except (OSError, ValueError) as why:  # msgspec's and tomllib's own are ValueErrors
        raise _broken(file, str(why)) from why
    faults = list(_faults(read))
    if faults:
        raise _broken(file, "; ".join(faults))
    return read


def worded(phrase: str, fact: str) -> str:
    """A wording with a fact put in. Nothing in the fact is taken for a place to fill."""
    sentence = fact.strip()
    whole = sentence if re.search(r"[.!?…][\"')*]*$", sentence) else sentence + "."
    before, mark, after = phrase.partition(_FACT)
    if mark:
        return before + whole + after
    before, mark, after = phrase.partition(_CLAUSE)
    return before + _clause(sentence) + after if mark else phrase


def _clause(sentence: str) -> str:
    """A sentence as it stands within another one: names and "I" keep their capitals."""
    first = re.match(r"[\w'’]+", sentence)
    low = first[0].lower() if first else ""
    is_common = (low in EMPTY or low in PEOPLE) and not low.startswith("i'") and low != "i"
    begun = sentence[:1].lower() + sentence[1:] if is_common else sentence
    return begun.rstrip(".… ")


def _faults(read: TruthPhrases) -> Iterator[str]:
    for field in read.__struct_fields__:
        phrases: tuple[str, ...] = getattr(read, field)
        if not phrases or len(set(phrases)) < len(phrases):
            yield f"“{field}” needs wordings, each once"
        for phrase in phrases:
            places = phrase.count(_FACT) + phrase.count(_CLAUSE)
            if not phrase.strip() or "\n" in phrase:
                yield f"“{field}” holds a wording that is no line of words"
            elif places != (field != "unknown"):
                wanted = "must not hold" if field == "unknown" else "has to hold once"
                yield f"“{phrase}” {wanted}: {{fact}} or {{clause}}"


def _broken(file: Path, why: str) -> EngineError:
    return EngineError(f"The wordings in {file.name} cannot be used: {why.rstrip('.')}.",
                       "Mend the file, or set Undertone up again.")
