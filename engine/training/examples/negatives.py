"""Talks that teach to say "I don't know": questions about a life that what is told does not answer,
beside questions that it does.

The lives are made up, so that a model learns the manner and no answer by heart. English. The same
for the same seed. Knows no model.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

import msgspec

from engine.chat.persona import Persona
from engine.chat.truth.wording import content, stem, stems_of
from engine.training.examples.negatives_lives import (
    Admitting,
    Life,
    LifeWords,
    Told,
    draw_life,
    filled,
    split,
)
from engine.training.rows.row import Line, Person, RowPlace, TalkRow

SOURCE = "invented lives"
_MOST_STRANGE = 4
_DETAILS, _TOPICS = 0.5, 0.8
_RELATED = 0.3


class LifeOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`talks` of so many invented lives, each of `questions` questions; `unknown` is the share of
    those that nothing answers. Of `described` of the lives is told in a description, of the others
    in facts; `own_words` are told in the first person. `own` talks are made about each of the
    people in the data of whom enough is told."""

    talks: int = 0
    questions: int = 6
    unknown: float = 0.5
    described: float = 0.25
    own_words: float = 0.15
    own: int = 0
    seed: int = 11

    def __post_init__(self) -> None:
        if not 0 <= self.unknown <= 1 or self.questions < 1 or min(self.talks, self.own) < 0:
            raise ValueError("unknown is a share, and there is at least one question")


@dataclass(frozen=True, slots=True)
class Answer:
    """A question and its answer; `admits` where nothing that is told answers it."""

    asked: str
    said: str
    admits: bool


def life_talks(words: LifeWords, options: LifeOptions,
               strangers: Sequence[str] = ()) -> Iterator[TalkRow]:
    """The talks. `strangers` are sentences that people said of themselves; some are mixed among
    what is told, where they have nothing to do with what is asked."""
    for row, _ in lives_with_answers(words, options, strangers):
        yield row


def lives_with_answers(words: LifeWords, options: LifeOptions, strangers: Sequence[str] = ()
                       ) -> Iterator[tuple[TalkRow, tuple[Answer, ...]]]:
    """Each talk with what is asked in it."""
    for number in range(options.talks):
        chance = Random(f"{options.seed}-{number}")
        life = draw_life(words, chance)
        answers = tuple(_answers(words, life, options, chance))
        told = _told(life, options, chance) + _strange(strangers, answers, chance)
        chance.shuffle(told)
        yield _row(life, told, answers, options, number, chance), answers


def answers_of(words: LifeWords, life: Life, chance: Random, count: int,
               unknown: float) -> Iterator[Answer]:
    """Questions to somebody, with what they would answer."""
    yield from _answers(words, life, LifeOptions(talks=1, questions=count, unknown=unknown), chance)


def _answers(words: LifeWords, life: Life, options: LifeOptions,
             chance: Random) -> Iterator[Answer]:
    asked: set[str] = set()
    for _ in range(options.questions):
        admits = chance.random() < options.unknown
        made = _unanswered(words, life, chance) if admits else _answered(life, chance)
        if made is not None and made.asked not in asked:
            asked.add(made.asked)
            yield Answer(_as_typed(made.asked, life.persona.name, chance), made.said, made.admits)


def _answered(life: Life, chance: Random) -> Answer | None:
    """A question that something told answers."""
    pairs = [(questions, answers, told) for told in life.told for asks, says in told.thing.ask
             if (questions := told.wordings(asks)) and (answers := told.wordings(says))]
    if not pairs:
        return None
    questions, answers, told = chance.choice(pairs)
    return Answer(chance.choice(questions), chance.choice([*answers, told.own]), False)


def _unanswered(words: LifeWords, life: Life, chance: Random) -> Answer | None:
    """A question about a detail, a topic or a premise that nobody told."""
    drawn = chance.random()
    if drawn < _DETAILS:
        return _of_detail(words.admitting, chance.choice(life.told), chance)
    strange = [thing for thing in words.known if not life.touches(thing.about)]
    if drawn < _TOPICS:
        asks = [*(thing.unknown for thing in strange), *words.loose.unknown]
        return Answer(_one(asks, chance), admission(words.admitting, chance), True)
    asks = [*(thing.premise for thing in strange), *words.loose.premise]
    says = chance.choice([chance.choice(words.admitting.premise),
                          admission(words.admitting, chance)])
    return Answer(_one(asks, chance), says, True)


def _of_detail(admitting: Admitting, told: Told, chance: Random) -> Answer | None:
    questions = told.wordings(told.thing.detail)
    if not questions:
        return None
    says = admission(admitting, chance)
    if chance.random() < _RELATED:
        says = filled(chance.choice(admitting.related), {"own": told.own})
    return Answer(chance.choice(questions), says, True)


def admission(admitting: Admitting, chance: Random) -> str:
    """Words by which somebody says that they do not know."""
    begin, core = chance.choice(admitting.begin), chance.choice(admitting.core)
    if not begin or begin.rstrip().endswith((".", "!", "?")):
        core = core[:1].upper() + core[1:]
    return f"{begin}{core}{chance.choice(admitting.end)}"


def _one(asks: Sequence[str], chance: Random) -> str:
    return chance.choice(split(chance.choice(asks)))


def _as_typed(question: str, name: str, chance: Random) -> str:
    """As people type: now and then with the name, or carelessly."""
    drawn = chance.random()
    if drawn < 0.1 and question.endswith("?"):
        return f"{question[:-1]}, {name}?"
    if drawn < 0.15:
        return f"{name}, {question[:1].lower()}{question[1:]}"
    return question.lower().rstrip("?") if drawn < 0.2 else question


def _told(life: Life, options: LifeOptions, chance: Random) -> list[str]:
    """What the talk tells of the life, here and there in their own words."""
    mixed = chance.random() < 0.5
    return [told.own if mixed and chance.random() < options.own_words else told.fact
            for told in life.told]


def _strange(strangers: Sequence[str], answers: Sequence[Answer], chance: Random) -> list[str]:
    """Sentences that have no word of what is asked or answered."""
    if not strangers or chance.random() < 0.5:
        return []
    wanted = {stem(word) for answer in answers for word in content(answer.asked)}
    drawn = chance.sample(strangers, min(_MOST_STRANGE, len(strangers)))
    return [sentence for sentence in drawn if not wanted & stems_of(sentence)]


def _row(life: Life, told: Sequence[str], answers: Sequence[Answer], options: LifeOptions,
         number: int, chance: Random) -> TalkRow:
    persona = life.persona
    is_described = chance.random() < options.described
    whole = Persona(persona.name, gender=persona.gender if chance.random() < 0.5 else "",
                    description=" ".join(told) if is_described else "")
    person = Person(persona.name, facts=() if is_described else tuple(told), persona=whole)
    return row_of(person, answers, f"life-{options.seed}-{number}", number)


def row_of(person: Person, answers: Sequence[Answer], talk: str, number: int) -> TalkRow:
    """A talk in which somebody is asked and answers; the answers are learned."""
    lines = [line for answer in answers for line in (
        Line("user", answer.asked), Line("assistant", answer.said, person.name, learned=True))]
    return TalkRow(tuple(lines), RowPlace(SOURCE, number + 1), talk, people=(person,))
