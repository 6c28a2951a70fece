"""The sentences of a reply in which its speaker tells of their own life.

Tells claims from talk: questions, wishes, opinions, and what somebody feels just now are none.
English; knows no facts and no model.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from engine.chat.truth.answers import names_in, numbers_in
from engine.chat.truth.lexicon import IRREGULAR, PEOPLE
from engine.chat.truth.wording import content, plain, sentence_spans, words

_OWN = re.compile(r"\b(?:I|I'm|I've|My|my|mine|Mine|we|We|our|Our)\b")
_ACTION = re.compile(r"\*[^*\n]*\*")
_NOT_OF_LIFE = re.compile(
    r"\b(?:would|could|might|should|shall|will|won't|wouldn't|couldn't|shouldn't|may)\b"
    r"|\b(?:I|we|you|it|he|she|they)'(?:ll|d)\b|\b[Ii]f\b|\b[Ll]et(?:'s| me| us)\b"
    r"|\bI(?:'m| am)? (?:really |so |just |very |also |quite |truly |always )*(?:think|believe|"
    r"guess|suppose|imagine|feel|see|understand|agree|mean|promise|wish|hope|doubt|wonder|know|hear|"
    r"appreciate|apologi[sz]e|glad|happy|sorry|sure|excited|pleased|delighted|honou?red|curious|"
    r"here to|ready|looking|grateful|listening|thank|asking|trying|going to|not sure|say|tell|"
    r"beg)\b"
    r"|\bI (?:can't|cannot|can not|don't|do not|didn't|did not|never) (?:really |quite |even )*"
    r"(?:say|know|tell|remember|recall|think|mean|believe|understand|see|imagine|want|agree)\b"
    r"|\bI (?:can|can also) (?:help|see|tell|show|imagine|assure|understand|only)\b"
    r"|\b(?:[Ii]n|[Tt]o) my (?:opinion|view|mind|knowledge)\b")
_STATES = re.compile(
    r"\b[Mm]y \w+(?: \w+)? (?:is|was|are|were|has|had|lives?|works?|\w+ed)\b"
    r"|\bI(?:'m| am| was| have been|'ve been) (?:an? |the |from |born|married|engaged|\w+ years)"
    r"|\b(?:I|we) (?:have|own|had|live|work|play|come from|lived|worked)\b"
    r"|\bI(?:'ve| have) (?:never |often |always |once )?\w+(?:ed|en|wn|ght)\b"
    r"|\b(?:I|we) (?:used to|grew|always|never|usually|often)\b")
_PAST = frozenset(IRREGULAR) - {"read"}


@dataclass(frozen=True, slots=True)
class Claim:
    """What a speaker says of their life: `text` from `start` to `end`. One that is `concrete`
    says something that would have to be known: a name, a number, kin, an event, how they live."""

    text: str
    start: int
    end: int
    concrete: bool


def claims_in(reply: str) -> Iterator[Claim]:
    """The claims of a reply in order."""
    shown = _ACTION.sub(lambda action: " " * len(action[0]), plain(reply))
    for start, end in sentence_spans(shown):
        said = shown[start:end]
        if said.rstrip("\"')* ").endswith("?") or not _OWN.search(said) or not content(said):
            continue
        if _NOT_OF_LIFE.search(said) is None:
            yield Claim(reply[start:end], start, end, _is_concrete(said))


def _is_concrete(said: str) -> bool:
    low = [word.lower() for word in words(said)]
    return bool(names_in(said) or numbers_in(said) or PEOPLE.intersection(low)
                or _STATES.search(said) or _tells_an_event(said))


def _tells_an_event(said: str) -> bool:
    verb = re.search(r"\b(?:I|we|We) (?:\w+ly |once |never |also |then )?([a-z]+)\b", said)
    return bool(verb and (verb[1] in _PAST or verb[1].endswith("ed")))
