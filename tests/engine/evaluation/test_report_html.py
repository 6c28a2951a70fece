"""The page: whole and well-formed, loads nothing, says in tables what its pictures show."""

import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from engine.errors import EngineError
from engine.evaluation.report import DataInfo, EvaluationReport, read_report, write_report
from engine.evaluation.report_html import report_page, write_html
from engine.evaluation.report_style import DAY, DAY_DEPTH, NIGHT, NIGHT_DEPTH, style_sheet
from gui.tokens import DARK, LIGHT
from tests.engine.evaluation.sample_report import MADE_AT, sample_report

VOID = {"meta", "br", "hr", "img", "input", "link"}
NASTY = '</summary><script>alert("x")</script> & <b onclick="y()">'


class Page(HTMLParser):
    """Reads a page and holds it to be well-formed: everything that opens is closed in order."""

    def __init__(self, told: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None], tuple[str, ...]]] = []
        self.texts: list[tuple[str, str]] = []
        self._open: list[str] = []
        self.feed(told)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs), tuple(self._open)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((self._open[-1] if self._open else "", data))

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes, _ in self.elements if name == tag]

    def said(self, tag: str) -> list[str]:
        return [text for name, text in self.texts if name == tag]


@pytest.fixture(scope="module")
def page() -> Page:
    return Page(report_page(sample_report()))


def test_nothing_is_run_and_nothing_is_loaded(page: Page) -> None:
    assert {name for name, _, _ in page.elements}.isdisjoint(
        {"script", "link", "img", "iframe", "object", "embed", "base", "form", "foreignobject"})
    for name, attributes, _ in page.elements:
        assert not any(key.startswith("on") for key in attributes)
        for key in ("src", "href", "xlink:href", "action"):
            assert (attributes.get(key) or "#").startswith("#"), (name, key)
    policy = next(meta for meta in page.of("meta") if "http-equiv" in meta)
    assert (policy["content"] or "").startswith("default-src 'none'")
    assert not re.search(r"url\(|@import|https?:", style_sheet())


def test_every_name_is_its_own_and_every_link_leads_somewhere(page: Page) -> None:
    names = [attributes["id"] for _, attributes, _ in page.elements if "id" in attributes]
    assert len(names) == len(set(names))
    wanted = {(link["href"] or "")[1:] for link in page.of("a")}
    wanted |= {name for picture in page.of("svg")
               for name in (picture["aria-labelledby"] or "").split()}
    assert wanted and wanted <= set(names)


def test_every_picture_is_told_in_words_and_followed_by_a_table(page: Page) -> None:
    assert len(page.of("svg")) >= 8
    assert all(picture["role"] == "img" for picture in page.of("svg"))
    kinds = [name for name, _, inside in page.elements
             if name in ("figure", "table") and "table" not in inside]
    for place, kind in enumerate(kinds):
        if kind == "figure":
            assert "table" in kinds[place + 1:place + 4]
    assert all(len(told) > 20 for told in page.said("desc"))


def test_headings_step_down_one_at_a_time(page: Page) -> None:
    levels = [int(name[1]) for name, _, _ in page.elements if re.fullmatch(r"h\d", name)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))


def test_tables_name_their_rows_and_columns(page: Page) -> None:
    for scope in ("col", "row"):
        assert sum(head.get("scope") == scope for head in page.of("th")) > 20
    assert len(page.of("caption")) == len(page.of("table"))
    scrolling = [part for part in page.of("div") if part.get("role") == "region"]
    assert all(part["tabindex"] == "0" and part["aria-label"] for part in scrolling)


def test_figures_stand_with_their_intervals(page: Page) -> None:
    told = "".join(text for _, text in page.texts)
    assert "best is Moods, macro AUC 0.78 (0.75 to 0.81, 400 songs)" in told
    assert "0.75 – 0.81" in told and "+0.04 to +0.08" in told
    assert "Not clearly better than One classifier a mood, on words" in told
    assert "Experimental, because chance could do as well: wonder." in told
    assert "0.79 ± 0.02" in told  # over the folds that could tell
    assert "21 September 2026" in told or "22 September 2026" in told
    assert "p < 0.001" in told and "p 0.310" in told


