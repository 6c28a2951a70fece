"""Which known spelling a misspelt word was meant to be.

Knows letters only and no mood. Doubtful words get no answer; neither do the few common words that
merely look like a mood (morning is not mourning).
"""

from collections.abc import Iterable

LONGEST = 40
_VOWELS = frozenset("aeiouy")
_WORDS_OF_THEIR_OWN = frozenset({
    "carving", "confidant", "consultation", "lounging", "morning", "salvage", "scarred", "summary"})


def slips_allowed(length: int) -> int:
    """How many slips a word of this length may hold and still be recognised.

    Short words have real neighbours one letter away (calm and palm, better and bitter), so they
    get none.
    """
    return 0 if length < 7 else 1 if length < 12 else 2


def slips_between(one: str, other: str, most: int) -> int:
    """Slips between two words; `most + 1` if there are more.

    A letter too many or too few, two neighbours swapped, and one vowel for another are one slip;
    any other replaced letter counts two, for it mostly makes another word (healing, heading).
    The optimal string alignment distance (Damerau 1964, restricted): no part is edited twice.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + _replacing(letter, wanted))
            if last and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def _replacing(letter: str, wanted: str) -> int:
    if letter == wanted:
        return 0
    return 1 if letter in _VOWELS and wanted in _VOWELS else 2


def nearest(word: str, known: Iterable[str]) -> set[str]:
    """The known spellings fewest slips away from `word`, all that tie; empty if none is near.

    First and last letters must agree: they are seldom missed, and danger is not anger.
    """
    if len(word) > LONGEST or word in _WORDS_OF_THEIR_OWN:
        return set()
    most = slips_allowed(len(word))
    found: set[str] = set()
    for spelling in known:
        if (spelling[:1], spelling[-1:]) != (word[:1], word[-1:]):
            continue
        distance = slips_between(word, spelling, most)
        if distance <= most:
            found = {*found, spelling} if distance == most and found else {spelling}
            most = distance
    return found
