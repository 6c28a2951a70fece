"""Fields as deep as their share, and counts where there is room for them."""

from engine.evaluation.grid_picture import grid
from engine.evaluation.svg import Canvas
from tests.engine.evaluation.drawn import number, parts, told


def test_fields_are_as_deep_as_their_share() -> None:
    names = ["sad", "glad"]
    shares = [[0.8, 0.2], [None, 1.7]]
    picture = grid(Canvas(), "Confusion", names, names, shares, [["8", "2"], ["", "5"]])
    styles = [field.get("style") for field in parts(picture, "rect", "field")]
    assert styles == ["--share:0.800", "--share:0.200", "--share:1.000"]
    assert [group.find("text").text for group in parts(picture, "g")] == ["8", "2", "5"]
    hovers = [title.text for title in picture.iter("title")][1:]
    assert hovers == ["sad, sad: 8", "sad, glad: 2", "glad, glad: 5"]
    assert told(picture).startswith("The largest: glad and glad 1.70, sad and sad 0.80")


def test_a_large_grid_is_drawn_small_and_says_its_shares_on_hover() -> None:
    names = [f"mood {n}" for n in range(28)]
    picture = grid(Canvas(), "x", names, names, [[0.25] * 28 for _ in names])
    assert len(parts(picture, "rect")) == 28 * 28
    assert number(parts(picture, "rect")[0], "width") < 25
    assert not any(group.find("text") is not None for group in parts(picture, "g"))
    assert [title.text for title in picture.iter("title")][1] == "mood 0, mood 0: 0.25"


def test_a_grid_of_nothing_is_a_picture() -> None:
    assert parts(grid(Canvas(), "x", [], [], []), "rect") == []


def test_what_never_stands_together_is_left_blank() -> None:
    names, shares = ["a", "b"], [[None, 0.0], [0.0, None]]
    assert parts(grid(Canvas(), "x", names, names, shares), "rect") == []
    written = grid(Canvas(), "x", names, names, shares, [["9", "0"], ["0", "9"]])
    assert len(parts(written, "rect")) == 2  # a 0 is an answer, and is written
