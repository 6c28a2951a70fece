"""The installed model that a command names."""

from engine.cli.command import Context
from engine.errors import EngineError
from engine.models.registry import ModelRegistry, RegistryEntry


def find_model(context: Context, wanted: str) -> RegistryEntry:
    """The model of that id; of a broken one the folder's name is its id."""
    entries = ModelRegistry(context.paths.shipped_models, context.paths.models).entries()
    for entry in entries:
        if wanted in (entry.id, entry.folder.name):
            return entry
    known = ", ".join(dict.fromkeys(entry.id for entry in entries)) or "none"
    raise EngineError(f'There is no model "{wanted}".', f"Installed are: {known}.")
