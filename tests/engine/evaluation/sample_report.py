"""A report as a measurement would make it, of figures that were made up: for looking at."""

import random

from engine.evaluation.report import (
    Bin,
    ComparedBlock,
    ComparedTag,
    Comparison,
    CurvePoint,
    DataInfo,
    EvaluationReport,
    Interval,
    LabelSetBlock,
    LabelSetInfo,
    LearningCurve,
    Matrix,
    TagFigures,
    TaggerReport,
)

NINE = ("calmness", "joyful_activation", "nostalgia", "power", "sadness", "solemnity", "tenderness",
        "tension", "wonder")
FOUR = ("happiness", "anger", "sadness", "calmness")
MADE_AT = 1_790_000_000.0


def around(value: float, half: float = 0.03) -> Interval:
    return Interval(value, round(value - half, 4), round(value + half, 4))


def tag_figures(tag: str, auc: float, support: int, chosen: int = 30) -> TagFigures:
    return TagFigures(tag=tag, support=support, asked=400, chosen=chosen, auc=around(auc, 0.06),
                      ap=around(auc / 2), recall=around(0.5), f1=around(0.45), ece=around(0.04),
                      precision=around(0.6) if chosen else None,
                      threshold=0.31 if chosen else None)


def bins(lean: float) -> tuple[Bin, ...]:
    return tuple(Bin(n / 15, (n + 1) / 15, 900 // (n + 1) if n < 13 else 0, (n + 0.5) / 15,
                     min(max((n + 0.5) / 15 + lean * (n - 3) / 15, 0.0), 1.0)) for n in range(15))


def matrix(tags: tuple[str, ...], seed: int = 0) -> Matrix:
    chance = random.Random(seed)
    side = len(tags)
    counts = [[0] * side for _ in tags]
    for i in range(side):
        for j in range(i, side):
            counts[i][j] = counts[j][i] = chance.randint(0, 60) + (90 if i == j else 0)
    return Matrix(tags, tuple(map(tuple, counts)))


def nine(auc: float, lean: float = -0.2) -> LabelSetBlock:
    chance = random.Random(int(auc * 1000))
    return LabelSetBlock(
        block="gems9", label_set="gems9", title="Nine emotions, by people on the lyrics",
        kind="multi", songs=400, tags_known=9, tags_all=9, main="macro_auc",
        figures={"macro_auc": around(auc), "mean_average_precision": around(auc - 0.25),
                 "micro_f1": around(0.5), "ece": around(0.05, 0.01)},
        per_tag=tuple(tag_figures(tag, auc + chance.uniform(-0.14, 0.1), chance.randint(20, 150),
                                  0 if tag == "wonder" else 30) for tag in NINE),
        reliability=bins(lean), given_together=matrix(NINE), chosen_together=matrix(NINE, 1),
        by_fold={"macro_auc": (auc, auc - 0.02, None, auc + 0.03, auc + 0.01)})


def four(accuracy: float) -> LabelSetBlock:
    return LabelSetBlock(
        block="quadrant_allmusic", label_set="quadrant_allmusic",
        title="Happy, angry, sad or calm (AllMusic)", kind="single", songs=210, tags_known=4,
        tags_all=4, main="accuracy", figures={"accuracy": around(accuracy, 0.06)},
        confusion=matrix(FOUR, 2))


def tagger(tagger_id: str, name: str, auc: float, accuracy: float,
           baseline: bool = False) -> TaggerReport:
    return TaggerReport(
        tagger=tagger_id, name=name, version="" if baseline else "3", baseline=baseline,
        songs=2_400, seconds=60, songs_per_second=None if baseline else 40.0,
        blocks=(nine(auc), four(accuracy)),
        affect={} if baseline else {"valence": around(0.41), "arousal": around(0.29)},
        affect_songs=1_200, experimental=() if baseline else ("wonder",))


def compared(block: LabelSetBlock, difference: float, p: float) -> ComparedBlock:
    return ComparedBlock(
        block=block.block, title=block.title, figure=block.main, songs=block.songs,
        tags=block.tags_known, one=0.76 + difference, other=0.76,
        difference=around(difference, 0.02), p=p / 2, p_holm=p,
        per_tag=tuple(ComparedTag(tag=tag, difference=around(difference, 0.05), p=0.02, p_holm=0.2)
                      for tag in NINE) if block.kind == "multi" else ())


def sample_report() -> EvaluationReport:
    """Two taggers and a baseline on two label sets, compared, with a learning curve."""
    good = tagger("moods@3", "Moods", 0.781, 0.79)
    other = tagger("words@1", "One classifier a mood, on words", 0.72, 0.75)
    chance = tagger("random", "Random scores", 0.5, 0.25, baseline=True)
    points = tuple(CurvePoint(songs=n, share=n / 4000, figure=around(0.6 + n / 30000, 0.02))
                   for n in (400, 800, 1600, 2800, 4000))
    curves = tuple(LearningCurve(
        tagger=each.tagger, name=each.name, block="gems9", title=nine(0.7).title,
        figure="macro_auc", points=points) for each in (good, other))
    return EvaluationReport(
        data=DataInfo(name="lyrics_moods.jsonl.gz", split="all", songs=2_400, artists=1_310,
                      folds=5, rounds=1000, left_out=12),
        taggers=(good, other, chance),
        comparisons=(Comparison(one=good.tagger, other=other.tagger, blocks=(
            compared(good.blocks[0], 0.06, 0.0002), compared(good.blocks[1], 0.04, 0.31))),),
        label_sets=(LabelSetInfo(label_set="gems9", title=nine(0.7).title, kind="multi", songs=400,
                                 tags=9, complete=True),
                    LabelSetInfo(label_set="quadrant_allmusic", title=four(0.5).title,
                                 kind="single", songs=210, tags=4)),
        curves=curves, made_at=MADE_AT)
