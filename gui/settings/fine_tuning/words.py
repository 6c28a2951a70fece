"""What is said of goals, data, costs and runs: one place for the words of the page of trainings."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from engine.training.learning_job import WhileUsed
from engine.training.planning.estimate import Estimate
from engine.training.planning.goal import Enough, Goal, bounds, enough
from engine.training.recipe import Keep, Method, Tuning
from engine.training.rows.data_report import DataReport
from engine.training.rows.row import RowPlace
from engine.training.rows.sources import OwnChoices, OwnMoods, OwnTalks, Source
from gui.figures import count_text, megabytes_text

translate = QCoreApplication.translate
_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86400.0


def goal_name(goal: Goal) -> str:
    """What shall be better, in a few words."""
    return {
        Goal.MOODS: translate("Tune", "My moods"),
        Goal.NEW_MOOD: translate("Tune", "A new mood"),
        Goal.GENERATIVE: translate("Tune", "A generative tagger"),
        Goal.CHARACTER: translate("Tune", "A character"),
        Goal.TALKING: translate("Tune", "A way of talking"),
        Goal.LABELS: translate("Tune", "Labels of my own texts"),
        Goal.WORDS: translate("Tune", "The words of my lyrics"),
    }[goal]


def goal_words(goal: Goal) -> str:
    """What it does, and what it needs, a sentence each."""
    return {
        Goal.MOODS: translate(
            "Tune", "A tagger that judges moods as you do. Needs songs you corrected, or a file of "
            "lyrics with moods."),
        Goal.NEW_MOOD: translate(
            "Tune", "Teach the tagger a mood it has no word for. Needs 8 to 20 songs that have "
            "it."),
        Goal.GENERATIVE: translate(
            "Tune", "A chat model that names the moods of a lyric in writing. Needs many songs "
            "with moods; takes the longest."),
        Goal.CHARACTER: translate(
            "Tune", "One character that stays who it is. Needs talks with it that went well."),
        Goal.TALKING: translate(
            "Tune", "How your chat model speaks, from talks, files of dialogues or the replies you "
            "kept."),
        Goal.LABELS: translate(
            "Tune", "Sorts any texts by labels of your own. Needs a file of texts and labels."),
        Goal.WORDS: translate(
            "Tune", "Lets the model that reads lyrics grow used to the words of yours, before it "
            "learns anything else. Needs plain lyrics, many of them."),
    }[goal]


def rows_words(goal: Goal, rows: int) -> str:
    """So many rows, called what they are for this goal."""
    n = count_text(rows)
    if goal in (Goal.MOODS, Goal.NEW_MOOD, Goal.GENERATIVE):
        return translate("Tune", "1 song") if rows == 1 else translate(
            "Tune", "{n} songs").format(n=n)
    if goal in (Goal.CHARACTER, Goal.TALKING):
        return translate("Tune", "1 reply") if rows == 1 else translate(
            "Tune", "{n} replies").format(n=n)
    return translate("Tune", "1 text") if rows == 1 else translate("Tune", "{n} texts").format(n=n)


def enough_words(goal: Goal, rows: int, method: Method | None = None) -> str:
    """Whether the person's own data suffice; "" where the goal learns from files alone."""
    if goal in (Goal.LABELS, Goal.WORDS):
        return translate("Tune", "Learns from a file you bring.")
    least, good = bounds(goal, method or _method(goal))
    if goal is Goal.NEW_MOOD or rows <= 0:
        return none_words(goal, least)
    have = rows_words(goal, rows)
    level = enough(goal, rows, method)
    if level is Enough.TOO_FEW:
        return translate("Tune", "{have} of yours; at least {least} are needed, or a file beside "
                         "them.").format(have=have, least=least)
    if level is Enough.FEW:
        return translate("Tune", "{have} of yours: enough to try. {good} would be good.").format(
            have=have, good=count_text(good))
    return translate("Tune", "{have} of yours: enough.").format(have=have)


def none_words(goal: Goal, least: int) -> str:
    """What is wanted where there is nothing of the person's own yet, and where it comes from."""
    if goal is Goal.NEW_MOOD:
        return translate("Tune", "Choose the songs yourself, at least {n}; they have to be in your "
                         "Library.").format(n=least)
    if goal in (Goal.CHARACTER, Goal.TALKING):
        return translate("Tune", "You have no replies in the Chat yet; at least {n} are needed, or "
                         "a file.").format(n=least)
    return translate("Tune", "You corrected no song yet: press Correct in the Library. At least "
                     "{n} are needed, or a file.").format(n=least)


def source_words(source: Source) -> tuple[str, str]:
    """Data of one's own: what they are, and what is learned from them."""
    if isinstance(source, OwnMoods):
        return (translate("Tune", "My words on moods"),
                translate("Tune", "What you accepted, rejected and added to songs and lines."))
    if isinstance(source, OwnTalks):
        return (translate("Tune", "My talks"),
                translate("Tune", "Replies as they stand now, with your edits."))
    assert isinstance(source, OwnChoices)
    return (translate("Tune", "Replies I kept"),
            translate("Tune", "Each beside those you passed over. Learned on their own, by "
                      "comparing."))