def test_baselines_stand_beside_without_pictures_of_their_own() -> None:
    report = sample_report()
    baseline = report.taggers[-1]
    alone = Page(report_page(msgspec.structs.replace(
        report, taggers=(baseline,), comparisons=(), curves=())))
    assert len(alone.of("svg")) == 1  # the overview
    assert "Macro AUC" in alone.said("th")


def every_name_nasty(report: EvaluationReport) -> EvaluationReport:
    """The same report, each of its texts grown by what would break a careless page."""
    def grown(value: object) -> object:
        if isinstance(value, str):
            return value if value in ("multi", "single", "macro_auc", "accuracy") else value + NASTY
        if isinstance(value, dict):
            return {key: grown(part) for key, part in value.items()}
        return [grown(part) for part in value] if isinstance(value, list) else value
    return msgspec.convert(grown(msgspec.to_builtins(report)), EvaluationReport)


def test_names_cannot_break_the_page() -> None:
    # GIVEN model names, tags and notes written by a stranger
    told = report_page(every_name_nasty(sample_report()))
    # THEN they are words, nothing else
    page = Page(told)
    assert not page.of("script") and not page.of("b")[0].get("onclick")
    assert NASTY in "".join(text for _, text in page.texts)


def test_a_stopped_measurement_says_so() -> None:
    report = msgspec.structs.replace(sample_report(), complete=False,
                                     unusable=("gone was left out: <b>No</b>.",))
    assert "gone was left out: &lt;b&gt;No" in report_page(report)
    assert "stopped before its end" in report_page(report)
    assert "stopped before its end" not in report_page(sample_report())


def test_an_empty_report_is_a_page_too() -> None:
    empty = EvaluationReport(data=DataInfo(name="x.jsonl", split="all", songs=0), taggers=(),
                             made_at=MADE_AT)
    page = Page(report_page(empty))
    assert "No label set of these songs is known to any tagger." in "".join(page.said("p"))
    assert not page.of("svg")


def test_it_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "report.html"
    write_html(sample_report(), file)
    assert file.read_text("utf-8") == report_page(sample_report())
    assert [each.name for each in file.parent.iterdir()] == ["report.html"]
    (tmp_path / "taken").write_text("")
    with pytest.raises(EngineError, match="cannot be written"):
        write_html(sample_report(), tmp_path / "taken" / "report.html")


def test_it_says_what_the_json_says(tmp_path: Path) -> None:
    write_report(sample_report(), tmp_path / "report.json")
    assert report_page(read_report(tmp_path / "report.json")) == report_page(sample_report())


@pytest.mark.parametrize("colours, theme", [(DAY, LIGHT), (NIGHT, DARK)], ids=["day", "night"])
def test_the_colours_are_those_of_the_window(colours: dict[str, str], theme: object) -> None:
    assert {name: getattr(theme, name) for name in colours} == dict(colours)
    assert all(f"--{name}:{value}" in style_sheet() for name, value in colours.items())


def channels(colour: str) -> list[float]:
    return [int(colour[at:at + 2], 16) / 255 for at in (1, 3, 5)]


def luminance(parts: list[float]) -> float:
    red, green, blue = ((c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4)
                        for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: list[float], other: list[float]) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colours, depth", [(DAY, DAY_DEPTH), (NIGHT, NIGHT_DEPTH)],
                         ids=["day", "night"])
def test_everything_can_be_read(colours: dict[str, str], depth: float) -> None:
    for ground in ("paper", "card"):
        for words in ("ink", "quiet", "accent"):
            assert contrast(channels(colours[words]), channels(colours[ground])) >= 4.5
        assert contrast(channels(colours["edge"]), channels(colours[ground])) >= 3
    # AND a number on the fullest field of a grid
    full = [depth * top + (1 - depth) * under for top, under in
            zip(channels(colours["accent"]), channels(colours["card"]), strict=True)]
    assert contrast(channels(colours["ink"]), full) >= 4.5
