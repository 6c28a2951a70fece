"""Cuts any text into pieces that fit a model's window, at word ends where it can. For texts that
are no lyrics; knows no model and no labels."""

from collections.abc import Iterator

from engine.inference.tokenizer import Ids, TokenizedText, Tokenizer

_LOOK_BACK = 16  # tokens within which a word end is sought


def cut_windows(text: str, tokenizer: Tokenizer, window: int) -> tuple[Ids, ...]:
    """The token ids of each piece with its special tokens, at most `window` long; none for a text
    of no tokens."""
    found = tokenizer.encode(text)
    room = window - tokenizer.special_tokens
    return tuple(tokenizer.wrap(found.ids[first:last])
                 for first, last in windows_of(found, text, room))


def windows_of(found: TokenizedText, text: str, room: int) -> Iterator[tuple[int, int]]:
    """First and last (exclusive) token of each piece of a text of these tokens."""
    first = 0
    while first < len(found.ids):
        last = _end(found.starts, text, first, min(first + room, len(found.ids)))
        yield first, last
        first = last


def _end(starts: Ids, text: str, first: int, last: int) -> int:
    """The last word start up to `last`, or `last` itself where none is near."""
    if last == len(starts):
        return last
    for at in range(last, max(first, last - _LOOK_BACK), -1):
        if begins_word(text, int(starts[at])):
            return at
    return last


def begins_word(text: str, place: int) -> bool:
    """Whether what stands at this place follows a space, or nothing."""
    return place == 0 or text[place - 1].isspace()
