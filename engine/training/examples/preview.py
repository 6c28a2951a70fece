"""The first examples exactly as the model will see them: each token, and whether it is learned."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from engine.inference.tokenizer import Tokenizer
from engine.training.examples.example import Example
from engine.training.examples.makers import maker_for
from engine.training.recipe import Recipe
from engine.training.rows.row import BadRow, Row, RowPlace, TextRow

_MOST_BYTES = 8  # of a letter that is put together from tokens


@dataclass(frozen=True, slots=True)
class Piece:
    """The text of a token, or of the few that make one letter. `special`: a mark of the model's,
    no text. `learned`: the model is to predict it."""

    text: str
    learned: bool
    special: bool = False
    tokens: int = 1


@dataclass(frozen=True, slots=True)
class Preview:
    """One example. `labels` are those of a labelled text: there they are what is learned. `asked`
    as in TextRow. `tokens` in all, `learned` of them are predicted."""

    pieces: tuple[Piece, ...]
    place: RowPlace
    labels: tuple[str, ...] = ()
    asked: tuple[str, ...] | None = None
    tokens: int = 0
    learned: int = 0


def preview(recipe: Recipe, rows: Iterable[Row | BadRow], model_folder: Path,
            most: int = 8) -> tuple[Preview | BadRow, ...]:
    """The first `most` examples; a BadRow where a row gave none, or lost something. EngineError
    where the model's folder cannot serve."""
    maker = maker_for(recipe, model_folder)
    tokenizer = Tokenizer.open(model_folder / "tokenizer.json")

    def shown() -> Iterator[Preview | BadRow]:
        for row in rows:
            if not isinstance(row, BadRow):
                for example in maker.examples(row):
                    yield (example if isinstance(example, BadRow)
                           else preview_of(example, row, tokenizer))

    return tuple(islice(shown(), most))


def preview_of(example: Example, row: Row, tokenizer: Tokenizer) -> Preview:
    """One example as it is shown."""
    labels, asked = (row.labels, row.asked) if isinstance(row, TextRow) else ((), None)
    return Preview(tuple(_pieces(example, tokenizer)), example.place, labels, asked,
                   example.length, int(example.learned.sum()))


def _pieces(example: Example, tokenizer: Tokenizer) -> Iterator[Piece]:
    """Token by token; those that are parts of one letter are put together."""
    held, count, was_learned = b"", 0, False
    for token, learned in zip(example.ids.tolist(), example.learned.tolist(), strict=True):
        special = tokenizer.special_text(token)
        said = b"" if special else tokenizer.token_bytes(token)
        if held and (special or learned != was_learned):
            yield Piece(held.decode("utf-8", "replace"), was_learned, tokens=count)
            held, count = b"", 0
        if special:
            yield Piece(special, learned, special=True)
            continue
        held, count, was_learned = held + said, count + 1, learned
        if len(held) >= _MOST_BYTES or _is_whole(held):
            yield Piece(held.decode("utf-8", "replace"), learned, tokens=count)
            held, count = b"", 0
    if held:
        yield Piece(held.decode("utf-8", "replace"), was_learned, tokens=count)


def _is_whole(said: bytes) -> bool:
    try:
        said.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
