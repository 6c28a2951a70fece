"""What directing a talk keeps at hand between replies: formats, the encoder, facts, lorebooks.

Outlives the database connection of a single reply. One thread at a time.
"""

from collections.abc import Callable

from engine.chat.direction.honesty import Conscience
from engine.chat.direction.known_facts import KnownFacts
from engine.chat.direction.lore_shelf import LoreShelf
from engine.chat.direction.sameness import Sameness
from engine.chat.memory.sentence_vectors import NoEncoder, SentenceEncoder
from engine.chat.prompts.format import PromptFormat
from engine.chat.prompts.format_shelf import CHAT_TEMPLATE, FormatShelf
from engine.chat.truth.phrases import TruthPhrases, read_truth_phrases
from engine.paths import AppPaths

OpenEncoder = Callable[[], SentenceEncoder | None]
"""Opens the model that compares sentences, None where none is installed."""


class Study:
    """The encoder is opened when it is first needed; until one is installed words alone count."""

    def __init__(self, formats: FormatShelf, open_encoder: OpenEncoder,
                 phrases: TruthPhrases | None = None) -> None:
        self._formats = formats
        self._open_encoder = open_encoder
        self._phrases = phrases
        self._tools = _Tools(NoEncoder(), phrases)
        self.lore = LoreShelf()

    @property
    def encoder(self) -> SentenceEncoder:
        """The one in use. EngineError where the installed one is damaged."""
        return self._ready().encoder

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
                self._tools = _Tools(encoder, self._phrases)
        return self._tools


class _Tools:
    """What compares by one encoder."""

    def __init__(self, encoder: SentenceEncoder, phrases: TruthPhrases | None) -> None:
        self.encoder = encoder
        self.facts = KnownFacts(encoder)
        self.sameness = Sameness(encoder)
        self.conscience = Conscience(encoder, phrases) if phrases else None


def open_study(paths: AppPaths) -> Study:
    """The study of this machine. EngineError where the program is not whole."""
    def encoder() -> SentenceEncoder | None:
        # Imports ONNX Runtime: not before something is to be compared.
        from engine.inference.sentence_encoder import open_sentence_encoder

        return open_sentence_encoder(paths)

    return Study(FormatShelf(paths.own_dialogue_formats, paths.dialogue_formats), encoder,
                 read_truth_phrases(paths.own_life_phrases))
