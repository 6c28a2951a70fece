"""What characters speak with where nobody named a model for them. Reads manifests only."""

from engine.models.adapters import weights_sha256
from engine.models.catalogue import TALKER
from engine.models.manifest import TEXT_GENERATION
from engine.models.registry import ModelRegistry


def usual_voice(registry: ModelRegistry, chat_model: str) -> str:
    """The talker that came with the program, where it is installed and joins the chat model in
    use; else "", that model itself. `chat_model` is the chosen one, "" for the first there is."""
    installed = {entry.id: entry.manifest for entry in registry.usable(TEXT_GENERATION)}
    in_use = chat_model if chat_model in installed else next(iter(installed), "")
    talker, base = installed.get(TALKER.id), installed.get(TALKER.base.id)
    if talker is None or talker.adapter is None or base is None or in_use != TALKER.base.id:
        return ""
    return TALKER.id if talker.adapter.weights == weights_sha256(base) else ""
