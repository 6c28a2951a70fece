"""SentencePiece models trained in the tests on words made here, and texts to try them with."""

import io
import random

import sentencepiece

_SPOKEN = ("love night moon river dance alone tears fire heart road dream sky the a and of my your "
           "in on with never always ä über naïve 夜 月 愛 こんにちは 世界 привет мир")
WORDS = _SPOKEN.split()

ODD = (
    "", "a", " ", "  ", "   love   night  ", "\t", "\n", "love\nnight", "love\r\nnight\n",
    "\U0001f600", "\U0001f469‍\U0001f469‍\U0001f467 love", "e\u0301 cafe\u0301",
    "nai\u0308ve \ufb01re", "夜の月", "か\u3099", "한국어", "\u1112\u1161\u11ab", "z\u200bz",
    "\ufeffx", "\u00a0night\u00a0", "\u2581", "a\u2581", "\u2581\u2581a", "<sep>",
    "love<sep>night", "<sep> love <sep>", "  <sep>  ", "lovelovelove", "aaaaaaaaaa", "-----",
    "....!!!???", "ÄÖÜ", "ＬＯＶＥ", "½", "\u0001", "\u0001a", "a\u0001b", "\u3000夜\u3000",
    "مرحبا", "नमस्ते", "<sep", "sep>", "[MASK]x", "xyz[MASK]", "Ａ<SEP>b", "love\u00adnight",
    "\u202elove", "ệ e\u0323\u0302 ê\u0323", "q\u0307\u0323", "\ufb01\u0301",
    "a\u0327\u0301", "İ ß ẞ Σ",
)


def train(**options: object) -> bytes:
    """A small .model file; options as SentencePiece names them."""
    made = random.Random(1)
    songs = [" ".join(made.choices(WORDS, k=made.randint(3, 12))) for _ in range(800)]
    written = io.BytesIO()
    settings = {"vocab_size": 260, "hard_vocab_limit": False, "minloglevel": 2} | options
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(songs), model_writer=written, **settings)
    return written.getvalue()


def texts(count: int = 400) -> list[str]:
    """The odd ones, some of words, some of letters in any order."""
    made = random.Random(2)
    letters = [*"abc loveight  \n\t.,!-<>", "夜", "月", "é", "e\u0301", "\U0001f600", "<sep>",
               "  ", "\u2581", "ß", "\ufb01", "\u200b", "п", "р", "Ａ", "ê", "\u0323"]
    mixed = ["".join(made.choices(letters, k=made.randint(0, 25))) for _ in range(count)]
    return [*ODD, *mixed, *(" ".join(made.choices(WORDS, k=8)) for _ in range(60))]
