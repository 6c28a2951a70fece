"""What a persona knows of their own life, sentence by sentence, as they would say it.

From facts, their description, and what stands about them in a word each. Their own earlier lines
are not among it: what was once made up would be true ever after.
"""

import re
from collections.abc import Iterator, Sequence

from engine.chat.fact import Fact
from engine.chat.persona import Persona
from engine.chat.truth.first_person import FirstPerson
from engine.chat.truth.support import Known
from engine.chat.truth.wording import sentences

_NAME = re.compile(r"\byour (?:\w+ )?name\b|\bwho are you\b|\b(?:are you called|call you)\b",
                   re.IGNORECASE)
_AGE = re.compile(r"\bhow old (?:are )?you\b|\byour age\b", re.IGNORECASE)
_GENDER = re.compile(r"\bare you (?:an? )?(?:\w+ )?(?:man|woman|boy|girl|male|female|he|she)\b|"
                     r"\byour (?:gender|sex)\b", re.IGNORECASE)
_SHORTEST = 2  # words of a sentence that says something


def knowledge_of(persona: Persona, facts: Sequence[Fact] | Sequence[str],
                 question: str = "") -> tuple[Known, ...]:
    """All that is known, the facts first, each sentence once. `facts` are those the persona knows,
    of their own life or not; those without a row of the library may be given as texts. Name, age
    and gender are among it where the question asks for them."""
    said = FirstPerson(persona)
    told: dict[str, str] = {}
    for fact in facts:
        text, number = (fact, "") if isinstance(fact, str) else (fact.text, str(fact.id))
        told.setdefault(" ".join(text.split()), number)
    for sentence in [*sentences(persona.description), *_short(persona, question)]:
        if len(sentence.split()) >= _SHORTEST:
            told.setdefault(sentence, "")
    return tuple(Known(text, said(text), number) for text, number in told.items() if text)


def _short(persona: Persona, question: str) -> Iterator[str]:
    """Sentences of what is told in a word."""
    age, gender = persona.age.strip().rstrip("."), persona.gender.strip()
    if _NAME.search(question):
        yield f"My name is {persona.name}."
    if age and _AGE.search(question):
        yield f"I am {age} years old." if re.fullmatch(r"[\w-]+", age) else f"My age is {age}."
    if gender and _GENDER.search(question):
        yield f"I am {gender}."
