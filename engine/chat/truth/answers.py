"""Whether a fact holds what a question asks for: a name for "who", a place for "where".

Looks at the shape of the words, not at what they mean, and only for what is new beside the
question. Knows no model; whether the fact is about the same matter is decided elsewhere.
"""

import re
from collections.abc import Callable, Collection, Sequence

from engine.chat.truth.asked import Asked
from engine.chat.truth.lexicon import (
    CAUSES,
    COLOURS,
    LENGTHS,
    MONEY,
    NUMBERS,
    PEOPLE,
    TIME_UNITS,
    TIMES,
    WEIGHTS,
    listed,
)
from engine.chat.truth.wording import content, stem, words

_YEAR = r"1\d{3}|20\d\d"
_NAME = r"(?:[A-Z][\w'-]*[a-z][\w'-]*|[A-Z]{2,}\b)"
_PLACE = re.compile(
    r"\b(?:in|at|from|outside|under|near|behind|above|beside|below|across|inside|between|to|on|off|"
    r"aboard|over|by|beyond|against|above|around)\s+((?:(?:the|a|an|my|our|his|her|their|its|one|"
    r"two|some|old|this|that)\s+)*)([\w'-]+)")
_NO_PLACE = TIMES | TIME_UNITS | NUMBERS | listed("""
time first last end once least purpose foot heart fun living secret general all it me him her them
age order half past me fact love turn
""")
# Names of places, and of what is called so: not of persons.
_THING = re.compile(rf"\b(?:in|at|from|on|to|near|called|named|the|of|against) "
                    rf"((?:the )?{_NAME}(?: (?:of |and |the )?{_NAME})*)")
_DURATION = re.compile(r"\b(?:for|since|after|in|lasts?|lasted|takes?|took|spent?|spends?)\b")
_NAMED = re.compile(rf"\b(?:called|named|nicknamed|christened|known as|named \w+(?: \w+)?"
                    rf" (?:the )?) ?(?:the )?{_NAME}|\bname (?:is|was)\b"
                    rf"|\bcalls? (?:me|him|her|it|them)\b|\bnamed\b.*{_NAME}")
_PAIR = re.compile(rf"\b([a-z][\w-]+)(?:,| is| was| are| were|)\s+(?:called |named |the )?"
                   rf"({_NAME})")


def holds(asked: Asked, of: Sequence[str], fact: str, question: str,
          like: Callable[[str, Sequence[str]], float]) -> float | None:
    """How far `fact` holds what is `asked` (1 yes, 0 no), None where its shape cannot tell.

    `of` are the words it is asked of; `like` says how alike a word is to the nearest of others.
    """
    known = {stem(word) for word in words(question)}
    if asked is Asked.NAME:
        return _name(of, fact, known, like)
    if asked is Asked.KIND:
        return _kind(of, fact, known, like)
    check = _CHECKS.get(asked)
    return None if check is None else float(check(fact, known))


def names_in(text: str, known: Collection[str] = ()) -> list[str]:
    """The capitalised words that are names, but for those whose stems are `known`."""
    found: list[str] = []
    for match in re.finditer(_NAME, text):
        begins = match.start() == 0 or text[:match.start()].rstrip()[-1:] in ".!?:;\""
        word = match[0].removesuffix("'s")
        if (begins and _is_common(word, text[match.end():])) or word == "I":
            continue
        if stem(word) not in known:
            found.append(word)
    return found


def numbers_in(text: str) -> list[str]:
    """Numbers, in figures or in words."""
    return [word for word in _parts(text) if word in NUMBERS or re.fullmatch(r"\d[\d.,:]*", word)]


def pairs_in(text: str) -> list[tuple[str, str]]:
    """Nouns and the names that stand beside them: ("daughter", "Vesna")."""
    return [(found[1].lower(), found[2]) for found in _PAIR.finditer(text)
            if found[1].lower() not in _LINKS]


_LINKS = listed("""
in at from on to of and or by with for near under over than as is was are were the a an my his her
our their its called named about after before until since between during into like not but who
which that
""")


def places_in(text: str) -> list[str]:
    """What stands after "in", "at" and their like, but for times."""
    return [match[2] for match in _PLACE.finditer(text) if match[2].lower() not in _NO_PLACE
            and not match[2].isdigit()]


def _is_common(word: str, after: str) -> bool:
    """Whether a word that begins a sentence is no name."""
    return word.lower() in _LINKS | _BEGINNINGS or not re.match(
        rf"\s+(?:{_NAME}|(?:is|was|has)\b)", after)


