"""A talk's row as scripts: who is told of whom, who is called what, what the speaker knows.

Gives at every line the script that the chat would write for it. Chance is drawn from the talk's
own name, so that the same row always becomes the same scripts. Knows no model.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import msgspec

from engine.chat.direction.wording import PERSON
from engine.chat.persona import Persona
from engine.chat.prompts.script import Script
from engine.chat.scene import Scene, SpokenLine
from engine.training.rows.row import Line, Person, TalkRow

_LONG_FACT = 40  # words
_SENTENCE = re.compile(r".+?[.!?](?=\s|$)", re.DOTALL)
_PLACEHOLDER = re.compile(
    r"(?:user|agent|speaker|person|human|gpt|bot|assistant|usr|sys|participant|turker)?"
    r"[ _-]?(?:\d+|[a-f])?", re.IGNORECASE)
_CALLED = (
    "Alex", "Sam", "Robin", "Jamie", "Casey", "Noor", "Mika", "Toni", "Kim", "Jules", "Luca",
    "Andrea", "Sasha", "Chris", "Dana", "Emery", "Finley", "Remy", "Ariel", "Bo", "Charlie",
    "Drew", "Ellis", "Frankie", "Gray", "Hayden", "Indira", "Joss", "Kai", "Lee", "Morgan",
    "Nico", "Oakley", "Pat", "Quinn", "Rowan", "Skye", "Tatum", "Uma", "Val", "Wren", "Yuki",
)


class TalkOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How talks become examples.

    `formats` are those a talk is written in, one each, drawn by chance; a talk that says its own
    keeps it, () is then the model's chat template. `partner` "told" tells of all who talk, "hidden"
    only of who speaks, "mixed" either. `traits_as` "description", "facts" or "mixed": where the
    sentences about a person stand. `untold` "learn" or "skip": whether lines are learned in which
    somebody answers of their own life what nobody told. `keywords`: whether they are told; those
    of some data were drawn from the very words to be learned. The first `unlearned` lines open a
    talk and are not learned. `sides` "all" learns every learned line, "one" those of one speaker,
    drawn by chance: a talk is then read once.
    """

    formats: tuple[str, ...] = ()
    partner: str = "mixed"
    traits_as: str = "mixed"
    untold: str = "skip"
    most_facts: int = 12
    keywords: bool = False
    unlearned: int = 1
    sides: str = "all"

    def __post_init__(self) -> None:
        for name, known in (("partner", ("told", "hidden", "mixed")), ("untold", ("learn", "skip")),
                            ("sides", ("all", "one")),
                            ("traits_as", ("description", "facts", "mixed"))):
            if getattr(self, name) not in known:
                raise ValueError(f"{name} is one of {', '.join(known)}")


def chance(*told: object) -> float:
    """A number from 0 to below 1 that is always the same for the same words."""
    digest = hashlib.sha256("\x1f".join(map(str, told)).encode()).digest()
    return int.from_bytes(digest[:8]) / 2.0**64


