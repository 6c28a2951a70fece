"""English sentences and their words, as plain as deciding what a question asks for needs them.

Knows sentences, words that say nothing by themselves, and the likeness of two words; knows no
facts and no questions. Other languages pass through: their words are words too.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np

from engine.chat.memory.sentence_vectors import Floats, SentenceEncoder
from engine.chat.truth.lexicon import IRREGULAR, KIN, listed

_TITLES = r"(?<!\bMr\.)(?<!\bMrs\.)(?<!\bMs\.)(?<!\bDr\.)(?<!\bSt\.)(?<!\bProf\.)"
_END = re.compile(rf"{_TITLES}(?<=[.!?…])\s+(?=\S)|(?<=[.!?…][\"')*])\s+(?=\S)|\n+")
_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_FEW = 3
_OTHER_KIN = 0.2  # an aunt is no mother, however near their vectors
_NO = listed("never not no cannot nothing nobody none neither without")

EMPTY = listed("""
a an the this that these those some any all both each every no not never none nothing nobody i me
my mine myself you your yours yourself he him his himself she her hers herself it its itself we us
our ours they them their theirs themselves one ones who whom whose which what where when why how
and or but so if then than as of in on at to from by for with without into onto out up down off
over under about after before since until while because through again further once here there am
is are was were be been being have has had having do does did doing done will would shall should
can could may might must ought just only very too also still even ever really quite rather much
many more most such own same other another well now yet already i'm you're he's she's it's we're
they're i've you've we've they've i'd you'd i'll you'll isn't aren't wasn't weren't haven't hasn't
hadn't don't doesn't didn't won't wouldn't can't cannot couldn't shouldn't mustn't what's who's
where's that's there's let's whats wheres whos got get gets getting o'clock honestly perhaps maybe
please oh ah hey hello hi okay ok yes right tell know remember remind say ask asking called call
name named something anything someone anyone somebody anybody everyone thing things kind sort lot
lots way ways like dear sir madam years year day days time times
""")
"""Words that say too little by themselves to tell one fact from another."""

_ENDINGS = (("ies", "y"), ("sses", "ss"), ("ches", "ch"), ("shes", "sh"), ("xes", "x"),
            ("ss", "ss"), ("us", "us"), ("is", "is"), ("s", ""))
_VERB_ENDINGS = ("ing", "ed", "er")


def sentences(text: str) -> list[str]:
    """The sentences of a text, in order, without the blanks around them."""
    return [found.strip() for found in _END.split(plain(text)) if found.strip()]


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Where the sentences stand: (start, end) without the blanks around them."""
    spans: list[tuple[int, int]] = []
    begin = 0
    for gap in [*_END.finditer(plain(text)), None]:
        end = gap.start() if gap else len(text)
        held = text[begin:end]
        if held.strip():
            start = begin + len(held) - len(held.lstrip())
            spans.append((start, start + len(held.strip())))
        begin = gap.end() if gap else end
    return spans


def is_denied(text: str) -> bool:
    """Whether a sentence says that something is not so."""
    return any(word.lower() in _NO or word.lower().endswith("n't") for word in words(text))


def plain(text: str) -> str:
    """A text with straight apostrophes and quotes; as long as it was."""
    return text.translate({ord("’"): "'", ord("‘"): "'", ord("“"): '"', ord("”"): '"'})


def words(text: str) -> list[str]:
    """The words as they are written, the "'s" of a possessor taken off."""
    found = _WORD.findall(plain(text))
    return [word[:-2] if word.lower().endswith("'s") else word for word in found]


def content(text: str) -> list[str]:
    """The words that say something, in small letters, each once."""
    small = (word.lower() for word in words(text))
    return list(dict.fromkeys(word for word in small if word not in EMPTY and len(word) > 1))


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """A word without its commonest endings: enough for "sings", "singing" and "singer"."""
    word = IRREGULAR.get(word.lower(), word.lower())
    for ending, left in _ENDINGS:
        if word.endswith(ending) and len(word) > len(ending) + 1:
            word = word[: len(word) - len(ending)] + left
            break
    for ending in _VERB_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _FEW:
            word = word[: -len(ending)]
            break
    if len(word) > _FEW and word[-1] == word[-2] and word[-1] not in "sl":
        word = word[:-1]
    return word.removesuffix("e") if len(word) > _FEW else word


@lru_cache(maxsize=16384)
def stems_of(text: str) -> frozenset[str]:
    """The stems of a text's words."""
    return frozenset(map(stem, words(text)))


def kin_of(word: str) -> frozenset[str]:
    """Who of a family a word may mean, none for other words."""
    return KIN.get(word) or KIN.get(word.removesuffix("s")) or frozenset()


def few_of(texts: Sequence[str], asked: str, nearness: Floats, most: int) -> list[int]:
    """The places of the texts that may have to do with `asked`, in their order: the `most` that
    are nearest by `nearness` (N,), and the `most` that share most of its words."""
    if len(texts) <= most:
        return list(range(len(texts)))
    wanted = frozenset(map(stem, content(asked)))
    shared = np.array([len(wanted & stems_of(text)) for text in texts], np.float32)
    orders = (np.argsort(-nearness, kind="stable"), np.argsort(-shared, kind="stable"))
    return sorted({int(place) for order in orders for place in order[:most]})


class Likeness:
    """How alike words are: 1 of one stem, else the cosine of their vectors."""

    def __init__(self, encoder: SentenceEncoder) -> None:
        self._encoder = encoder

    def between(self, some: Sequence[str], others: Sequence[str]) -> Floats:
        """(S, O) from 0 to 1 for S words beside O others."""
        if not some or not others:
            return np.zeros((len(some), len(others)), np.float32)
        left, right = self._encoder.vectors(some), self._encoder.vectors(others)
        alike = np.clip(left @ right.T, 0, 1).astype(np.float32)
        for row, one in enumerate(some):
            for column, other in enumerate(others):
                if stem(one) == stem(other):
                    alike[row, column] = 1
                elif kin_of(one) and kin_of(other):
                    alike[row, column] = 0.9 if kin_of(one) & kin_of(other) else _OTHER_KIN
        return alike

    def read(self, texts: Iterable[str]) -> None:
        """Reads the words of texts at once, which is quicker than one text after the other."""
        self._encoder.vectors(list(dict.fromkeys(word for text in texts
                                                 for word in content(text))))

    def best(self, word: str, others: Iterable[str]) -> float:
        """How alike the nearest of the others is, 0 where there are none."""
        return float(self.between([word], list(others)).max(initial=0.0))