_BEGINNINGS = listed("every once instead i when there it he she they we you this that")


def _parts(text: str) -> list[str]:
    return [part for word in words(text) for part in word.lower().split("-")]


def _name(of: Sequence[str], fact: str, known: Collection[str],
          like: Callable[[str, Sequence[str]], float]) -> float:
    """A name beside the very thing it is asked of."""
    beside = [noun for noun, name in pairs_in(fact) if stem(name) not in known]
    if _NAMED.search(fact):
        beside += content(fact)
    if not of:
        return float(bool(beside))
    return max((like(word, beside) for word in of), default=0.0) if beside else 0.0


def _kind(of: Sequence[str], fact: str, known: Collection[str],
          like: Callable[[str, Sequence[str]], float]) -> float | None:
    """One of the kind asked for, that the question does not name itself."""
    new = [word for word in content(fact) if stem(word) not in known]
    if not of:
        return None
    if any(stem(word) in {stem(held) for held in words(fact)} for word in of):
        return 0.5 if new else 0.0
    return like(of[0], new) if new else 0.0


def _person(fact: str, known: Collection[str]) -> bool:
    things = " ".join(_THING.findall(fact))
    named = any(name not in things for name in names_in(fact, known))
    return named or any(stem(word) not in known for word in content(fact) if word in PEOPLE)


def _place(fact: str, known: Collection[str]) -> bool:
    return any(stem(place) not in known for place in places_in(fact))


def _time(fact: str, known: Collection[str]) -> bool:
    told = [word for word in _parts(fact) if stem(word) not in known]
    return (any(word in TIMES or re.fullmatch(rf"{_YEAR}|\d\d?:\d\d", word) for word in told)
            or bool(re.search(r"\b(?:when|the day|at the age|at (?:half|\w+ o'clock)|past "
                              r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve))\b",
                              fact)))


def _age(fact: str, known: Collection[str]) -> bool:
    return bool(re.search(
        rf"\b(?:is|am|are|was|were|turned|turns|at|aged|of)\s+(?:the age of )?(?:{_number_words()})"
        rf"(?!\s+(?:{_any(LENGTHS | WEIGHTS | MONEY)}))"
        rf"|\b(?:{_number_words()})[\s-]years?[\s-]old", fact))


def _span(fact: str, known: Collection[str]) -> bool:
    return (bool(_DURATION.search(fact)) and any(
        word in TIME_UNITS or re.fullmatch(_YEAR, word) or word == "birth"
        for word in _parts(fact))) or bool(re.search(r"\bsince\b.*\b(?:child|birth|\d{4})", fact))


def _of_unit(units: Collection[str]) -> Callable[[str, Collection[str]], bool]:
    return lambda fact, known: bool(numbers_in(fact)) and any(
        word in units for word in _parts(fact))


def _cause(fact: str, known: Collection[str]) -> bool:
    told = {word.lower() for word in words(fact)}
    return bool(told & CAUSES) or bool(re.search(
        r"\bthe day\b|\b(?:afraid|scared|terrified|frightened|ashamed|tired) of\b",
        fact))


def _any(some: Collection[str]) -> str:
    return "|".join(sorted(some))


def _number_words() -> str:
    return rf"(?:\d+|{_any(NUMBERS - {'half', 'pair', 'both', 'none', 'single', 'once'})})"


_CHECKS: dict[Asked, Callable[[str, Collection[str]], bool]] = {
    Asked.WHO: _person,
    Asked.WHERE: _place,
    Asked.WHEN: _time,
    Asked.AGE: _age,
    Asked.NUMBER: lambda fact, known: any(
        word != "one" and not re.fullmatch(_YEAR, word) for word in numbers_in(fact)),
    Asked.SPAN: _span,
    Asked.LENGTH: _of_unit(LENGTHS),
    Asked.WEIGHT: _of_unit(WEIGHTS),
    Asked.MONEY: lambda fact, known: bool(MONEY.intersection(_parts(fact))),
    Asked.COLOUR: lambda fact, known: bool(COLOURS.intersection(_parts(fact))),
    Asked.REASON: _cause,
}


def new_words(fact: str, question: str) -> list[str]:
    """What a fact says beyond the question, but for times, numbers, and who a name belongs to."""
    known = {stem(word) for word in words(question)}
    told = {noun for noun, name in pairs_in(fact) if stem(name) in known}
    return [word for word in content(fact) if stem(word) not in known
            and word not in told | TIMES | TIME_UNITS | NUMBERS]
