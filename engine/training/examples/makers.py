"""Which maker turns rows into examples for a recipe. Knows the makers' modules, not their forms."""

from collections.abc import Callable, Mapping
from pathlib import Path

from engine.training.examples.example import ExampleMaker
from engine.training.recipe import Method, Recipe
from engine.training.recipe_stages import recipe_of_stage


def maker_for(recipe: Recipe, model_folder: Path) -> ExampleMaker:
    """The maker of this recipe's method for the model (tokenizer, template) of a folder; of a
    recipe with stages that of the first.

    EngineError where the folder is not such a model, or the recipe's options are wrong.
    """
    return _MAKERS[recipe.method](recipe_of_stage(recipe, 0), model_folder)


def _labelled_texts(recipe: Recipe, folder: Path) -> ExampleMaker:
    from engine.training.examples.labelled_text import open_maker

    return open_maker(recipe, folder)


def _questions(recipe: Recipe, folder: Path) -> ExampleMaker:
    from engine.training.examples.question_answer import open_maker

    return open_maker(recipe, folder)


def _talks(recipe: Recipe, folder: Path) -> ExampleMaker:
    from engine.training.examples.talk import open_maker

    return open_maker(recipe, folder)


def _choices(recipe: Recipe, folder: Path) -> ExampleMaker:
    from engine.training.examples.choice import open_maker

    return open_maker(recipe, folder)


def _hidden_words(recipe: Recipe, folder: Path) -> ExampleMaker:
    from engine.training.examples.masked import open_maker

    return open_maker(recipe, folder)


_MAKERS: Mapping[Method, Callable[[Recipe, Path], ExampleMaker]] = {
    Method.CLASSIFIER: _labelled_texts,
    Method.MOOD: _labelled_texts,
    Method.GENERATIVE_TAGGER: _questions,
    Method.DIALOGUE: _talks,
    Method.PREFERENCE: _choices,
    Method.WORDS: _hidden_words,
}
