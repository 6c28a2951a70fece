"""What the figures of a report are called and mean, in words for people, and who stands where.

One wording for the page, the window and the terminal. Computes nothing that is not in the report.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.evaluation.label_sets import one_line
from engine.evaluation.report import EvaluationReport, LabelSetBlock, TagFigures, TaggerReport

NOTHING = ("Nothing in these songs could be judged: that takes two of a label set, and tags a "
           "tagger knows.")
CLEAR = 0.05  # a corrected p below this is a difference, above it nobody can tell


@dataclass(frozen=True, slots=True)
class FigureName:
    """A figure's `title` and what it means in one sentence; `least` is best for errors."""

    title: str
    meaning: str
    least: bool = False

    @property
    def within(self) -> str:
        """The title as it stands within a sentence."""
        whole = self.title[1:2].isupper() or self.title[1:2].isdigit()  # AUC, F1
        return self.title if whole else self.title[:1].lower() + self.title[1:]


FIGURES: Mapping[str, FigureName] = {
    "macro_auc": FigureName(
        "Macro AUC", "Of two songs, one with a mood and one without, how often the one with it "
        "gets the higher score; the mean over moods. Guessing gives 0.50."),
    "macro_auc_all": FigureName(
        "Macro AUC, all", "The same with the moods that are too rare here to count: one or two "
        "songs decide what those add."),
    "micro_auc": FigureName("Micro AUC", "The same over all songs and moods in one pot."),
    "mean_average_precision": FigureName(
        "Mean AP", "Songs ranked by score: how pure the top of the list is, mean over moods. "
        "Guessing gives the share of songs with the mood."),
    "mean_average_precision_all": FigureName("Mean AP, all", "The same with the rarest moods."),
    "micro_precision": FigureName(
        "Precision, micro", "Of the tags it gave, the share people gave too."),
    "micro_recall": FigureName(
        "Recall, micro", "Of the tags people gave, the share it gave too."),
    "micro_f1": FigureName("F1, micro", "Precision and recall of all tags in one figure."),
    "macro_precision": FigureName("Precision, macro", "Precision, every mood counted alike."),
    "macro_recall": FigureName("Recall, macro", "Recall, every mood counted alike."),
    "macro_f1": FigureName("F1, macro", "F1, every mood counted alike."),
    "macro_f1_all": FigureName("F1, macro, all", "The same with the rarest moods."),
    "exact_match": FigureName(
        "Exact match", "The share of songs whose tags are all as people gave them."),
    "agreement": FigureName("Verdicts met", "The share of your verdicts it would have met."),
    "tags_per_song": FigureName("Tags a song", "How many tags it gives a song, on average."),
    "untagged": FigureName("Untagged", "The share of songs it gives no tag at all.", least=True),
    "ece": FigureName(
        "Calibration error", "How far a score lies from the share of songs people agree on, on "
        "average. At 0 a score of 0.7 is right 7 times in 10.", least=True),
    "accuracy": FigureName(
        "Accuracy", "The share of songs whose highest score is the label people gave."),
    "balanced_accuracy": FigureName("Balanced accuracy", "Accuracy, every label counted alike."),
    "top_3": FigureName(
        "Within three", "The share of songs whose label is among the three highest scores."),
    "auc": FigureName("AUC", "Guessing gives 0.50, telling every pair apart 1.00."),
    "ap": FigureName("AP", "Average precision of one mood."),
    "valence": FigureName("Valence", "Whether songs are ordered as the data order them, from "
                                     "unpleasant to pleasant: Spearman's rank correlation."),
    "arousal": FigureName("Arousal", "The same, from still to stirred."),
}
CHANCE: Mapping[str, float] = dict.fromkeys(
    ("macro_auc", "macro_auc_all", "micro_auc", "auc"), 0.5)


def figure_name(name: str) -> FigureName:
    """The words for a figure; one that has none is called by its key."""
    return FIGURES.get(name) or FigureName(name.replace("_", " ").capitalize(), "")


def chance_of(block: LabelSetBlock) -> float:
    """What guessing gets in the leading figure of a label set, 0 where nobody can say."""
    if block.main in CHANCE:
        return CHANCE[block.main]
    single = block.main == "accuracy" and block.tags_known > 0
    return 1 / block.tags_known if single else 0.0


def rare_words(block: LabelSetBlock) -> str:
    """How many tags the means over tags leave out, "" for none."""
    return f"{block.tags_rare} too rare for the means" if block.tags_rare else ""


def best_first(block: LabelSetBlock) -> list[TagFigures]:
    """The tags of a label set by their AUC; those that have none come last."""
    return sorted(block.per_tag, key=lambda tag: -(tag.auc.value if tag.auc else -1.0))


def tag_name(tag: str) -> str:
    """A tag as it is read, not as it is stored."""
    return one_line(tag.replace("_", " "))


def counted(songs: int) -> str:
    """ "1 song", "2,400 songs" """
    return f"{songs:,} {'song' if songs == 1 else 'songs'}"