@dataclass(frozen=True)  # without slots: what is drawn is drawn once
class TalkScripts:
    """The scripts of one row."""

    row: TalkRow
    options: TalkOptions = TalkOptions()  # noqa: RUF009 - frozen

    @cached_property
    def lines(self) -> tuple[SpokenLine, ...]:
        """All lines by the names they stand under."""
        return tuple(SpokenLine(self.called(line), line.text.strip()) for line in self.row.lines)

    @cached_property
    def is_plain(self) -> bool:
        """Whether nobody in it has a name: messages of a person and a model."""
        return not self.row.people and not any(line.speaker for line in self.row.lines)

    @cached_property
    def side(self) -> str:
        """Whose lines are learned, "" for everybody's."""
        learned = [line.speaker for line, own in zip(self.lines, self.row.lines, strict=True)
                   if own.learned and line.speaker]
        sides = list(dict.fromkeys(learned))
        if self.options.sides == "all" or len(sides) < 2:
            return ""
        return min(sides, key=lambda name: chance(name, self.row.talk, self.row.place.line))

    def called(self, line: Line) -> str:
        """The name a line stands under, "" is the narrator."""
        if line.role == "system":
            return ""
        if line.speaker:
            return self._names.get(line.speaker, line.speaker)
        if line.role == "user":
            return self.row.listener or PERSON
        first = next(iter(self.row.people), None)
        return self._names[first.name] if first else self._drawn[0]

    def before(self, place: int, start: int = 0) -> Script:
        """What stands before line `place`, turns from `start` on."""
        speaker = self.lines[place].speaker
        cast = self._cast(speaker)
        row = self.row
        scene = row.scene or Scene(
            "", scenario=row.scenario, mode=row.mode, mood=row.mood,
            keywords=row.keywords if self.options.keywords else ())
        return Script(cast, speaker, self._listener(cast, speaker), scene, row.summary,
                      tuple(self._facts(place)), turns=self.lines[start:place],
                      authors_note=row.authors_note)

    def knows_a_life(self, speaker: str) -> bool:
        """Whether anything is told of somebody: else nothing they say of themselves is untold."""
        person = self._person(speaker)
        return person is not None and bool(
            person.about or person.traits or person.facts or person.persona)

    def told_of(self, speaker: str) -> str:
        """All that is told of somebody and of the scene, as one text."""
        person = self._person(speaker)
        own = (person.about, *person.traits, *person.facts) if person else ()
        whole = person.persona if person else None
        card = (whole.description, whole.traits, *whole.facts) if whole else ()
        given = (fact for line in self.row.lines for fact in line.facts)
        scene = (*self.row.facts, self.row.summary, self.row.scenario)
        return "\n".join((*own, *card, *given, *scene))

    def _drawn_below(self, share: float, what: str) -> bool:
        return chance(what, self.row.talk, self.row.place.source, self.row.place.line) < share

    def _is_so(self, wish: str, yes: str) -> bool:
        return wish == yes or (wish == "mixed" and self._drawn_below(0.5, yes))

    @cached_property
    def _drawn(self) -> list[str]:
        """Names for those who have none, in an order of this talk's own."""
        own = {person.name for person in self.row.people}
        return sorted((name for name in _CALLED if name not in own),
                      key=lambda name: chance(name, self.row.talk, self.row.place.line))

    @cached_property
    def _names(self) -> dict[str, str]:
        """By the name in the data."""
        given = [*(person.name for person in self.row.people),
                 *(line.speaker for line in self.row.lines if line.speaker)]
        left = iter(self._drawn[1:])
        real = {self.row.listener, *(each.name for each in self.row.people if each.persona)}
        return {name: next(left) if _PLACEHOLDER.fullmatch(name) and name not in real else name
                for name in dict.fromkeys(given)}

    def _person(self, speaker: str) -> Person | None:
        return next((person for person in self.row.people
                     if self._names[person.name] == speaker), None)

    def _cast(self, speaker: str) -> tuple[Persona, ...]:
        own = any(person.persona for person in self.row.people)  # the chat tells of all of them
        hidden = not own and self._is_so(self.options.partner, "hidden")
        told = [person for person in self.row.people
                if not hidden or self._names[person.name] == speaker]
        cast = [self._persona(person) for person in told]
        if all(persona.called != speaker for persona in cast):
            cast.append(Persona(speaker))
        return tuple(cast)

    def _persona(self, person: Person) -> Persona:
        if person.persona is not None:
            return person.persona
        as_facts = self._is_so(self.options.traits_as, "facts")
        told = (person.about, *(() if as_facts else person.traits))
        return Persona(self._names[person.name], description="\n".join(filter(None, told)))

    def _listener(self, cast: Sequence[Persona], speaker: str) -> str:
        """Who of those that talk is no persona here."""
        if self.row.listener:
            return self.row.listener
        known = {persona.called for persona in cast}
        others = [line.speaker for line in self.lines
                  if line.speaker and line.speaker not in known and line.speaker != speaker]
        return others[0] if others else ""

    def _facts(self, place: int) -> list[str]:
        """Those the line was given, where its talk tells, else all its speaker knows."""
        if given := self.row.lines[place].facts:
            return list(given)
        person = self._person(self.lines[place].speaker)
        own = list(person.facts) if person else []
        if person and not person.persona and self._is_so(self.options.traits_as, "facts"):
            own = [*person.traits, *own]
        return [_short(fact) for fact in dict.fromkeys([*own, *self.row.facts])
                ][: self.options.most_facts]


def _short(fact: str) -> str:
    """A fact, of a long one its first sentence."""
    first = _SENTENCE.match(fact)
    return first.group() if first and len(fact.split()) > _LONG_FACT else fact
