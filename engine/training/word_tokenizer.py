"""A tokenizer whose tokens are whole words, made from the texts it will serve.

It travels as tokenizer.json in a model's folder, so that words are cut at run time exactly as
they were when their vectors were learned. Knows no songs, no labels and no vectors.
"""
# The tokenizers library ships no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

from collections import Counter
from collections.abc import Iterable, Sequence

import tokenizers
from tokenizers import Regex, models, normalizers, pre_tokenizers

from engine.errors import EngineError

TOKENIZER_FILE = "words.json"
PADDING, UNKNOWN = 0, 1
_NAMES = ("[PAD]", "[UNK]")  # no word holds a bracket, so no text can spell them
_WORD = r"[\p{L}\p{M}\p{N}]+(?:'[\p{L}\p{M}\p{N}]+)*"
_APOSTROPHES = "[\u2018\u2019\u02bc\u00b4`]"


def word_tokenizer(texts: Iterable[str], most: int, fewest: int) -> tokenizers.Tokenizer:
    """The `most` words that stand in the greatest number of texts, each in at least `fewest`.

    Padding is id 0, a word not known id 1. EngineError where no word is that frequent.
    """
    blank = word_cutter()
    found: Counter[str] = Counter()
    for text in texts:
        plain = blank.normalizer.normalize_str(text)
        found.update({word for word, _ in blank.pre_tokenizer.pre_tokenize_str(plain)})
    # Words of equal rank are ordered by their letters: the same texts give the same ids.
    ranked = sorted((-times, word) for word, times in found.items() if times >= fewest)
    if not ranked:
        raise EngineError(
            f"No word stands in {fewest} of the texts, so there is nothing to learn from.",
            "Give it more songs.",
        )
    names = [*_NAMES, *(word for _, word in ranked[:most])]
    return _cutter(names)


def word_cutter() -> tokenizers.Tokenizer:
    """Knows no word, yet cuts every text where `word_tokenizer` does: enough to cut excerpts."""
    return _cutter(_NAMES)


def _cutter(names: Sequence[str]) -> tokenizers.Tokenizer:
    """Lower-cased words with their inner apostrophes; all else lies between words."""
    vocabulary = {name: number for number, name in enumerate(names)}
    whole = tokenizers.Tokenizer(models.WordLevel(vocabulary, unk_token=_NAMES[UNKNOWN]))
    whole.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(Regex(_APOSTROPHES), "'"),
            normalizers.NFKC(),
            normalizers.Lowercase(),
        ]
    )
    whole.pre_tokenizer = pre_tokenizers.Split(Regex(_WORD), behavior="removed", invert=True)
    return whole
