"""What a check finds in rows: doubles, leaks, labels that are few or probably wrong."""

import random
from dataclasses import replace
from itertools import pairwise

import numpy as np

from engine.training.recipe import DataOptions
from engine.training.rows.checking import check_rows
from engine.training.rows.data_report import DataReport, Finding, Weight
from engine.training.rows.light_model import folds_of, out_of_sample
from engine.training.rows.row import (
    BadRow,
    ChoiceRow,
    Line,
    PlainRow,
    Row,
    RowPlace,
    TalkRow,
    TextRow,
)
from engine.training.rows.suspects import find_suspects
from engine.training.rows.word_hashes import hashed_words

PLACE = RowPlace("rows")
WORDS = {"calm": "still lake quiet breath slow", "anger": "fist shout burn break rage",
         "joy": "dance bright laugh sing sun"}


def row(number: int, label: str, line: int = 0, song: str = "", split: str = "") -> TextRow:
    """A text whose words mostly belong to its label."""
    chance = random.Random(number)
    own = WORDS[label].split()
    said = [chance.choice(own) if chance.random() < 0.5 else f"w{chance.randrange(200)}"
            for _ in range(30)]
    return TextRow(" ".join(said), (label,), RowPlace("rows", line or number), None, song,
                   split=split)


def rows(count: int = 240) -> list[TextRow]:
    return [row(n, list(WORDS)[n % 3]) for n in range(count)]


def finding(report: DataReport, kind: str) -> Finding:
    [found] = [each for each in report.findings if each.kind == kind]
    return found


def test_good_rows_have_nothing_wrong() -> None:
    report = check_rows(rows(), DataOptions(held_out=0.25))
    assert report.findings == () and report.can_start
    assert (report.rows, report.learning, report.judging) == (240, 180, 60)
    assert report.kinds == {"labelled texts": 240} and report.words == 240 * 30
    assert [(each.label, each.present, each.enough) for each in report.labels] == [
        ("anger", 80, True), ("calm", 80, True), ("joy", 80, True)]


def test_bad_rows_are_counted_and_shown() -> None:
    bad = [BadRow(RowPlace("rows", n), "There are no words in it.") for n in range(3)]
    report = check_rows([*rows(), *bad])
    assert report.bad_rows == 3 and report.bad == tuple(bad)
    assert finding(report, "bad").sentence == "3 rows cannot be used. There are no words in it."


def test_doubles_and_contradictions_are_told_by_pairs() -> None:
    one, two = row(1, "calm", 1), row(1, "calm", 2)
    other = replace(two, labels=("joy",), place=RowPlace("rows", 3))
    near = replace(two, text=two.text + " end", place=RowPlace("rows", 4))
    report = check_rows([*rows()[3:], one, two, other, near])
    same, against = [each for each in report.findings if each.kind == "double"]
    assert [place.line for place in same.places] == [1, 2] and same.weight is Weight.LOOK
    assert [place.line for place in against.places] == [2, 3]
    assert "other labels" in against.sentence
    assert len(finding(report, "near double").places) % 2 == 0


def test_other_replies_to_the_same_words_are_no_doubles() -> None:
    asked = TalkRow((Line("user", "what shall we do tonight when the rain falls"),), PLACE)
    told = [ChoiceRow(asked, f"kept {n}", f"left {n}", PLACE) for n in range(4)]
    assert not [each for each in check_rows(told).findings if "double" in each.kind]
    [same] = [each for each in check_rows([*told, told[0]]).findings if each.kind == "double"]
    assert same.count == 2 and same.sentence == "2 rows are the very same as another."


def test_what_is_learned_and_judges_as_well_is_a_leak() -> None:
    learned = [replace(each, split="train", song=f"s{n}") for n, each in enumerate(rows())]
    again = replace(row(999, "calm", 999), split="valid", song="s7")
    report = check_rows([*learned, again])
    leak = finding(report, "leak")
    assert "1 songs" in leak.sentence and [place.line for place in leak.places] == [7, 999]


def test_a_double_across_the_sides_is_a_leak() -> None:
    learned = [replace(each, split="train") for each in rows()]
    again = replace(learned[5], split="valid", place=RowPlace("rows", 999))
    assert "doubles" in finding(check_rows([*learned, again]), "leak").sentence


def test_labels_that_cannot_be_learned_are_named() -> None:
    rare = replace(row(500, "calm"), labels=("wonder",))
    report = check_rows([*rows(), rare])
    assert "wonder" in finding(report, "rare label").sentence and report.can_start
    assert not next(each for each in report.labels if each.label == "wonder").enough


def test_data_of_rare_labels_alone_stop() -> None:
    report = check_rows(rows(12))
    assert not report.can_start and finding(report, "rare label").weight is Weight.STOPS


def test_one_word_on_a_label_the_model_knows_is_worth_learning() -> None:
    few = rows(12)
    labels = {label for each in few for label in each.labels}
    report = check_rows(few, known=labels)
    assert report.can_start and all(each.enough for each in report.labels)
    assert "rare label" not in {each.kind for each in report.findings}


