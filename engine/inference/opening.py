"""Opens the installed model that writes: the one asked for, the one of the settings, or any.

Knows registry, settings and devices; what is said with the model is its caller's matter.
"""

from engine.errors import EngineError
from engine.inference.devices import find_device
from engine.inference.text_model import TextModel
from engine.models.manifest import TEXT_GENERATION
from engine.models.registry import ModelRegistry, RegistryEntry
from engine.models.versions import ModelVersions
from engine.paths import AppPaths
from engine.settings import Settings


def find_text_model(paths: AppPaths, model_id: str, settings: Settings) -> RegistryEntry:
    """The entry of that id; for "" the chat model of the settings, or the first there is where
    that one was removed. "ID@VERSION" is a version that is kept or waits, while it is there.
    EngineError where none is installed."""
    registry = ModelRegistry(paths.shipped_models, paths.models)
    wanted, _, version = model_id.partition("@")
    if wanted:
        versions = ModelVersions(paths.models, paths.shipped_models)
        kept = versions.entry(wanted, version.partition("/")[0])
        return kept or registry.find(wanted, TEXT_GENERATION)
    installed = registry.usable(TEXT_GENERATION)
    if not installed:
        raise EngineError("No chat model is installed.",
                          "Add one under Models, or on the command line: models add smollm2")
    return next((entry for entry in installed if entry.id == settings.chat_model), installed[0])


def open_entry(entry: RegistryEntry, settings: Settings) -> TextModel:
    """The model of an entry, ready to write on the device of the settings. It takes a moment."""
    # ONNX Runtime takes a tenth of a second to import: not before a model is wanted.
    from engine.inference.language_model import LanguageModel

    return LanguageModel.open(entry.folder, settings.threads, find_device(settings.device))


def open_text_model(paths: AppPaths, model_id: str, settings: Settings) -> TextModel:
    """The model `find_text_model` finds, opened."""
    return open_entry(find_text_model(paths, model_id, settings), settings)
