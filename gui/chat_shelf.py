"""The chat model that is open: opened when first asked for, again when settings change it. A model
and the adapters that join it may be open together: they share what is large.

Opening takes a moment and a stream uses the model alone, so ask from the chat queue only.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QMutex, QMutexLocker

from engine.models.manifest import TEXT_GENERATION
from engine.models.registry import ModelRegistry, RegistryEntry
from engine.models.template_manners import Message
from engine.models.voices import usual_voice
from engine.settings import Settings

if TYPE_CHECKING:
    from engine.inference.text_model import TextModel

MOST_KIN = 4
"""A model and its adapters that are open together: each keeps what it has read."""
OpenModel = Callable[[RegistryEntry, Settings], "TextModel"]


@dataclass(frozen=True, slots=True)
class _Opened:
    """A model with the wish it was opened for, and whose weights it speaks with. `ids` are its
    own and that of the weights, `stamps` say which versions of them stood in place."""

    wanted: tuple[str, str, int]
    family: tuple[str, str, int]
    model: "TextModel"
    ids: tuple[str, str]
    stamps: tuple[int, int]


class ChatShelf:
    """Hands out the model the settings mean. Raises EngineError where there is none.

    Of a change while a model is being opened only the newest counts: what was opened for an
    older wish is let go at once, and at no time are two models held here that share nothing.
    """

    def __init__(self, registry: ModelRegistry, settings: Callable[[], Settings],
                 open_model: OpenModel | None = None) -> None:
        self._registry = registry
        self._settings = settings
        self._open_model = open_model or _open
        self._lock = QMutex()
        self._opened: list[_Opened] = []  # the one asked for last at the end

    def model(self, model_id: str = "") -> "TextModel":
        """The model of this id, "" for the one of the settings."""
        with QMutexLocker(self._lock):
            while True:
                now = self._settings()
                wanted = (model_id or now.chat_model, now.device, now.threads)
                self._opened = [each for each in self._opened
                                if each.stamps == self._stamps(each.ids)]
                found = next((each for each in self._opened if each.wanted == wanted), None)
                if found is not None:
                    self._opened.remove(found)
                    self._opened.append(found)
                    return found.model
                entry = self._registry.find(wanted[0], TEXT_GENERATION)
                ids = (entry.id, _base_of(entry))
                family = (ids[1], now.device, now.threads)
                self._let_go(family)  # before the next one takes its memory
                stamps = self._stamps(ids)
                self._opened.append(
                    _Opened(wanted, family, self._open_model(entry, now), ids, stamps))

    def voice(self) -> str:
        """What characters speak with who name no model: see usual_voice."""
        return usual_voice(self._registry, self._settings().chat_model)

    def _stamps(self, ids: tuple[str, str]) -> tuple[int, int]:
        return self._registry.stamp(ids[0]), self._registry.stamp(ids[1])

    def _let_go(self, family: tuple[str, str, int]) -> None:
        """Room for one more of this family: the others go, and of it who was silent longest."""
        kin = [each for each in self._opened if each.family == family]
        self._opened = kin[-(MOST_KIN - 1):]

    def warm_up(self, system_prompt: str) -> Iterator["TextModel"]:
        """Opens the model, yields it, and has it read what every prompt begins with."""
        from engine.inference.text_model import TextRequest

        model = self.model()
        yield model
        messages = [Message("system", system_prompt)] if system_prompt else []
        prompt = model.render([*messages, Message("user", "")])
        stream = model.stream(prompt, TextRequest(max_tokens=1))
        for _ in stream:
            yield model

    def close(self) -> None:
        """Lets the model go."""
        with QMutexLocker(self._lock):
            self._opened = []


def _base_of(entry: RegistryEntry) -> str:
    """The id of the model whose weights an entry speaks with."""
    adapter = entry.manifest.adapter if entry.manifest else None
    return adapter.base if adapter is not None else entry.id


def _open(entry: RegistryEntry, settings: Settings) -> "TextModel":
    # What models need to speak is not loaded before the window is there.
    from engine.inference.opening import open_entry

    return open_entry(entry, settings)
