"""Which tagger an id means, and how it is opened.

    moods-minilm                    the installed mood tagger of that id; "" the settings' own
    moods-minilm@VERSION            a version of it that is kept or waits, while it is there
    generative:MODEL                a model trained for it, or any chat model, writes a list out of
                                    the vocabulary
    generative-free:MODEL           the same without constraint, repaired, to compare
    zero-shot:MODEL                 any chat model, every mood a label
"""

from collections.abc import Callable

from engine.errors import EngineError
from engine.inference.opening import find_text_model, open_entry
from engine.inference.text_model import TextModel
from engine.models.registry import ModelRegistry, RegistryEntry
from engine.models.versions import ModelVersions
from engine.paths import AppPaths
from engine.settings import Settings
from engine.tagging import encoder_tagger, generative_tagger
from engine.tagging.classify_prompt import MOODS, PromptShelf
from engine.tagging.encoder_tagger import EncoderTagger
from engine.tagging.generative_tagger import GenerativeTagger, window_for
from engine.tagging.own_moods import own_moods
from engine.tagging.own_moods_tagger import plain_tagger, with_own_moods
from engine.tagging.tagger import Tagger
from engine.tagging.vocabulary import Vocabulary
from engine.tagging.zero_shot_tagger import ZeroShotTagger

GENERATIVE, FREE, ZERO_SHOT = "generative", "generative-free", "zero-shot"
WAYS = (GENERATIVE, FREE, ZERO_SHOT)
OpenModel = Callable[[RegistryEntry, Settings], TextModel]


def open_tagger(
    paths: AppPaths, tagger_id: str, settings: Settings, open_model: OpenModel = open_entry
) -> Tagger:
    """The tagger of this id, for "" the one of the settings or the first there is.

    EngineError where there is none, or its model is broken.
    """
    wanted, _, version = plain_tagger(tagger_id or settings.tagger).partition("@")
    way, colon, model_id = wanted.partition(":")
    if colon and way in WAYS:
        return _open_asking(paths, way, f"{model_id}@{version}", settings, open_model)
    if colon:
        raise EngineError(f"“{way}” is no way of tagging.", f"There are: {', '.join(WAYS)}.")
    versions = ModelVersions(paths.models, paths.shipped_models)
    entry = versions.entry(wanted, version.partition("/")[0]) or _trained(paths, wanted)
    if entry.manifest and entry.manifest.task == generative_tagger.TASK:
        return _generative(paths, entry, settings, GENERATIVE, open_model)
    return EncoderTagger.open(entry.folder, settings.excerpt_tokens, settings.threads)


def open_tagging(
    paths: AppPaths, tagger_id: str, settings: Settings, open_model: OpenModel = open_entry
) -> Tagger:
    """The same with the person's own moods after those of the tagger, where they were made on it:
    what songs are tagged with."""
    plain = open_tagger(paths, plain_tagger(tagger_id), settings, open_model)
    return with_own_moods(plain, own_moods(paths))


def _trained(paths: AppPaths, wanted: str) -> RegistryEntry:
    """The model made for tagging: an encoder's or one that writes."""
    registry = ModelRegistry(paths.shipped_models, paths.models)
    for entry in registry.usable(generative_tagger.TASK):
        if entry.id == wanted:
            return entry
    return registry.find(wanted, encoder_tagger.TASK)


def _open_asking(
    paths: AppPaths, way: str, model_id: str, settings: Settings, open_model: OpenModel
) -> Tagger:
    if way != ZERO_SHOT:
        taught = ModelRegistry(paths.shipped_models, paths.models).usable(generative_tagger.TASK)
        plain = model_id.partition("@")[0]
        own = next((entry for entry in taught if entry.id == plain), None)
        entry = own or find_text_model(paths, model_id, settings)
        return _generative(paths, entry, settings, way, open_model)
    entry = find_text_model(paths, model_id, settings)
    return ZeroShotTagger(
        open_model(entry, settings), prompt_shelf(paths).read(MOODS),
        Vocabulary.load(paths.moods_file), settings.excerpt_tokens, *_facts(entry))


def _generative(
    paths: AppPaths, entry: RegistryEntry, settings: Settings, way: str, open_model: OpenModel
) -> Tagger:
    vocabulary = Vocabulary.load(paths.moods_file)
    model = open_model(entry, settings)
    window = window_for(model, vocabulary, settings.excerpt_tokens, way == FREE)
    return GenerativeTagger(model, vocabulary, window, way == FREE, *_facts(entry),
                            generative_tagger.trained_thresholds(entry.manifest))


def _facts(entry: RegistryEntry) -> tuple[frozenset[str], str]:
    """Languages and version, as the manifest says them."""
    manifest = entry.manifest
    return (frozenset(manifest.languages), manifest.version) if manifest else (frozenset(), "1")


def prompt_shelf(paths: AppPaths) -> PromptShelf:
    """The classifying prompts: a person's own, then those that came with the program."""
    return PromptShelf(paths.own_prompts, paths.prompts)
