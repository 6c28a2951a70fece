"""What is said of runs: how they stand, what they take, how they ended, how two differ."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from PySide6.QtCore import QCoreApplication

from engine.jobs.job_folder import JobState
from engine.training.recipe import Recipe
from engine.training.runs.report import LearningReport, Measured
from gui.figures import count_text, megabytes_text
from gui.jobs import JobView
from gui.settings.data_words import when_text
from gui.settings.fine_tuning import words
from gui.settings.fine_tuning.curve_chart import Line
from gui.settings.fine_tuning.curve_shape import figure_text, finite, value_text
from gui.settings.fine_tuning.decimal_field import number_text
from gui.settings.fine_tuning.past import PastRun
from gui.settings.fine_tuning.run_story import Curve, RunStory

translate = QCoreApplication.translate


def state_words(view: JobView, finishing: bool = False) -> str:
    """How far a run is."""
    if view.stopping:
        return translate("Tune", "Stopping: the state is being saved, so that it can go on later.")
    if view.paused:
        return view.paused
    if finishing:
        return translate("Tune", "Ending: what was best so far becomes the model.")
    if view.unit == "steps" and view.total:
        count = translate("Tune", "Step {done} of {total}").format(
            done=count_text(view.done), total=count_text(view.total))
        if view.done and view.done >= view.total:
            return view.message or count
        left = time_left(view)
        return f"{count} · {left}" if left else count
    return view.message or translate("Tune", "Beginning")


def time_left(view: JobView) -> str:
    """How long it will still take; "" while that cannot be said."""
    if view.seconds_left is None or not view.total:
        return ""
    return translate("Tune", "about {time} left").format(time=words.span_text(view.seconds_left))


def cost_line(run: Mapping[str, float]) -> str:
    """Pace, memory, rate and energy, as far as they are known."""
    parts: list[str] = []
    if pace := run.get("examples per second"):
        parts.append(translate("Tune", "{n} examples a second").format(n=number_text(pace)))
    if memory := run.get("memory MB"):
        parts.append(translate("Tune", "{size} of memory").format(
            size=megabytes_text(round(memory * 2**20))))
    if rate := run.get("rate"):
        parts.append(translate("Tune", "rate {n}").format(n=number_text(rate)))
    if (spent := run.get("watt hours")) is not None and spent >= 0.1:
        parts.append(translate("Tune", "at most {n} Wh").format(n=f"{spent:.1f}"))
    return " · ".join(parts)


def metric_line(story: RunStory) -> str:
    """What was measured last beside the loss, and where it began."""
    parts: list[str] = []
    for name, curve in story.metrics().items():
        known = [value for value in curve.values if value is not None]
        if not known:
            continue
        parts.append(translate("Tune", "{name} {last}, began at {first}").format(
            name=name, last=value_text(known[-1]), first=value_text(known[0]))
            if len(known) > 1 else f"{name} {value_text(known[-1])}")
    return " · ".join(parts)


def lines_of(story: RunStory) -> list[Line]:
    """The curves of one run: train thin, validation bold."""
    train, valid = story.train, story.valid
    return [
        Line(translate("Tune", "train"), finite(train.steps, train.values),
             soft=len(train) > 20),
        Line(translate("Tune", "validation"), finite(valid.steps, valid.values), bold=True,
             best=_best(valid))]


def compared_lines(stories: Sequence[tuple[str, RunStory]]) -> list[Line]:
    """The validation of several runs beside each other; the train loss where nothing was held
    back."""
    lines: list[Line] = []
    for number, (name, story) in enumerate(stories):
        curve = story.valid if len(story.valid) else story.train
        lines.append(Line(name, finite(curve.steps, curve.values), bold=True, run=number,
                          best=_best(curve), soft=curve is story.train and len(curve) > 20))
    return lines


def made_text(run: PastRun) -> str:
    """When it was started."""
    return when_text(datetime.fromtimestamp(run.spec.created_at, UTC))


def outcome_words(run: PastRun) -> str:
    """What came of a run, in a line."""
    if run.state is JobState.FINISHED:
        return run.report.verdict if run.report else translate("Tune", "It came to its end.")
    if run.state is JobState.STOPPED:
        return translate("Tune", "Stopped. It can go on where it was.")
    if run.state is JobState.FAILED:
        return run.why or translate("Tune", "It failed.")
    if run.state is JobState.INTERRUPTED:
        return translate("Tune", "Cut short when the computer or Undertone ended. It can go on "
                         "where it was.")
    return translate("Tune", "It has not begun.")


def settings_line(run: PastRun) -> str:
    """How it was trained, in short."""
    if run.job is None:
        return ""
    recipe = run.job.recipe
    parts = [words.tuning_words(recipe.tuning),
             translate("Tune", "{often} through").format(
                 often=words.times_text(recipe.loop.epochs)),
             translate("Tune", "rate {n}").format(n=number_text(recipe.loop.rate))]
    if run.report is not None:
        rows = count_text(run.report.learned_rows)
        parts += [translate("Tune", "{n} rows").format(n=rows), words.span_text(run.report.seconds)]
    return " · ".join(parts)


def settings_table(recipes: Sequence[Recipe]) -> list[tuple[str, tuple[str, ...]]]:
    """What differs between recipes: the name of a setting, and what each has."""
    rows = [
        (translate("Tune", "Begins with"), [recipe.base for recipe in recipes]),
        (translate("Tune", "What learns"), [words.tuning_words(r.tuning) for r in recipes]),
        (translate("Tune", "Times through"), [number_text(r.loop.epochs) for r in recipes]),
        (translate("Tune", "Learning rate"), [number_text(r.loop.rate) for r in recipes]),
        (translate("Tune", "Tokens a step"), [count_text(r.loop.batch_tokens) for r in recipes]),
        (translate("Tune", "Warm-up"), [number_text(r.loop.warmup) for r in recipes]),
        (translate("Tune", "Rank"), [str(r.lora.rank) for r in recipes]),
        (translate("Tune", "Held back"), [number_text(r.data.held_out) for r in recipes]),
        (translate("Tune", "Seed"), [str(r.loop.seed) for r in recipes]),
    ]
    return [(name, tuple(values)) for name, values in rows if len(set(values)) > 1]


def measured_words(figure: Measured) -> tuple[str, str, str]:
    """A figure before, after, and what the difference is worth."""
    after = _with_interval(figure.after, figure.after_interval, figure.unit)
    before = "–" if figure.before is None else _with_interval(
        figure.before, figure.before_interval, figure.unit)
    if figure.difference is None:
        return before, after, ""
    told = _signed(figure.difference)
    if figure.difference_interval is not None:
        low, high = figure.difference_interval
        told += translate("Tune", " ({low} to {high})").format(
            low=_signed(low), high=_signed(high))
    return before, after, f"{told}, {_worth(figure)}"


def report_line(report: LearningReport) -> str:
    """On what it was learned and judged, and what it took."""
    parts = [translate("Tune", "Learned from {n} rows").format(n=count_text(report.learned_rows))]
    if report.judged_rows:
        parts.append(translate("Tune", "judged by {n} it had not seen").format(
            n=count_text(report.judged_rows)))
    if report.steps:
        parts.append(translate("Tune", "best after step {best} of {n}").format(
            best=count_text(report.best_step), n=count_text(report.steps)))
    parts.append(words.span_text(report.seconds))
    return " · ".join(parts)


def _worth(figure: Measured) -> str:
    if not figure.sure:
        return translate("Tune", "could be chance")
    better = (figure.difference or 0) > 0
    return translate("Tune", "better") if better is figure.better_high else translate(
        "Tune", "worse")


def _with_interval(value: float, interval: tuple[float, float] | None, unit: str) -> str:
    told = figure_text(value) + (f" {unit}" if unit else "")
    if interval is None:
        return told
    return translate("Tune", "{value} ({low} to {high})").format(
        value=told, low=figure_text(interval[0]), high=figure_text(interval[1]))


def _signed(value: float) -> str:
    told = figure_text(abs(value))
    if not float(told):
        return "0"
    return f"{'−' if value < 0 else '+'}{told}"


def _best(curve: Curve) -> tuple[float, float] | None:
    best = curve.best()
    return (float(best[0]), best[1]) if best and len(curve) > 1 else None


def figure_about(name: str) -> str:
    """What a figure means, in a sentence; "" for one that says it itself."""
    told = {
        "macro-F1": translate("Tune", "How often what it names is right, and what is right is "
                              "named; every label counts alike. 1 is perfect."),
        "micro-F1": translate("Tune", "How often what it names is right, and what is right is "
                              "named; frequent labels count most. 1 is perfect."),
        "mean average precision": translate("Tune", "How far up the right texts stand when they "
                                            "are ordered by a label. 1 is perfect."),
        "macro AUC": translate("Tune", "How often a text with a label scores higher than one "
                               "without. 0.5 is guessing, 1 is perfect."),
        "perplexity": translate("Tune", "How much the words of such talks surprise it. Lower is "
                                "better."),
    }
    return told.get(name, "")
