"""Ids for moods of one's own: made once from a name, and never changed with it."""

import re

from engine.tagging.vocabulary import Vocabulary

_MOST_LETTERS = 40


def free_id(name: str, vocabulary: Vocabulary) -> str:
    """An id nobody has, made of the letters and digits of a name."""
    wanted = re.sub(r"\W+", "_", name.casefold()).strip("_")[:_MOST_LETTERS] or "mood"
    number, found = 2, wanted
    while vocabulary.get(found) is not None:
        found, number = f"{wanted}_{number}", number + 1
    return found
