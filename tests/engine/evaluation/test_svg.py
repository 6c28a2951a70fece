"""Elements that cannot break out of their page, and scales whose ticks are round."""

from html.parser import HTMLParser

import pytest

from engine.evaluation.svg import Canvas, Scale, as_text, covering, node, text


def test_nothing_that_is_said_becomes_markup() -> None:
    # GIVEN a name that would end the element, and one that would end the attribute
    made = node("p", {"title": '"><script>alert(1)</script>'}, "<script>alert(2)</script>")
    # WHEN it is written
    told = as_text(made)
    # THEN a reader of HTML finds one element with just these texts
    found: list[tuple[str, dict[str, str | None]]] = []
    said: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append((tag, dict(attrs)))

        def handle_data(self, data: str) -> None:
            said.append(data)

    Reader().feed(told)
    assert found == [("p", {"title": '"><script>alert(1)</script>'})]
    assert "".join(said) == "<script>alert(2)</script>"


def test_what_no_document_may_hold_is_left_out() -> None:
    told = as_text(node("p", None, "a\x00b\x1b\ud800c\nd"))
    assert told == "<p>ab?c\nd</p>"
    told.encode("utf-8")
    # Nor what would turn around the figures that follow a name.
    assert as_text(text(0, 0, "name\u202e\u2067\x9b 0.78")).endswith(">name 0.78</text>")


def test_texts_and_elements_keep_their_order() -> None:
    made = node("p", None, "one ", node("b", None, "two"), None, " three", " four",
                node("i"), "five")
    assert as_text(made) == "<p>one <b>two</b> three four<i></i>five</p>"


def test_attributes_that_are_none_are_left_out_and_numbers_are_short() -> None:
    made = node("line", {"x1": 1.0, "y1": 2.5, "x2": 3.14159, "class": None})
    assert as_text(made) == '<line x1="1" y1="2.5" x2="3.14"></line>'


@pytest.mark.parametrize("value, place", [(0.5, 100), (0.75, 150), (1.0, 200), (0.2, 100),
                                          (9.0, 200)])
def test_a_scale_never_leaves_its_ends(value: float, place: float) -> None:
    assert Scale(0.5, 1.0, 100, 200)(value) == pytest.approx(place)


def test_a_scale_may_run_upwards() -> None:
    assert Scale(0, 1, 300, 0)(0.25) == 225


@pytest.mark.parametrize("low, high, ticks", [
    (0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1.0]),
    (0.45, 0.9, [0.5, 0.6, 0.7, 0.8, 0.9]),
    (-0.05, 0.05, [-0.04, -0.02, 0, 0.02, 0.04]),
    (0, 6400, [0, 2000, 4000, 6000]),
    (3, 3, [3]),
])
def test_ticks_are_round_and_few(low: float, high: float, ticks: list[float]) -> None:
    found = Scale(low, high, 0, 1).ticks()
    assert found == pytest.approx(ticks)
    assert len(found) <= 6


@pytest.mark.parametrize("values, low, high", [
    ([0.52, 0.78], 0.5, 0.8), ([0.5, 0.8], 0.5, 0.8), ([], 0.0, 0.05), ([0.7], 0.7, 0.75),
    ([-0.031, 0.0], -0.05, 0.0)])
def test_covering_scales_end_on_steps(values: list[float], low: float, high: float) -> None:
    scale = covering(values, 0, 1)
    assert (scale.low, scale.high) == pytest.approx((low, high))


def test_pictures_of_a_page_have_names_of_their_own() -> None:
    canvas = Canvas()
    one, two = (canvas.picture(10, 10, title, f"what {title} shows", text(1, 2, "x"))
                for title in ("first", "second"))
    for picture, title in ((one, "first"), (two, "second")):
        assert picture.get("role") == "img"
        names = (picture.get("aria-labelledby") or "").split()
        told = [part.text for name in names for part in picture.iter() if part.get("id") == name]
        assert told == [title, f"what {title} shows"]
    assert one.get("aria-labelledby") != two.get("aria-labelledby")
