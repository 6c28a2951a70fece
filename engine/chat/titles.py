"""A name for a conversation from its first words. Pure; knows no storage."""

LONGEST = 48
_MARKS = ".,;:!?…-–— \t"
_OPENERS = "#>*-–—•\"'“”‘’`_ \t"


def title_from(text: str) -> str:
    """The first line that says something, cut between words; "" where there is none."""
    for line in text.splitlines():
        words = " ".join(line.strip(_OPENERS).split())
        if any(letter.isalnum() for letter in words):
            return _cut(words)
    return _cut(" ".join(text.split()))


def _cut(words: str) -> str:
    if len(words) <= LONGEST:
        return words
    head, space, _ = words[:LONGEST].rpartition(" ")
    # A single word without end, or a script that sets no spaces, is cut where it stands.
    cut = head if space and len(head) > LONGEST // 2 else words[:LONGEST - 1]
    return cut.rstrip(_MARKS) + "…"
