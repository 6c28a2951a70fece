"""A measurement in words and rows for a person: who does how well, how sure that is, and on what.

Plain values made from a report; draws nothing and computes no figure of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from html import escape

from PySide6.QtCore import QCoreApplication

from engine.evaluation.report import (
    EvaluationReport,
    Interval,
    LabelSetBlock,
    Matrix,
    TaggerReport,
)
from engine.evaluation.report_words import (
    Standing,
    best_first,
    chance_of,
    figure_name,
    promise_of,
    standings,
)
from gui.figures import count_text
from gui.models.quality_reports import FoundReport

translate = QCoreApplication.translate
_ROOM = "Quality"
_SPREAD_WORTH_TELLING = 0.005
_FEWEST_MIXED = 10  # songs of a label; of fewer no share is worth a sentence


@dataclass(frozen=True, slots=True)
class Cell:
    """One tagger on one label set. `figure` None: it knows too few of its tags to be judged.

    `best` has the highest figure, `tied` is not clearly behind it; `chance` is what guessing gets.
    `few` says how many of the tags it knows, where others know more and it is in no race.
    """

    figure: Interval | None = None
    best: bool = False
    tied: bool = False
    chance: float = 0.0
    spoken: str = ""
    few: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of interval bars. `hollow` is drawn as not to be relied on, `strong` as the best;
    `mood` is a mood's id where the row stands for one. `told` is the sentence behind it."""

    key: str
    name: str
    figure: Interval | None
    note: str = ""
    hollow: bool = False
    strong: bool = False
    mood: str = ""
    told: str = ""


def report_title(found: FoundReport) -> str:
    """How a measurement is called in the list of them."""
    if found.shipped:
        return translate(_ROOM, "Shipped with Undertone")
    if found.report is None:
        return found.title
    return translate(_ROOM, "{title}, {when}").format(
        title=found.report.data.name or found.title, when=day_text(found.report.made_at))


def day_text(at: float) -> str:
    """A day with its time, short."""
    return f"{datetime.fromtimestamp(at).astimezone():%d %b %Y, %H:%M}"


def report_facts(report: EvaluationReport) -> str:
    """On what it was measured, in one line."""
    data = report.data
    told = [songs_text(data.songs)]
    if data.artists:
        told.append(translate(_ROOM, "{n} artists").format(n=count_text(data.artists)))
    if data.folds:
        told.append(translate(_ROOM, "{n} parts, no artist in two of them").format(n=data.folds))
    part = {"train": translate(_ROOM, "those for learning"),
            "valid": translate(_ROOM, "those held out")}.get(data.split, "")
    told += filter(None, (translate(_ROOM, "from {name}").format(name=data.name), part))
    return "  ·  ".join(told)


def tip(told: str) -> str:
    """A text for a tool tip, which takes what looks like markup for markup."""
    return f"<qt>{escape(told)}</qt>"


def songs_text(count: int) -> str:
    """ "2 400 songs", "1 song" """
    told = translate(_ROOM, "1 song") if count == 1 else translate(_ROOM, "{n} songs")
    return told.format(n=count_text(count))


def short_title(block: LabelSetBlock) -> str:
    """A label set in two or three words, for the head of a column."""
    known = {
        "gems9": translate(_ROOM, "Nine emotions"),
        "gems9 agreed": translate(_ROOM, "Nine, where people agree"),
        "lastfm27": translate(_ROOM, "27 Last.fm tags"),
        "lastfm27 agreed": translate(_ROOM, "27 tags, where three agree"),
        "quadrant_lastfm": translate(_ROOM, "Four moods, Last.fm"),
        "quadrant_allmusic": translate(_ROOM, "Four moods, AllMusic"),
        "quadrant_mer180": translate(_ROOM, "Four moods, 180 songs"),
        "nju4": translate(_ROOM, "Four moods, NJU"),
        "rasbt_binary": translate(_ROOM, "Happy or sad"),
        "mirex_adjective": translate(_ROOM, "28 adjectives"),
        "own": translate(_ROOM, "Your own labels"),
    }
    return known.get(block.block, block.title)


def block_facts(block: LabelSetBlock) -> str:
    """The size of a label set, and how much of it the tagger can tell."""
    if block.tags_known == block.tags_all:
        tags = translate(_ROOM, "{n} tags").format(n=block.tags_all)
    else:
        tags = translate(_ROOM, "{n} of {all} tags known to it").format(
            n=block.tags_known, all=block.tags_all)
    rare = "" if not block.tags_rare else translate(
        _ROOM, "{n} too rare for the means").format(n=block.tags_rare)
    return "  ·  ".join(filter(None, (songs_text(block.songs), tags, rare, block.note)))


def figure_text(figure: Interval | None) -> str:
    """ "0.78", or a dash."""
    return "–" if figure is None else f"{figure.value:.2f}"


def interval_text(figure: Interval | None) -> str:
    """ "0.76 to 0.81"; "" where it is too narrow to be worth telling."""
    if figure is None or figure.high - figure.low < _SPREAD_WORTH_TELLING:
        return ""
    return translate(_ROOM, "{low} to {high}").format(
        low=f"{figure.low:.2f}", high=f"{figure.high:.2f}")


def cells_of(report: EvaluationReport, block: LabelSetBlock) -> dict[str, Cell]:
    """Tagger id -> its cell for one label set."""
    return {each.tagger.tagger: _cell(each) for each in standings(report, block.block)}


