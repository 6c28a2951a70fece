"""Texts with words to be guessed: what an encoder learns the person's texts by.

Which words are hidden is drawn anew in every epoch, by the seed and the text's place alone, so
that a resumed run hides the same ones. Knows no torch.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.errors import EngineError
from engine.inference.tokenizer import Ids, Tokenizer
from engine.tagging.text_windows import begins_word, windows_of
from engine.training.classifier_options import WordsOptions, words_options
from engine.training.examples.example import Example
from engine.training.recipe import Recipe
from engine.training.rows.row import BadRow, PlainRow, Row, TextRow

Flags = npt.NDArray[np.bool_]
_HIDDEN, _SWAPPED = 0.8, 0.1  # of the tokens to guess (Devlin et al. 2019); the rest stay
_LEAST_TOKENS = 8
_PREVIEW = 0


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """`ids` (T,) with the special tokens, `word` (T,) the number of the word each belongs to,
    counted from 1; 0 for special tokens."""

    ids: Ids
    word: Ids


@dataclass(frozen=True, slots=True, eq=False)
class Masked:
    """`seen` (T,) the tokens as they are shown, `guessed` (T,) which are to be told, `ids` (T,)
    what they are."""

    seen: Ids
    guessed: Flags
    ids: Ids


class MaskedMaker:
    """Cuts texts into pieces and hides words of them. EngineError where the tokenizer has no mask.
    """

    def __init__(self, tokenizer: Tokenizer, options: WordsOptions, seed: int) -> None:
        mask = tokenizer.special_id("[MASK]") or tokenizer.special_id("<mask>")
        if mask is None:
            raise EngineError("This model cannot guess words: its tokenizer has no mask.",
                              "Choose another base model.")
        self._mask = mask
        self._tokenizer = tokenizer
        self._options = options
        self._seed = seed
        self._before = int(tokenizer.wrap(np.array([-1], np.int64)).argmin())

    def pieces(self, text: str) -> tuple[Piece, ...]:
        """A text in pieces; those of a few tokens are left out, as nothing around a hidden word
        would be left."""
        found = self._tokenizer.encode(text)
        begins = np.array([not self._options.whole_words or begins_word(text, place)
                           for place in found.starts.tolist()], np.bool_)
        room = self._options.window - self._tokenizer.special_tokens
        return tuple(self._piece(found.ids[first:last], begins[first:last])
                     for first, last in windows_of(found, text, room)
                     if last - first >= _LEAST_TOKENS)

    def _piece(self, ids: Ids, begins: Flags) -> Piece:
        whole = self._tokenizer.wrap(ids)
        word = np.zeros(len(whole), np.int64)
        word[self._before : self._before + len(ids)] = np.cumsum(begins) + (not begins[0])
        return Piece(whole, word)

    def masked(self, piece: Piece, number: int, epoch: int) -> Masked:
        """The piece of this number (its place in the data) as an epoch shows it."""
        chance = np.random.default_rng((self._seed, epoch, number))
        guessed = self._drawn(piece.word, chance)
        seen, fate = piece.ids.copy(), chance.random(len(piece.ids))
        hidden = guessed & (fate < _HIDDEN)
        swapped = guessed & (fate >= _HIDDEN) & (fate < _HIDDEN + _SWAPPED)
        seen[hidden] = self._mask
        seen[swapped] = chance.integers(0, self._tokenizer.size, int(swapped.sum()))
        return Masked(seen, guessed, piece.ids)

    def examples(self, row: Row) -> Iterator[Example | BadRow]:
        """The pieces as they are, with the words that the first epoch asks for."""
        if not isinstance(row, TextRow | PlainRow):
            yield BadRow(row.place, "It is a talk, not a text.")
            return
        found = self.pieces(row.text)
        if not found:
            yield BadRow(row.place, "It is too short to guess words from.", row.text[:60])
        for piece in found:
            shown = self.masked(piece, row.place.line, _PREVIEW)
            yield Example(piece.ids, shown.guessed, row.place, row.song)

    def _drawn(self, word: Ids, chance: np.random.Generator) -> Flags:
        """Which tokens are to be guessed: about the share, of whole words, one word at least."""
        words = int(word.max(initial=0))
        if not words:
            return np.zeros(len(word), np.bool_)
        sizes = np.bincount(word, minlength=words + 1)
        order = chance.permutation(words) + 1
        wanted = max(1, round(self._options.share * int((word > 0).sum())))
        kept = int(np.searchsorted(np.cumsum(sizes[order]), wanted, "right"))
        return np.isin(word, order[: max(1, kept)])


def open_maker(recipe: Recipe, folder: Path) -> MaskedMaker:
    """The maker for a recipe upon the encoder in `folder`. EngineError where it has no mask."""
    tokenizer = Tokenizer.open(folder / "tokenizer.json")
    return MaskedMaker(tokenizer, words_options(recipe), recipe.loop.seed)
