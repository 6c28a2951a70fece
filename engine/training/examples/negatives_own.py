"""Talks about lives that somebody wrote: a character's own facts, and what they do not tell.

What is told is asked for by a word of it and answered as the character says it; what no fact
touches is asked as of invented lives, and admitted not to be known. English, by words alone.
"""

from collections.abc import Iterator, Sequence
from random import Random

from engine.chat.persona import Persona
from engine.chat.truth.first_person import FirstPerson, own_names
from engine.chat.truth.knowledge import knowledge_of
from engine.chat.truth.wording import content, stem, stems_of, words
from engine.training.examples.negatives import Answer, LifeOptions, admission, row_of
from engine.training.examples.negatives_lives import LifeWords, split
from engine.training.rows.row import Person, TalkRow

_FEWEST = 3  # sentences about a life that is worth asking about
_ASKS = ("What about {word}?", "Tell me about {word}.", "What can you tell me about {word}?",
         "You and {word}: what is the story?", "I heard something about {word}. Is it true?")
_SHORTEST = 4


def own_life_talks(phrases: LifeWords, people: Sequence[Person],
                   options: LifeOptions) -> Iterator[TalkRow]:
    """`options.own` talks about each of these people of whom enough is told."""
    seen: dict[str, Person] = {}
    for person in people:
        seen.setdefault(person.name, person)
    for name, person in seen.items():
        persona = person.persona or Persona(name, description="\n".join(
            (person.about, *person.traits)))
        told = [known.told for known in knowledge_of(persona, person.facts)]
        if len(told) < _FEWEST:
            continue
        for number in range(options.own):
            chance = Random(f"{options.seed}-{name}-{number}")
            answers = list(_answers(phrases, persona, told, options, chance))
            yield row_of(Person(name, facts=person.facts, persona=persona), answers,
                         f"own-{options.seed}-{name}-{number}", number)


def _answers(phrases: LifeWords, persona: Persona, told: Sequence[str], options: LifeOptions,
             chance: Random) -> Iterator[Answer]:
    asked: set[str] = set()
    for _ in range(options.questions):
        admits = chance.random() < options.unknown
        made = (_unknown(phrases, told, chance) if admits
                else _known(persona, chance.choice(told), chance))
        if made is not None and made.asked not in asked:
            asked.add(made.asked)
            yield made


def _unknown(phrases: LifeWords, told: Sequence[str], chance: Random) -> Answer | None:
    """A question of a topic, or about a premise, that no sentence touches."""
    held = frozenset[str]().union(*map(stems_of, told))
    strange = [thing for thing in phrases.known if not held & {stem(word) for word in thing.about}]
    if not strange:
        return None
    thing = chance.choice(strange)
    asked = chance.choice(split(chance.choice([thing.unknown, thing.premise])))
    if held & {stem(word) for word in content(asked)}:
        return None
    return Answer(asked, admission(phrases.admitting, chance), True)


def _known(persona: Persona, fact: str, chance: Random) -> Answer | None:
    """A word of a sentence, and the sentence as it is said of oneself."""
    names = {word.lower() for name in own_names(persona) for word in words(name)}
    found = [word for word in content(fact) if word not in names and len(word) >= _SHORTEST]
    if not found:
        return None
    asked = chance.choice(_ASKS).format(word=chance.choice(found[-2:]))
    return Answer(asked, FirstPerson(persona)(fact), False)