def _cell(standing: Standing) -> Cell:
    figure = standing.block.figures.get(standing.block.main)
    tied = bool(standing.tied) and not standing.tagger.baseline
    called = figure_name(standing.block.main).title
    said = [standing.tagger.name, standing.block.title,
            f"{called} {figure_text(figure)}", interval_text(figure),
            mark_text(standing.best, tied)]
    block = standing.block
    few = "" if not standing.part else translate(_ROOM, "{n} of {all}").format(
        n=block.tags_known, all=block.tags_all)
    if few:
        said.append(translate(_ROOM, "knows only {few} tags").format(few=few))
    return Cell(figure, standing.best, tied, chance_of(block),
                ", ".join(part for part in said if part), few)


def mark_text(best: bool, tied: bool) -> str:
    if best:
        return translate(_ROOM, "best")
    return translate(_ROOM, "no clear difference") if tied else ""


def tagger_bars(report: EvaluationReport, block: LabelSetBlock) -> tuple[Bar, ...]:
    """Every tagger on one label set, best first, those that read no words last."""
    found = sorted(standings(report, block.block), key=_rank)
    return tuple(Bar(
        each.tagger.tagger, each.tagger.name, each.block.figures.get(each.block.main),
        mark_text(each.best, bool(each.tied) and not each.tagger.baseline),
        hollow=each.tagger.baseline, strong=each.best,
        told=how_well(report, each.tagger, each.block)) for each in found)


def _rank(standing: Standing) -> tuple[bool, float]:
    figure = standing.block.figures.get(standing.block.main)
    return standing.tagger.baseline, -(figure.value if figure else -1.0)


def tag_bars(tagger: TaggerReport, block: LabelSetBlock,
             called: Callable[[str], str]) -> tuple[Bar, ...]:
    """Every mood of a label set by its AUC, the best told first; `called` gives their names."""
    return tuple(Bar(
        tag.tag, called(tag.tag), tag.auc,
        songs_text(tag.support),
        hollow=tag.tag in tagger.experimental, mood=tag.tag, told=promise_of(tag, called(tag.tag)))
        for tag in best_first(block))


def how_well(report: EvaluationReport, tagger: TaggerReport, block: LabelSetBlock) -> str:
    """What the leading figure of one tagger means, in sentences without a term."""
    figure = block.figures.get(block.main)
    if figure is None:
        return translate(_ROOM, "There is too little here to judge it by.")
    chance = round(100 * chance_of(block))
    if block.main == "accuracy":
        told = translate(_ROOM, "It names the label people gave for {n} of 100 songs; guessing "
                                "among {all} gets {chance}.")
    elif block.main == "macro_auc":
        told = translate(_ROOM, "Of two songs, one with a mood and one without, it scores the "
                                "right one higher {n} times in 100; guessing gets {chance}.")
    else:
        told = translate(_ROOM, "{name}: {n} of 100.")
    words = told.format(n=round(100 * figure.value), all=block.tags_known, chance=chance,
                        name=figure_name(block.main).title)
    return " ".join(filter(None, (words, _sureness(figure), _place(report, tagger, block))))


def _sureness(figure: Interval) -> str:
    low, high = round(100 * figure.low), round(100 * figure.high)
    if low >= high:
        return ""
    return translate(_ROOM, "On other songs of the kind it would likely be between {low} and "
                            "{high}.").format(low=low, high=high)


def _place(report: EvaluationReport, tagger: TaggerReport, block: LabelSetBlock) -> str:
    found = standings(report, block.block)
    own = next((each for each in found if each.tagger.tagger == tagger.tagger), None)
    best = next((each for each in found if each.best), None)
    racing = sum(not each.tagger.baseline for each in found)
    if own is None or best is None or tagger.baseline or racing < 2:
        return ""
    if own.best:
        return translate(_ROOM, "No other does better here.")
    if own.tied is None:
        return ""
    told = (translate(_ROOM, "That is no clear difference from {best}, the best here.")
            if own.tied else translate(_ROOM, "That is clearly behind {best}."))
    return told.format(best=best.tagger.name)


def tags_words(block: LabelSetBlock) -> str:
    """Of the tags it gives, how many are right, and of those people gave, how many it finds."""
    right, found = block.figures.get("micro_precision"), block.figures.get("micro_recall")
    if right is None or found is None:
        return ""
    return translate(_ROOM, "Of 10 tags it gives, people agree with {right}. Of 10 that people "
                            "gave, it finds {found}.").format(
        right=round(10 * right.value), found=round(10 * found.value))


def mixed_up(matrix: Matrix, called: Callable[[str], str]) -> str:
    """What is taken for something else most often, in one sentence; "" where nothing is, or no
    label has songs enough to say so."""
    shares = [(count / sum(counts), row, column) for row, counts in enumerate(matrix.counts)
              if sum(counts) >= _FEWEST_MIXED for column, count in enumerate(counts)
              if row != column]
    share, *worst = max(shares, default=(0.0, 0, 0))
    if round(100 * share) < 1:
        return ""
    given, chosen = (called(matrix.tags[place]) for place in worst)
    return translate(_ROOM, "What it mixes up most: of 100 songs people call {given}, it calls "
                            "{n} {chosen}.").format(given=given, n=round(100 * share),
                                                    chosen=chosen)


def affect_words(tagger: TaggerReport) -> str:
    """How well songs are ordered from unpleasant to pleasant, and from still to stirred."""
    valence, arousal = tagger.affect.get("valence"), tagger.affect.get("arousal")
    if valence is None or arousal is None:
        return ""
    return translate(_ROOM, "It orders songs from unpleasant to pleasant as people do to "
                            "{valence}, from still to stirred to {arousal}; 1 is the same order, "
                            "0 none.").format(valence=figure_text(valence),
                                              arousal=figure_text(arousal))
