"""The question a generative tagger is asked, and is trained on: one form, written once.

    Q: What are the moods evoked by the following song excerpt?
    <excerpt>
    A: sadness, calmness
"""

import re
from collections.abc import Callable

QUESTION = "Q: What are the moods evoked by the following song excerpt?\n"
ANSWER = "\nA:"
LEAD = " "
SEPARATOR = ", "
_TURN = re.compile(r"^([^\S\n]*[QA])[^\S\n]*:", re.MULTILINE | re.IGNORECASE)


def ask(excerpt: str, quote: Callable[[str], str] = str) -> str:
    """The prompt up to "A:". A line of the song that looks like a turn is kept from being one;
    `quote` is the model's way to keep foreign text from becoming special tokens."""
    return QUESTION + quote(_TURN.sub(r"\1 -", excerpt)) + ANSWER
