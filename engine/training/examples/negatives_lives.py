"""Lives that nobody lives: who somebody is, what is told of them, and what it answers.

Drawn by chance from the words of a file, the same for the same seed. Knows no talk and no model.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import msgspec

from engine.chat.persona import Persona
from engine.chat.prompts.word_file import read_words, word_file
from engine.chat.truth.first_person import FirstPerson
from engine.chat.truth.wording import stem, stems_of
from engine.errors import EngineError
from engine.paths import AppPaths

_SLOT = re.compile(r"\{(\w+)\}")
_PERSON_SLOTS = {"N", "he", "He", "his", "His", "him"}
_WOMAN, _MAN = ("she", "her", "her"), ("he", "his", "him")
_CREATURES, _WOMEN = 0.15, 0.55
_FEWEST, _MOST = 4, 12
_BY_NAME = 0.7


class Admitting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How somebody says that they do not know."""

    begin: tuple[str, ...]
    core: tuple[str, ...]
    end: tuple[str, ...]
    related: tuple[str, ...]
    premise: tuple[str, ...]


class KnownThing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that may be told of somebody; the file itself says what each part is."""

    topic: str
    about: tuple[str, ...]
    fact: tuple[str, ...]
    own: str
    ask: tuple[tuple[str, str], ...]
    detail: str
    unknown: str
    premise: str


class Loose(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Questions that no thing answers."""

    unknown: tuple[str, ...]
    premise: tuple[str, ...]


class LifeWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    admitting: Admitting
    pools: dict[str, tuple[str, ...]]
    known: tuple[KnownThing, ...]
    loose: Loose


@dataclass(frozen=True, slots=True)
class Told:
    """A thing as it is told of somebody: `fact` of them, `own` by them. `slots` are what was
    drawn, of those only that the fact tells."""

    thing: KnownThing
    fact: str
    own: str
    slots: Mapping[str, str]

    def wordings(self, texts: str) -> list[str]:
        """Those of some wordings whose slots are all told, filled."""
        fitting = (text for text in split(texts) if set(_SLOT.findall(text)) <= self.slots.keys())
        return [filled(text, self.slots) for text in fitting]


@dataclass(frozen=True, slots=True)
class Life:
    """Somebody, and what is told of them."""

    persona: Persona
    told: tuple[Told, ...]

    def touches(self, about: Sequence[str]) -> bool:
        """Whether anything that is told has to do with these words."""
        wanted = {stem(word) for word in about}
        return any(wanted & (stems_of(told.fact) | {stem(word) for word in told.thing.about})
                   for told in self.told)


def read_life_words(paths: AppPaths) -> LifeWords:
    """The person's own words of lives, else those that came along. EngineError where they cannot
    be used."""
    file = word_file(paths, "lives.toml")
    words = read_words(file, LifeWords)
    _check(words, file)
    return words


def draw_life(words: LifeWords, chance: Random) -> Life:
    """Somebody with a few things told of them."""
    name, gender = _somebody(words, chance)
    shuffled = chance.sample(words.known, len(words.known))
    # Two things of one matter may contradict each other.
    apart = list({thing.about[0]: thing for thing in shuffled}.values())
    things = apart[:chance.randint(_FEWEST, _MOST)]
    persona = Persona(name, gender=gender)
    says = FirstPerson(persona)
    pronouns = _WOMAN if gender == "female" else _MAN
    told = [_told(thing, words, chance, name, pronouns, says) for thing in things]
    return Life(persona, tuple(told))


def split(texts: str) -> list[str]:
    """The wordings of an entry."""
    return [text.strip() for text in texts.split("|") if text.strip()]


def filled(text: str, slots: Mapping[str, str]) -> str:
    """A wording with its slots filled, begun with a capital."""
    said = _SLOT.sub(lambda slot: slots.get(slot[1], slot[0]), text)
    return said[:1].upper() + said[1:] if text.startswith("{") else said


def _somebody(words: LifeWords, chance: Random) -> tuple[str, str]:
    drawn = chance.random()
    pool = "woman" if drawn < _WOMEN - _CREATURES else "man" if drawn < 1 - _CREATURES else (
        "creature")
    gender = {"woman": "female", "man": "male"}.get(pool) or chance.choice(["female", "male"])
    return chance.choice(words.pools[pool]), gender


def _told(thing: KnownThing, words: LifeWords, chance: Random, name: str,
          pronouns: tuple[str, str, str], says: FirstPerson) -> Told:
    wording = chance.choice(thing.fact)
    he, his, him = pronouns
    subject = name if chance.random() < _BY_NAME else he
    person = {"N": subject, "he": he, "his": his, "him": him, "He": subject,
              "His": f"{name}'s" if subject == name else his.capitalize()}
    drawn = {slot: _drawn(slot, words, chance) for slot in sorted(_slots(thing))}
    whole = filled(wording.replace("{N}'s", "{His}"), {**drawn, **person})
    fact = whole[:1].upper() + whole[1:]
    named = set(_SLOT.findall(wording))
    slots = {slot: value for slot, value in drawn.items() if slot in named}
    own = thing.own if set(_SLOT.findall(thing.own)) <= slots.keys() else ""
    return Told(thing, fact, filled(own, slots) if own else says(fact), slots)


def _slots(thing: KnownThing) -> set[str]:
    return {slot for text in (*thing.fact, thing.own) for slot in _SLOT.findall(text)
            } - _PERSON_SLOTS


def _drawn(slot: str, words: LifeWords, chance: Random) -> str:
    if slot == "kin_any":
        return chance.choice([*words.pools["kin_woman"], *words.pools["kin_man"]])
    return chance.choice(words.pools[slot.rstrip("0123456789")])


def _check(words: LifeWords, file: Path) -> None:
    """EngineError where a slot has no pool."""
    for thing in words.known:
        texts = " ".join((*thing.fact, thing.own, thing.detail, *(a + b for a, b in thing.ask)))
        for slot in set(_SLOT.findall(texts)) - _PERSON_SLOTS - {"kin_any"}:
            if not words.pools.get(slot.rstrip("0123456789")):
                raise EngineError(f"{file.name} has no pool for {{{slot}}}.",
                                  "Mend the file, or remove it: the one that came along is used"
                                  " then.")
