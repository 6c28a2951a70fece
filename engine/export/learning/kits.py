"""Which kit serves which method of a recipe. Enters the room of a method only when it is asked for.

Knows the methods by name only.
"""

from engine.errors import EngineError
from engine.export.learning.kit import Kit
from engine.training.classifier_options import ClassifierWay, classifier_options
from engine.training.recipe import Method, Recipe, Tuning


def open_kit(recipe: Recipe) -> Kit:
    """The kit for a recipe. ModuleNotFoundError where a part of the training extra is missing."""
    opener = _OPENERS.get(recipe.method)
    if opener is None:
        raise EngineError(f'This version of the program cannot learn by "{recipe.method}".',
                          "Update the program.")
    return opener(recipe)


def _classifier(recipe: Recipe) -> Kit:
    if recipe.tuning is Tuning.HEAD or classifier_options(recipe).way is not ClassifierWay.ENCODER:
        from engine.export.learning.head_kit import HeadKit

        return HeadKit()
    from engine.export.learning.classifier_kit import ClassifierKit

    return ClassifierKit()


def _words(_: Recipe) -> Kit:
    from engine.export.learning.words_kit import WordsKit

    return WordsKit()


def _generative(_: Recipe) -> Kit:
    from engine.export.learning.generative_kit import GenerativeKit

    return GenerativeKit()


def _dialogue(_: Recipe) -> Kit:
    from engine.export.learning.dialogue_kit import DialogueKit

    return DialogueKit()


def _preference(_: Recipe) -> Kit:
    from engine.export.learning.preference_kit import PreferenceKit

    return PreferenceKit()


def _mood(_: Recipe) -> Kit:
    from engine.export.learning.mood_kit import MoodKit

    return MoodKit()


_OPENERS = {
    Method.CLASSIFIER: _classifier, Method.WORDS: _words,
    Method.GENERATIVE_TAGGER: _generative, Method.DIALOGUE: _dialogue,
    Method.PREFERENCE: _preference, Method.MOOD: _mood,
}
