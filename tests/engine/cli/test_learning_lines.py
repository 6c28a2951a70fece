"""What a terminal shows of a training: judgements whole, steps only in passing, the report last."""

from engine.cli.learning_lines import LearningLines, report_lines
from engine.events import Metric, Note, Progress, Sample
from engine.training.runs.report import LearningReport, Measured, Spoken


def test_judgements_are_lines_and_steps_are_not() -> None:
    said: list[str] = []
    lines = LearningLines(said.append)
    lines.take(Note("Reading the data"))
    for step in range(1, 6):
        lines.take(Metric(step=step, name="loss", value=1 / step, split="train"))
        lines.take(Progress(done=step, total=5))
    lines.take(Metric(step=5, name="loss", value=0.5, split="valid"))
    lines.take(Metric(step=5, name="macro-F1", value=0.25, split="valid"))
    lines.take(Sample(step=5, text="A: sadness"))
    lines.end()
    assert said == ["Reading the data", "step 5: loss 0.5, macro-F1 0.25",
                    "step 5 says: A: sadness"]


def test_the_report_tells_figures_and_words() -> None:
    report = LearningReport(
        verdict="It is better.", better=True, learned_rows=1200, judged_rows=90, steps=40,
        seconds=61.4, energy="About 2 Wh.", spoken=(Spoken(asked="Q?", before="a", after="b"),),
        figures=(Measured(name="macro-F1", before=0.2, after=0.3, difference=0.1,
                          difference_interval=(0.05, 0.15), of="90 songs"),
                 Measured(name="perplexity", before=None, after=8.0)))
    told = "\n".join(report_lines(report))
    assert "0.2 -> 0.3  (+0.1, 95 % +0.05 to +0.15)" in told
    assert "before: a" in told and "Measured on 90 songs:" in told
    assert "1,200 rows learned, 90 judged, 40 steps in 61 s. About 2 Wh." in told


def test_words_of_files_and_models_give_the_terminal_no_orders() -> None:
    said: list[str] = []
    lines = LearningLines(said.append)
    lines.take(Note("line 3: \x1b]0;owned\x07"))
    lines.take(Sample(step=1, text="\x1b[2Jcalm\u202e"))
    told = [*said, *report_lines(LearningReport(
        verdict="", better=None, spoken=(Spoken(asked="\x1b[31m?", before="a", after="\x9b1m"),)))]
    assert not any(sign in line for line in told for sign in "\x1b\x07\x9b\u202e")
    assert "step 1 says: [2Jcalm" in told
