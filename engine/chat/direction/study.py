"""What directing a talk keeps at hand between replies: formats, the encoder, facts, lorebooks.

Outlives the database connection of a single reply. One thread at a time.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager

from engine.chat.direction.honesty import Conscience
from engine.chat.direction.known_facts import KnownFacts
from engine.chat.direction.lore_shelf import LoreShelf
from engine.chat.direction.sameness import Sameness
from engine.chat.memory.sentence_vectors import NoEncoder, SentenceEncoder
from engine.chat.memory.vector_store import KeptEncoder
from engine.chat.prompts.format import PromptFormat
from engine.chat.prompts.format_shelf import CHAT_TEMPLATE, FormatShelf
from engine.chat.truth.phrases import TruthPhrases, read_truth_phrases
from engine.library.database import Database
from engine.paths import AppPaths

OpenEncoder = Callable[[], SentenceEncoder | None]
"""Opens the model that compares sentences, None where none is installed."""
Keep = Callable[[SentenceEncoder], SentenceEncoder]
"""The same encoder, but one that keeps what it read."""


class Study:
    """The encoder is opened when it is first needed; until one is installed words alone count."""

    def __init__(self, formats: FormatShelf, open_encoder: OpenEncoder,
                 phrases: TruthPhrases | None = None, keep: Keep | None = None) -> None:
        self._formats = formats
        self._open_encoder = open_encoder
        self._phrases = phrases
        self._keep = keep
        self._tools = _Tools(NoEncoder(), None, phrases)
        self.lore = LoreShelf()

    @property
    def encoder(self) -> SentenceEncoder:
        """The one in use. EngineError where the installed one is damaged."""
        return self._ready().encoder

    @property
    def sentences(self) -> SentenceEncoder:
        """The same for sentences that will be read again, as facts are: it keeps them."""
        return self._ready().sentences

    @property
    def facts(self) -> KnownFacts:
        """Finds facts by the encoder in use."""
        return self._ready().facts

    @property
    def sameness(self) -> Sameness:
        """Compares by the encoder in use."""
        return self._ready().sameness

    @property
    def conscience(self) -> Conscience | None:
        """Holds characters to what they know of themselves; None without the wordings for it."""
        return self._ready().conscience

    def format(self, name: str) -> PromptFormat:
        """A prompt format, "" is the model's own template. EngineError where it is none."""
        return self._formats.read(name or CHAT_TEMPLATE)

    def _ready(self) -> "_Tools":
        if not self._tools.encoder.width:
            encoder = self._open_encoder()
            if encoder is not None:
                kept = self._keep(encoder) if self._keep else None
                self._tools = _Tools(encoder, kept, self._phrases)
        return self._tools


class _Tools:
    """What compares by one encoder. What is `kept` are the vectors of facts."""

    def __init__(self, encoder: SentenceEncoder, kept: SentenceEncoder | None,
                 phrases: TruthPhrases | None) -> None:
        self.encoder = encoder
        self.sentences = kept or encoder
        self.facts = KnownFacts(encoder, kept)
        self.sameness = Sameness(encoder)
        self.conscience = Conscience(encoder, phrases, kept) if phrases else None


def open_study(paths: AppPaths) -> Study:
    """The study of this machine. EngineError where the program is not whole."""
    @contextmanager
    def library() -> Generator[Database]:
        database = Database.open(paths.library_file, paths.backups)
        try:
            yield database
        finally:
            database.close()

    def encoder() -> SentenceEncoder | None:
        # Imports ONNX Runtime: not before something is to be compared.
        from engine.inference.sentence_encoder import open_sentence_encoder

        return open_sentence_encoder(paths)

    def keep(opened: SentenceEncoder) -> SentenceEncoder:
        from engine.inference.sentence_encoder import OnnxSentenceEncoder

        identity = opened.id if isinstance(opened, OnnxSentenceEncoder) else ""
        return KeptEncoder(opened, identity, library)

    return Study(FormatShelf(paths.own_dialogue_formats, paths.dialogue_formats), encoder,
                 read_truth_phrases(paths.own_life_phrases), keep)
