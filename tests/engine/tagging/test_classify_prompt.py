"""Prompts are files: ours are whole, a person's own win, broken ones say what is wrong."""

from pathlib import Path

import pytest

from engine.errors import EngineError
from engine.models.catalogue import CHAT_MODELS
from engine.paths import AppPaths
from engine.tagging.classify_prompt import (
    ANY_LABELS,
    MOODS,
    POLARITY,
    PromptShelf,
    one_line,
    read_prompt,
)
from engine.tagging.opening import prompt_shelf
from engine.tagging.vocabulary import Vocabulary

WHOLE = 'item = "Text: {text}"\nanswer = "Label:"\n'


def prompt_file(folder: Path, content: str, name: str = "mine") -> Path:
    folder.mkdir(exist_ok=True, parents=True)
    file = folder / f"{name}.toml"
    file.write_text(content, "utf-8")
    return file


def test_every_prompt_that_comes_along_can_be_read(isolated_home: AppPaths) -> None:
    shelf = prompt_shelf(isolated_home)
    assert {POLARITY, ANY_LABELS, MOODS, "instruction", "reason-first", "reason-after"} <= set(
        shelf.names())
    for name in shelf.names():
        prompt = shelf.read(name)
        assert prompt.about and prompt.name == name


def test_they_hold_every_way_of_asking(isolated_home: AppPaths) -> None:
    prompts = [prompt_shelf(isolated_home).read(n) for n in prompt_shelf(isolated_home).names()]
    assert {prompt.reasoning for prompt in prompts} == {"none", "before", "after"}
    assert {prompt.form for prompt in prompts} == {"plain", "chat"}
    assert any(not prompt.example and prompt.instruction for prompt in prompts)


def test_the_moods_prompt_speaks_the_vocabulary(isolated_home: AppPaths) -> None:
    known = Vocabulary.load(isolated_home.moods_file).ids
    prompt = prompt_shelf(isolated_home).read(MOODS)
    assert {example.label.replace(" ", "_") for example in prompt.example} <= set(known)


def test_the_prompt_that_fits_the_labels_is_found(isolated_home: AppPaths) -> None:
    shelf, moods = prompt_shelf(isolated_home), Vocabulary.load(isolated_home.moods_file)
    assert shelf.fitting(("Negative", "positive"), moods).name == POLARITY
    assert shelf.fitting(("joyful activation", "Sadness"), moods).name == MOODS
    assert shelf.fitting(("sadness", "Python"), moods).name == ANY_LABELS
    assert shelf.fitting(("C++", "Python"), moods).name == ANY_LABELS
    assert shelf.fitting(("positive", "negative", "Python"), moods).name == ANY_LABELS


def test_the_persons_own_prompt_wins(tmp_path: Path) -> None:
    shipped, own = tmp_path / "shipped", tmp_path / "own"
    prompt_file(shipped, WHOLE + 'about = "theirs"', "a")
    prompt_file(shipped, WHOLE, "b")
    prompt_file(own, WHOLE + 'about = "mine"', "a")
    shelf = PromptShelf(own, shipped)
    assert shelf.names() == ("a", "b")
    assert shelf.read("a").about == "mine"


def test_a_prompt_nobody_has_is_named_with_those_there_are(tmp_path: Path) -> None:
    prompt_file(tmp_path / "shipped", WHOLE, "a")
    with pytest.raises(EngineError, match="no prompt “b”") as caught:
        PromptShelf(tmp_path / "own", tmp_path / "shipped").read("b")
    assert "a" in caught.value.hint


@pytest.mark.parametrize("content, sentence", [
    ('answer = "Label:"', "item"),
    ('item = "Text"\nanswer = "Label:"', "has to hold {text} once"),
    ('item = "{text} {text}"\nanswer = "Label:"', "has to hold {text} once"),
    ('item = "{text} {mood}"\nanswer = "Label:"', "holds {mood}"),
    ('item = "{text}"\nanswer = "Label:\\nB"', "one line"),
    ('item = "{text}"\nanswer = ""', "“answer” may only be empty in a chat"),
    (WHOLE + 'form = "poem"', "form"),
    (WHOLE + 'reasoning = "sideways"', "reasoning"),
    (WHOLE + "most_thought = 0", "most_thought"),
    (WHOLE + 'exampel = 1\n', "“exampel” means nothing here"),
    (WHOLE + 'labels = ["a", "b"]\n[[example]]\ntext = "x"\nlabel = "c"', "example 1 is labelled"),
    (WHOLE + '[[example]]\ntext = "x"\nlabel = ""', "label"),
    (WHOLE + 'reasoning = "before"\n[[example]]\ntext = "x"\nlabel = "c"', "lacks its reason"),
    (WHOLE + 'labels = ["a"]\n[words]\nb = ["c"]', "“words” are given for “b”"),
    (WHOLE + 'labels = ["a"]\n[words]\na = []', "words"),
    (WHOLE + "content_free = []", "content_free"),
    (WHOLE + '[[fitted]]\nmodel = "m"\nhow = "so"\n[fitted.bias]\na = nan', "no number"),
    ("item = ", "Invalid value"),
    ("\x00", "cannot be used"),
])
def test_what_is_wrong_is_said(tmp_path: Path, content: str, sentence: str) -> None:
    file = prompt_file(tmp_path, content)
    with pytest.raises(EngineError) as caught:
        read_prompt(file)
    assert caught.value.message.startswith("The prompt mine.toml cannot be used: ")
    assert sentence in caught.value.message
    assert caught.value.hint


def test_a_file_that_is_no_text_or_gone_is_said(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    with pytest.raises(EngineError, match="cannot be opened"):
        read_prompt(file)
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(EngineError, match="cannot be used"):
        read_prompt(file)


def test_braces_in_texts_and_labels_are_only_braces(tmp_path: Path) -> None:
    prompt = read_prompt(prompt_file(tmp_path, 'item = "{labels}: {text}"\nanswer = "Label:"'))
    assert prompt.asked("{labels} {text} {", ("{text}", "b")) == "{text}, b: {labels} {text} {"


def test_a_text_can_begin_no_line_of_its_own() -> None:
    assert one_line(" a\r\nLabel:\u2028b\x85c\x0b\x0cd\t e\u200b ") == "a Label: b c d e"
    assert one_line("\ud800x") == "x"
    assert one_line("naïve – 東京 👍🏽") == "naïve – 東京 👍🏽"


def test_a_fitted_bias_is_for_one_model_and_exactly_its_labels(tmp_path: Path) -> None:
    prompt = read_prompt(prompt_file(tmp_path, WHOLE + (
        '[[fitted]]\nmodel = "m"\nhow = "on my mail"\nbias = {Good = 0.0, Bad = 1.5}')))
    fitted = prompt.bias_for("m", ("bad", "good"))
    assert fitted is not None and fitted.bias["Bad"] == 1.5
    assert prompt.bias_for("M-Q8_0", ("bad", "good")) is fitted
    assert prompt.bias_for("m.q4_1", ("bad", "good")) is fitted
    assert prompt.bias_for("other", ("bad", "good")) is None
    assert prompt.bias_for("m-360M", ("bad", "good")) is None  # of another size
    assert prompt.bias_for("m", ("bad", "good", "so so")) is None


def test_the_model_the_catalogue_brings_is_one_that_polarity_was_fitted_for(
        isolated_home: AppPaths) -> None:
    prompt = prompt_shelf(isolated_home).read(POLARITY)
    assert all(prompt.bias_for(model.id, prompt.labels) for model in CHAT_MODELS)
    assert prompt.bias_for("smollm2-360m-instruct", prompt.labels) is None
