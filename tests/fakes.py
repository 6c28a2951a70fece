"""Small honest stand-ins for what is slow or far away. Each passes the contract of the real one."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import tokenizers
import tokenizers.decoders
import tokenizers.models
import tokenizers.pre_tokenizers

from engine.errors import EngineError
from engine.inference.constraint import Constraint
from engine.inference.generator import CONSTRAINT, LENGTH, STOP
from engine.inference.grammar import Grammars
from engine.inference.language_model import TextPiece, TextRequest
from engine.inference.text_pieces import TextPieces
from engine.inference.tokenizer import Ids, Tokenizer
from engine.tagging.lyric import LineKind, Lyric, LyricLine
from engine.tagging.results import Excerpt, ExcerptScores, Piece

if TYPE_CHECKING:
    from engine.models.template_manners import Message

MOODS = ("sadness", "happiness", "calmness", "anger")
SIGNS = {
    "sadness": {"tears", "cry", "lonely", "rain", "goodbye"},
    "happiness": {"sun", "smile", "dance", "laugh", "bright"},
    "calmness": {"quiet", "sleep", "slow", "sea", "evening"},
    "anger": {"burn", "scream", "fight", "break", "fist"},
}
PLANE = {"sadness": (-0.8, -0.4), "happiness": (0.9, 0.5), "calmness": (0.4, -0.8),
         "anger": (-0.6, 0.8)}


class FakeTagger:
    """Scores from words, no model: a mood is present in an excerpt that holds one of its signs.

    `runs` counts calls of score and `read` keeps every excerpt text that was scored.
    `refuses` makes it fail, with a sentence, on excerpts that hold this word.
    """

    def __init__(self, id: str = "fake", moods: tuple[str, ...] = MOODS, lines: int = 4,  # noqa: A002 - named as in the protocol
                 languages: frozenset[str] = frozenset({"en"}), refuses: str = "",
                 before_score: Callable[[], None] | None = None) -> None:
        self.id = id
        self.moods = moods
        self.thresholds = tuple(0.5 for _ in moods)
        self.experimental: dict[str, float] = {}
        self.languages = languages
        self.runs = 0
        self.read: list[str] = []
        self._lines = lines
        self._refuses = refuses
        self._before_score = before_score

    def cut(self, lyric: Lyric) -> tuple[Excerpt, ...]:
        """Every `lines` lines of words are an excerpt."""
        kept = [number for number, line in enumerate(lyric.lines)
                if line.kind is LineKind.WORDS and line.words.strip()]
        return tuple(_excerpt(lyric.lines, kept[first:first + self._lines])
                     for first in range(0, len(kept), self._lines))

    def score(self, excerpts: Sequence[Excerpt]) -> ExcerptScores:
        self.runs += 1
        if self._before_score:
            self._before_score()
        if self._refuses and any(self._refuses in excerpt.text for excerpt in excerpts):
            raise EngineError("This lyric is more than the tagger can take.", "Shorten it.")
        self.read += [excerpt.text for excerpt in excerpts]
        moods = np.array([[_score(mood, excerpt.text) for mood in self.moods]
                          for excerpt in excerpts], np.float32).reshape(-1, len(self.moods))
        plane = np.array([PLANE.get(mood, (0.0, 0.0)) for mood in self.moods], np.float32)
        affect = moods @ plane / np.maximum(moods.sum(axis=1, keepdims=True), 1e-6)
        vectors = np.stack([_vector(excerpt.text) for excerpt in excerpts])
        return ExcerptScores(moods, affect.astype(np.float32), vectors)


def lyric(*lines: str, title: str = "", artist: str = "", starts: Sequence[int] = ()) -> Lyric:
    """A lyric of these lines; "" is a blank one. `starts` stamps them in milliseconds."""
    stamps: list[int | None] = [*starts, *[None] * (len(lines) - len(starts))]
    return Lyric(tuple(
        LyricLine(text, text, LineKind.WORDS if text.strip() else LineKind.BLANK, start_ms=start)
        for text, start in zip(lines, stamps, strict=True)), title=title, artist=artist,
        source="txt")


def _excerpt(lines: Sequence[LyricLine], numbers: Sequence[int]) -> Excerpt:
    text = "\n".join(lines[number].words for number in numbers)
    words = text.split()
    sung = sum(len(lines[number].words.split()) * lines[number].repeats for number in numbers)
    return Excerpt(
        first_line=numbers[0], last_line=numbers[-1], text=text,
        token_ids=np.array([0, *(_number(word) for word in words), 1], np.int64),
        weight=float(sung), pieces=tuple(Piece(number, 0, len(lines[number].words))
                                         for number in numbers),
        start_ms=lines[numbers[0]].start_ms, end_ms=lines[numbers[-1]].end_ms)


def _score(mood: str, text: str) -> float:
    """0.6 and up with each sign of the mood, below 0.3 without; a little its own for each text."""
    signs = sum(word.strip(".,!?").casefold() in SIGNS.get(mood, {mood}) for word in text.split())
    own = _number(mood + text) % 1000 / 10000
    return min(0.6 + 0.1 * signs, 0.85) + own if signs else 0.1 + own


def _vector(text: str) -> np.ndarray:
    digest = hashlib.sha256(text.encode("utf-8", "replace")).digest()[:8]
    vector = np.frombuffer(digest, np.uint8).astype(np.float32) + 1
    return vector / np.linalg.norm(vector)


def _number(word: str) -> int:
    return 2 + int.from_bytes(hashlib.sha256(word.encode("utf-8", "replace")).digest()[:3], "big")


def byte_tokenizer(*special: str) -> Tokenizer:
    """Every byte is a token, ids 0 to 255; the special tokens come after."""
    letters = sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet())
    inner = tokenizers.Tokenizer(tokenizers.models.BPE({c: n for n, c in enumerate(letters)}, []))
    inner.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = tokenizers.decoders.ByteLevel()
    inner.add_special_tokens(list(special))
    return Tokenizer(inner)


class FakeTextModel:
    """Writes what a function (or a dictionary of prompts) says, one byte a token, honestly:

    stops, constraints, the length and the window are kept, and closing stops. Where a constraint
    forbids the text, a choice that depends only on the prompt is made. `prompts` keeps every
    prompt asked, `tokens` counts those written, `prefixes` the names of conversations asked for.
    `log_chance(prompt, continuation)` is spread over the continuation's tokens.
    """

    def __init__(self, answer: Callable[[str], str] | Mapping[str, str] | str = "Fine.",
                 log_chance: Callable[[str, str], float] | None = None, window: int = 2048,
                 chunk: int = 256, fails: str = "", before_token: Callable[[], None] | None = None,
                 id: str = "fake-writer") -> None:  # noqa: A002 - named as in the protocol
        self.id = id
        self.name = "Fake writer"
        self.window = window
        self.device = "CPU"
        self.tokenizer = byte_tokenizer("<|im_start|>", "<|im_end|>")
        self.grammars = Grammars(self.tokenizer, self.tokenizer.size)
        self.reply_stops: tuple[str, ...] = ()
        self.prompts: list[str] = []
        self.prefixes: list[str] = []
        self.tokens = 0
        self._answer = answer
        self._log_chance = log_chance or _shared_words
        self._chunk = chunk
        self._fails = fails
        self._before_token = before_token

    def count(self, text: str) -> int:
        return len(self.tokenizer.encode_prompt(text))

    def tokenize(self, text: str) -> Ids:
        return self.tokenizer.continuation(text)

    def quote(self, text: str) -> str:
        return self.tokenizer.quote(text)

    def render(self, messages: "Sequence[Message]") -> str:
        begun = messages[-1].content if messages and messages[-1].role == "assistant" else ""
        turns = [f"<|im_start|>{m.role}\n{self.quote(m.content)}<|im_end|>\n"
                 for m in (messages[:-1] if begun else messages)]
        return "".join(turns) + "<|im_start|>assistant\n" + self.quote(begun)

    def stream(self, prompt: str, request: TextRequest) -> Iterator[TextPiece]:
        self.prompts.append(prompt)
        self.prefixes.append(request.prefix)
        total = self.count(prompt)
        if total > self.window:
            raise EngineError("The prompt is longer than the model's window.", "Shorten it.")
        if self._fails and self._fails in prompt:
            raise EngineError("The model broke off.", "Try again.")
        for done in range(self._chunk, total, self._chunk):
            yield TextPiece("", None, None, done, total)
        yield TextPiece("", None, None, total, total)
        pieces = TextPieces(self.tokenizer, request.stops)
        ended = LENGTH
        for token in self._tokens(prompt, request.constraint, request.max_tokens):
            if isinstance(token, str):
                ended = token
                break
            self.tokens += 1
            text = pieces.add(token)
            yield TextPiece(text, token, -0.5 if request.logprobs else None, total, total)
            if pieces.stopped:
                ended = STOP
                break
        yield TextPiece(pieces.rest(), None, None, total, total, ended)

    def logprobs(self, prompt: str, continuations: Sequence[str],
                 prefix: str = "") -> list[np.ndarray]:
        self.prompts.append(prompt)
        self.prefixes.append(prefix)
        counts = [len(self.tokenize(text)) for text in continuations]
        return [np.full(count, self._log_chance(prompt, text) / max(count, 1), np.float32)
                for text, count in zip(continuations, counts, strict=True)]

    def _tokens(self, prompt: str, constraint: Constraint | None,
                most: int) -> Iterator[int | str]:
        """Tokens as the constraint lets them be, then how it ended if not by length."""
        wanted = self.tokenize(self._says(prompt)).tolist()
        for place in range(most):
            if constraint is not None and constraint.finished:
                yield CONSTRAINT
                return
            if self._before_token:
                self._before_token()
            token = wanted[place] if place < len(wanted) else None
            if constraint is not None:
                token = self._within(constraint, token, prompt)
            if token is None:
                yield STOP
                return
            yield token

    def _within(self, constraint: Constraint, token: int | None, prompt: str) -> int | None:
        mask = constraint.allowed()
        may = list(range(256)) if mask is None else np.flatnonzero(mask[:256]).tolist()
        if token not in may:
            token = None if constraint.may_end else may[_number(prompt) % len(may)]
        if token is not None:
            constraint.accept(token)
        return token

    def _says(self, prompt: str) -> str:
        if isinstance(self._answer, str):
            return self._answer
        if isinstance(self._answer, Mapping):
            return self._answer.get(prompt, "")
        return self._answer(prompt)


def _shared_words(prompt: str, continuation: str) -> float:
    """A continuation whose words the prompt holds is likelier; each text a little its own."""
    words = set(prompt.casefold().split())
    shared = sum(word in words for word in continuation.casefold().split())
    return -4.0 + shared - _number(prompt + continuation) % 100 / 1000


class FakeSentenceEncoder:
    """Sentences as the sum of their words' directions; words of one group in `alike` share theirs.

    `read` keeps every text that was asked.
    """

    def __init__(self, *alike: str, width: int = 64) -> None:
        self.read: list[str] = []
        self._alike = {word: group for group in alike for word in group.split()}
        self._width = width

    @property
    def width(self) -> int:
        return self._width

    def vectors(self, texts: Sequence[str]) -> np.ndarray:
        self.read += texts
        found = np.zeros((len(texts), self._width), np.float32)
        for row, text in enumerate(texts):
            words = [word.strip(".,!?") for word in text.casefold().split()] or [""]
            found[row] = sum(self._direction(self._alike.get(word, word)) for word in words)
        return found / np.linalg.norm(found, axis=1, keepdims=True)

    def _direction(self, word: str) -> np.ndarray:
        return np.random.default_rng(_number(word)).normal(size=self._width)