def test_a_label_everything_has() -> None:
    always = [replace(each, labels=(*each.labels, "song")) for each in rows()]
    assert "song" in finding(check_rows(always), "one-sided label").sentence


def test_nothing_stops() -> None:
    report = check_rows([])
    assert not report.can_start and report.rows == 0


def test_several_kinds_and_long_rows_are_noted() -> None:
    talk = TalkRow((Line("user", "word " * 900), Line("assistant", "yes", learned=True)),
                   RowPlace("talks", 3))
    mixed: list[Row] = [*rows(), PlainRow("so be it", RowPlace("texts", 1)), talk]
    report = check_rows(mixed, DataOptions(most_tokens=512))
    assert "240 labelled texts" in finding(report, "mixed").sentence
    assert [place.source for place in finding(report, "too long").places] == ["talks"]


class TestSuspects:
    def test_wrong_labels_come_first(self) -> None:
        # GIVEN some labels that were changed by mistake
        told = rows(300)
        wrong = {n: replace(told[n], labels=(list(WORDS)[(n + 1) % 3],)) for n in range(0, 300, 30)}
        found = find_suspects([wrong.get(n, each) for n, each in enumerate(told)])
        # THEN they stand before all others, with what they seem to be
        first = found[:len(wrong)]
        assert sum(each.place.line in wrong for each in first) >= 9
        for each in first:
            if each.place.line in wrong:
                assert each.seems == told[each.place.line].labels[0] and each.given
        assert all(one.doubt >= other.doubt for one, other in pairwise(found))

    def test_labels_that_lack_are_found_where_they_were_asked(self) -> None:
        def asked(each: TextRow) -> TextRow:
            return replace(each, asked=tuple(WORDS))

        told = [asked(each) for each in rows(300)]
        gone = {n: replace(told[n], labels=()) for n in range(0, 300, 30)}
        found = find_suspects([gone.get(n, each) for n, each in enumerate(told)])
        lacking = [each for each in found if not each.given]
        assert {each.place.line for each in lacking[:8]} <= set(gone)

    def test_what_nobody_asked_is_in_no_doubt(self) -> None:
        told = [replace(each, asked=each.labels) for each in rows(300)]
        assert find_suspects(told) == ()

    def test_labels_by_chance_are_in_no_doubt(self) -> None:
        chance = random.Random(3)
        told = [replace(each, labels=(chance.choice(list(WORDS)),)) for each in rows(300)]
        assert find_suspects(told) == ()

    def test_few_rows_say_nothing(self) -> None:
        assert find_suspects(rows(30)) == ()

    def test_the_same_rows_give_the_same(self) -> None:
        assert find_suspects(rows(120)) == find_suspects(rows(120))


def test_the_light_model_has_not_seen_what_it_judges() -> None:
    # GIVEN labels by pure chance, each text twice in one group
    chance = np.random.default_rng(1)
    texts = [f"t{n} u{n} v{n} common" for n in range(100) for _ in range(2)]
    given = np.repeat(chance.random((100, 1)) < 0.5, 2, axis=0)
    groups = np.repeat(np.arange(100), 2)
    sure = out_of_sample(hashed_words(texts), given, np.ones_like(given), groups, 7)
    # THEN it knows nothing of them
    assert abs(float(sure[given[:, 0]].mean() - sure[~given[:, 0]].mean())) < 0.1
    assert sorted(set(folds_of(groups, 7).tolist())) == [0, 1, 2, 3, 4]


def test_labels_that_are_one_spelled_twice() -> None:
    told = [replace(each, labels=("Calm",)) if n < 9 else each for n, each in enumerate(rows())]
    assert "“Calm” and “calm”" in finding(check_rows(told), "spelling").sentence.replace(
        "“calm” and “Calm”", "“Calm” and “calm”")


def test_rows_in_several_languages_are_noted() -> None:
    told = [PlainRow(f"the rain is falling on my roof tonight, love number {n}", RowPlace("a", n))
            for n in range(40)]
    told += [PlainRow(f"der Regen fällt heute Nacht auf mein Dach, Liebste {n}", RowPlace("b", n))
             for n in range(10)]
    found = finding(check_rows(told), "language")
    assert "10 are not in English: German" in found.sentence
    assert {place.source for place in found.places} == {"b"}


def test_a_reply_that_comes_again_and_again() -> None:
    def talk(number: int, reply: str) -> TalkRow:
        return TalkRow((Line("user", f"question number {number} about w{number * 7}"),
                        Line("assistant", reply, learned=True)), RowPlace("talks", number))

    told = [talk(n, "I am only a model, sorry." if n % 4 == 0 else f"answer {n} is w{n} so it is")
            for n in range(60)]
    found = finding(check_rows(told), "repeated reply")
    assert found.count == 15 and "I am only a model, sorry." in found.sentence
