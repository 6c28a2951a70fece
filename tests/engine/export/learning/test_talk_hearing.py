"""What a model that talks is compared with: never one that cuts words otherwise."""

from pathlib import Path
from types import SimpleNamespace
from typing import cast

from engine.export.decoder_folder import build_folder
from engine.export.decoder_import import folder_source
from engine.export.learning.given import Given
from engine.export.learning.talk_hearing import models_of
from tests.tiny_hub import TinyShape, save_folder


def built(folder: Path, name: str, vocabulary: int) -> Path:
    source = save_folder(folder / "hub" / name, TinyShape(vocabulary=vocabulary))
    build_folder(folder_source(source, 8), folder, lambda event: None)
    return folder / name


def test_the_base_stands_in_for_an_earlier_model_of_other_words(tmp_path: Path) -> None:
    base, like, other = (built(tmp_path, *model) for model in
                         (("base", 300), ("like", 300), ("other", 290)))

    def before(replaces: Path | None) -> str:
        given = SimpleNamespace(replaces=replaces, base=base, require_base=lambda: base)
        return next(models_of(cast("Given", given), base)).id

    # WHEN the model of that name has the tokens of the base THEN it is asked
    assert before(like) == "like"
    # AND with others, or none at all, the base is
    assert before(other) == before(tmp_path / "gone") == before(None) == "base"