@dataclass(frozen=True, slots=True)
class Standing:
    """A tagger on one block: is it the best of several there, or not clearly behind the best?

    `tied` is None where the two were never compared. Alone, nobody is the best; nor is one that
    knows only some of the tags the others are judged by (`part`), as those may be the easy ones.
    """

    tagger: TaggerReport
    block: LabelSetBlock
    best: bool
    tied: bool | None
    part: bool = False


def standings(report: EvaluationReport, block: str) -> tuple[Standing, ...]:
    """Everyone measured on a block, in the report's order. Baselines are not in the race."""
    found = [(tagger, measured) for tagger in report.taggers
             if (measured := tagger.block(block)) is not None]
    racing = [(tagger, measured) for tagger, measured in found
              if not tagger.baseline and measured.main in measured.figures]
    most = max((measured.tags_known for _, measured in racing), default=0)
    whole = [pair for pair in racing if pair[1].tags_known == most]
    first = max(whole, key=lambda pair: pair[1].figures[pair[1].main].value, default=None)
    best = first[0] if first and len(whole) > 1 else None
    return tuple(_standing(report, measured, tagger, best, most) for tagger, measured in found)


def _standing(report: EvaluationReport, block: LabelSetBlock, tagger: TaggerReport,
              best: TaggerReport | None, most: int) -> Standing:
    part = not tagger.baseline and block.tags_known < most
    compared = best is not None and tagger is not best and not part
    tied = _tied(report, block.block, best, tagger) if best and compared else None
    return Standing(tagger, block, tagger is best, tied, part)


def _tied(report: EvaluationReport, block: str, best: TaggerReport,
          tagger: TaggerReport) -> bool | None:
    pair = {best.tagger, tagger.tagger}
    for comparison in report.comparisons:
        if {comparison.one, comparison.other} == pair:
            return next((each.p_holm > CLEAR for each in comparison.blocks
                         if each.block == block), None)
    return None


def blocks_of(report: EvaluationReport) -> tuple[LabelSetBlock, ...]:
    """Each block once, as it first comes up; label sets whose every tag was asked come first."""
    seen: dict[str, LabelSetBlock] = {}
    for tagger in report.taggers:
        for block in tagger.blocks:
            seen.setdefault(block.block, block)
    complete = {each.label_set for each in report.label_sets if each.complete}
    return tuple(sorted(seen.values(), key=lambda block: block.label_set not in complete))


def name_of(report: EvaluationReport, tagger_id: str) -> str:
    """What a tagger of the report is called."""
    found = report.tagger(tagger_id)
    return found.name if found else tagger_id


def short_of(report: EvaluationReport, block: LabelSetBlock) -> str:
    """One sentence: who does best on this label set and how sure that is."""
    standing = standings(report, block.block)
    alone = [each for each in standing if not each.tagger.baseline]
    best = next((each for each in standing if each.best), alone[0] if len(alone) == 1 else None)
    figure = best.block.figures.get(best.block.main) if best else None
    if best is None or figure is None:
        return f"{block.title}: nothing could be measured."
    tied = [each.tagger.name for each in standing if each.tied]
    sure = f" Not clearly better than {_listed(tied)}." if tied else ""
    return (f"{block.title}: {'best is ' if best.best else ''}{best.tagger.name}, "
            f"{figure_name(best.block.main).within} {figure.value:.2f} "
            f"({figure.low:.2f} to {figure.high:.2f}, {counted(best.block.songs)}).{sure}")


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def promise_of(tag: TagFigures, name: str = "") -> str:
    """What a tag is worth when it is given: of 10 songs with it, with how many people agree.

    `name` is what it is called where it is shown, "" for as it is written.
    """
    called = name or tag_name(tag.tag)
    if tag.precision is None or not tag.chosen:
        return f"It never tags a song with {called}."
    found = ("" if tag.recall is None else
             f" Of 10 that people find it in, it finds {round(10 * tag.recall.value)}.")
    return (f"Of 10 songs it tags with {called}, people agree with "
            f"{round(10 * tag.precision.value)}.{found}")


def experimental_words(tagger: TaggerReport) -> str:
    """The moods it cannot be shown to tell, "" for none."""
    if not tagger.experimental:
        return ""
    names = ", ".join(map(tag_name, tagger.experimental))
    return f"Experimental, because chance could do as well: {names}."


def calibration_words(block: LabelSetBlock) -> str:
    """Whether scores can be taken at their word, from the direction of the bins."""
    filled = [each for each in block.reliability if each.count]
    total = sum(each.count for each in filled)
    error = block.figures.get("ece")
    if error is None or not total:
        return ""
    lean = sum(each.count * (each.mean_score - each.share_present) for each in filled) / total
    way = ("Mostly they are too high." if lean > 0.02 else
           "Mostly they are too low." if lean < -0.02 else
           "They err to both sides alike.")
    return (f"Its scores are {error.value:.2f} away from what they should be "
            f"({error.low:.2f} to {error.high:.2f}). {way}")
