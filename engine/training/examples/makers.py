"""Which maker turns rows into examples for a recipe. Knows the makers' modules, not their forms."""

from pathlib import Path

from engine.training.examples.example import ExampleMaker
from engine.training.recipe import Recipe


def maker_for(recipe: Recipe, model_folder: Path) -> ExampleMaker:
    """The maker of this recipe's method for the model (tokenizer, template) of a folder.

    Each maker's module offers `open_maker(recipe: Recipe, folder: Path) -> ExampleMaker`:
    labelled_text (classifier, mood), question_answer (generative-tagger), talk (dialogue),
    choice (preference), masked (words). EngineError where the folder is not such a model.
    """
    raise NotImplementedError