def own_count_words(source: Source, rows: int) -> str:
    """How much of it there is."""
    if not rows:
        return translate("Tune", "none yet")
    if isinstance(source, OwnMoods):
        return rows_words(Goal.MOODS, rows)
    if isinstance(source, OwnChoices):
        return translate("Tune", "1 pair") if rows == 1 else translate(
            "Tune", "{n} pairs").format(n=count_text(rows))
    return rows_words(Goal.TALKING, rows)


def place_words(place: RowPlace) -> str:
    """Where a row stands."""
    return translate("Tune", "{source}, line {n}").format(
        source=place.source, n=count_text(place.line)) if place.line else place.source


def report_words(report: DataReport) -> str:
    """How much there is and how it is divided."""
    rows = translate("Tune", "1 row") if report.rows == 1 else translate(
        "Tune", "{n} rows").format(n=count_text(report.rows))
    parts = [rows]
    if report.judging:
        parts.append(translate(
            "Tune", "{learn} to learn from, {judge} held back to judge by").format(
                learn=count_text(report.learning), judge=count_text(report.judging)))
    parts.append(translate("Tune", "{n} words").format(n=count_text(report.words)))
    return " · ".join(parts)


def times_text(times: float) -> str:
    """How often the data are gone through."""
    if times == 1:
        return translate("Tune", "once")
    return translate("Tune", "{n} times").format(
        n=f"{times:,.0f}" if times >= 100 else f"{times:.3g}")


def span_text(seconds: float) -> str:
    """A length of time as people say it."""
    if seconds < 90:
        return translate("Tune", "{n} s").format(n=round(seconds))
    if seconds < 90 * _MINUTE:
        return translate("Tune", "{n} min").format(n=round(seconds / _MINUTE))
    if seconds < 36 * _HOUR:
        hours, minutes = divmod(round(seconds / _MINUTE), 60)
        return translate("Tune", "{h} h {m} min").format(h=hours, m=minutes) if minutes else \
            translate("Tune", "{h} h").format(h=hours)
    return translate("Tune", "{n} days").format(n=round(seconds / _DAY, 1))


def cost_words(cost: Estimate) -> str:
    """Time, memory and disk, as far as they can be told before."""
    low, high = (span_text(seconds) for seconds in cost.seconds)
    time = low if low == high else translate("Tune", "{low} to {high}").format(low=low, high=high)
    return translate("Tune", "About {time}, {memory} of memory, {disk} of disk.").format(
        time=time, memory=megabytes_text(cost.memory), disk=megabytes_text(cost.disk))


def shortage_words(cost: Estimate) -> str:
    """What this computer lacks for it and what to change; "" for nothing."""
    if cost.disk_short:
        return translate("Tune", "The disk is {n} short. Make room, or let fewer weights learn "
                         "under More.").format(n=megabytes_text(cost.disk_short))
    if cost.memory_short:
        return translate("Tune", "About {n} of memory are lacking. Close other programs, or take "
                         "fewer tokens a step under More.").format(
                             n=megabytes_text(cost.memory_short))
    return ""


def tuning_words(tuning: Tuning) -> str:
    return {
        Tuning.FULL: translate("Tune", "All weights"),
        Tuning.LORA: translate("Tune", "Low-rank changes (LoRA)"),
        Tuning.HEAD: translate("Tune", "Only the head"),
    }[tuning]


def keep_words(keep: Keep) -> str:
    return {
        Keep.MERGED: translate("Tune", "A model of its own"),
        Keep.ADAPTER: translate("Tune", "An adapter beside the base"),
    }[keep]


def while_used_words(how: WhileUsed) -> str:
    return {
        WhileUsed.GO_ON: translate("Tune", "Goes on"),
        WhileUsed.SLOW_DOWN: translate("Tune", "Slows down"),
        WhileUsed.PAUSE: translate("Tune", "Pauses"),
    }[how]


def labels_words(labels: Sequence[str], asked: Sequence[str] | None) -> str:
    """What a labelled text teaches."""
    held = ", ".join(labels) or translate("Tune", "none of its labels")
    if asked is None:
        return translate("Tune", "Learned: {labels}").format(labels=held)
    absent = [label for label in asked if label not in labels]
    if not absent:
        return translate("Tune", "Learned: {labels}; of all others nothing").format(labels=held)
    return translate("Tune", "Learned: {labels}; not {absent}; of all others nothing").format(
        labels=held, absent=", ".join(absent))


def _method(goal: Goal) -> Method:
    from engine.training.planning.goal import NEEDS

    return NEEDS[goal].method
