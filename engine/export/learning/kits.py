"""Which kit serves which method of a recipe. Enters the room of a method only when it is asked for.

Knows the methods by name only.
"""

from engine.errors import EngineError
from engine.export.learning.kit import Kit
from engine.training.recipe import Method


def open_kit(method: Method) -> Kit:
    """The kit of a method. ModuleNotFoundError where a part of the training extra is missing."""
    opener = _OPENERS.get(method)
    if opener is None:
        raise EngineError(f'This version of the program cannot learn by "{method}".',
                          "Update the program.")
    return opener()


def _classifier() -> Kit:
    from engine.export.learning.classifier_kit import ClassifierKit

    return ClassifierKit()


def _words() -> Kit:
    from engine.export.learning.words_kit import WordsKit

    return WordsKit()


def _generative() -> Kit:
    from engine.export.learning.generative_kit import GenerativeKit

    return GenerativeKit()


def _dialogue() -> Kit:
    from engine.export.learning.dialogue_kit import DialogueKit

    return DialogueKit()


def _preference() -> Kit:
    from engine.export.learning.preference_kit import PreferenceKit

    return PreferenceKit()


def _mood() -> Kit:
    from engine.export.learning.mood_kit import MoodKit

    return MoodKit()


_OPENERS = {
    Method.CLASSIFIER: _classifier, Method.WORDS: _words,
    Method.GENERATIVE_TAGGER: _generative, Method.DIALOGUE: _dialogue,
    Method.PREFERENCE: _preference, Method.MOOD: _mood,
}
