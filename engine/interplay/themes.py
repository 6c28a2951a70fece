"""What a lyric speaks of: the few words for things in it that come nearest to the whole.

Knows English well enough to tell a thing from a verb by what stands before it; without a sentence
encoder, words that stand in more lines count more. Runs no model but that encoder.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.chat.memory.sentence_vectors import SentenceEncoder
from engine.chat.memory.words import words_of

MOST = 6
ALIKE = 0.75
"""The cosine from which two words are one theme."""
_MOST_CANDIDATES = 80
_SHORTEST = 3
_RUN = 3
_NO_THINGS = ("est", "ly", "ful", "less")
_BREAK = re.compile(r"[.,;:!?()\"“”…]|\s[-–—]\s")
_OPENING_WORDS = (
    "a an the my your his her its our their this that these those no every each some any one two"
    " three four five last first next another whose")
_IDLE_WORDS = (
    "about above across after again ain't all almost alone along already also always am among and"
    " anybody anyone anything are aren't around as at away back be because been before behind"
    " being below beneath beside better between beyond both but by came can can't cannot come comes"
    " coming could couldn't did didn't do does doesn't doing don't done down during either else"
    " ever everybody everyone everything few for from gave get gets getting give given go goes"
    " going gone gonna got gotta had has hasn't have haven't having he he's hear heard here how i"
    " i'd i'll i'm i've if in inside instead into is isn't it it'll it's just keep keeps kind knew"
    " know known knows less let let's lets like little look looking lot made make makes many may me"
    " mean might mine more most much must myself near need never nobody none nor not nothing now of"
    " off oh on once only or other ours out outside over own part perhaps put quite rather really"
    " said same saw say says see seen sees set shall she she's should since so somebody someone"
    " something somewhere still stuff such take taken takes tell than thank thanks that's them then"
    " there there's they they'd they'll they're they've thing things think thought through till to"
    " told too took toward towards try turn turned under until up upon us very wanna want wanted"
    " wants was wasn't way we we'd we'll we're we've well went were weren't what what's when where"
    " which while who who's why will with within without won't would wouldn't yeah yes yet you"
    " you'd you'll you're you've yours")
_OPENERS = frozenset(_OPENING_WORDS.split())
_IDLE = frozenset(_IDLE_WORDS.split())


@dataclass(frozen=True, slots=True)
class Theme:
    """A thing a lyric speaks of. `forms` are the ways it is written there, `lines` the numbers of
    the lines it stands in."""

    word: str
    forms: tuple[str, ...]
    lines: tuple[int, ...]


def find_themes(lines: Sequence[str], encoder: SentenceEncoder, most: int = MOST
                ) -> tuple[Theme, ...]:
    """The `most` themes of a lyric, the clearest first. A line said twice counts once."""
    found = _candidates(lines)
    if not found:
        return ()
    spread = [math.log1p(len({lines[at].casefold() for at in theme.lines})) for theme in found]
    if not encoder.width:
        order: list[int] = np.argsort(-np.array(spread), kind="stable").tolist()
        return tuple(found[at] for at in order[:most])
    vectors = encoder.vectors([theme.word for theme in found])
    whole = encoder.vectors(["\n".join(dict.fromkeys(line for line in lines if line.strip()))])[0]
    worth = vectors @ whole + 0.1 * np.array(spread)
    chosen: list[int] = []
    for at in np.argsort(-worth, kind="stable").tolist():
        if all(float(vectors[at] @ vectors[other]) < ALIKE for other in chosen):
            chosen.append(at)
    return tuple(found[at] for at in chosen[:most])


def _candidates(lines: Sequence[str]) -> list[Theme]:
    """Words that are called things somewhere, with all lines they stand in."""
    things: dict[str, None] = {}
    places: dict[str, list[int]] = {}
    forms: dict[str, dict[str, None]] = {}
    for at, line in enumerate(lines):
        words = words_of(line)
        things |= dict.fromkeys(map(singular, _things(line)))
        for word in dict.fromkeys(words):
            whole = singular(word)
            forms.setdefault(whole, {})[word] = None
            if at not in places.setdefault(whole, []):
                places[whole].append(at)
    listed = [Theme(word, tuple(forms[word]), tuple(places[word])) for word in things]
    listed.sort(key=lambda theme: -len(theme.lines))
    return listed[:_MOST_CANDIDATES]


def _things(line: str) -> list[str]:
    """After “the” or “my” comes a run of words that ends with a thing: “the last grey windows”.
    A plural before the end ends it too: what follows is what they do."""
    found: list[str] = []
    for phrase in _BREAK.split(line):
        words = words_of(phrase)
        for at, word in enumerate(words):
            if word in _OPENERS or (word.endswith("'s") and word not in _IDLE):
                run = _run(words[at + 1 :])
                found += run[-1:]
    return found


def _run(words: Sequence[str]) -> list[str]:
    run: list[str] = []
    for word in words[:_RUN]:
        if word == "than":
            return []
        if not _tells(word):
            break
        run.append(word)
        if singular(word) != word:
            break
    return run


def is_idle(word: str) -> bool:
    """Whether a word alone says nothing of what a text is about."""
    return word.casefold() in _IDLE or word.casefold() in _OPENERS


def _tells(word: str) -> bool:
    return (len(word) >= _SHORTEST and not is_idle(word) and word.isalpha()
            and not word.endswith(_NO_THINGS))


def singular(word: str) -> str:
    """A word without the s of the plural, so that “windows” and “window” are one."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and re.search(r"[^aious'’]s$", word):
        return word[:-1]
    return word
