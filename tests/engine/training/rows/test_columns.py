"""Which column serves as what: guessed by names and values, or chosen by the person."""

from typing import Any

import pytest

from engine.training.rows.columns import SURE, ColumnMap, RowForm, guess, map_of, roles

TURNS = [{"speaker": "Ann", "text": "hi"}, {"speaker": "Ben", "text": "hello"}]
MESSAGES = [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}]
SHAREGPT = [{"from": "human", "value": "hi"}, {"from": "gpt", "value": "hello"}]
LONG = "a rather long text about the rain that falls on the roof"


def guessed(*rows: dict[str, Any]) -> ColumnMap:
    return guess(tuple(dict.fromkeys(name for row in rows for name in row)), rows)


@pytest.mark.parametrize("form, row", [
    (RowForm.LABELLED, {"text": LONG, "labels": ["calm"]}),
    (RowForm.LABELLED, {"Lyrics": LONG, "Mood": "calm"}),
    (RowForm.LYRICS, {"id": "s1", "lyrics": LONG, "labels": {"gems9": ["calm"]}}),
    (RowForm.TURNS, {"id": "t", "turns": TURNS, "persona": {}}),
    (RowForm.TURNS, {"dialog": ["Hi.", "Hello.", "Bye."]}),
    (RowForm.SODA, {"dialogue": ["Hi.", "Hello."], "speakers": ["Ann", "Ben"],
                    "narrative": LONG}),
    (RowForm.MESSAGES, {"messages": MESSAGES}),
    (RowForm.MESSAGES, {"conversations": SHAREGPT, "system": "Be kind."}),
    (RowForm.MESSAGES, {"messages": SHAREGPT}),
    (RowForm.ALPACA, {"instruction": "Say hi.", "input": "", "output": "Hi."}),
    (RowForm.ALPACA, {"prompt": "Say hi.", "response": "Hi."}),
    (RowForm.CHOICE, {"prompt": "Say hi.", "chosen": "Hi.", "rejected": "No."}),
    (RowForm.PLAIN, {"text": LONG}),
])
def test_known_forms_are_recognised(form: RowForm, row: dict[str, Any]) -> None:
    found = guessed(row)
    assert found.form is form and found.confidence >= SURE and not found.problem


def test_lists_within_a_table_are_seen_through() -> None:
    found = guessed({"conversations": '[{"from": "human", "value": "hi"}]'})
    assert found.form is RowForm.MESSAGES


def test_lines_of_talks_in_rows_of_their_own() -> None:
    rows = [{"dialogue_id": "1", "character": who, "line": LONG} for who in ("Ann", "Ben")]
    found = guessed(*rows)
    assert found.form is RowForm.UTTERANCES
    assert found.columns == {"talk": "dialogue_id", "text": "line", "speaker": "character"}


def test_labels_in_columns_of_their_own() -> None:
    found = guessed({"text": LONG, "joy": "1", "calm": "0"}, {"text": LONG, "joy": "0", "calm": ""})
    assert found.form is RowForm.LABELLED and found.flags == ("joy", "calm")


def test_a_column_of_few_words_may_be_labels_but_a_person_should_look() -> None:
    rows = [{"what was sung": LONG + str(n), "feel": "calm" if n % 2 else "joy"} for n in range(12)]
    found = guessed(*rows)
    assert found.columns == {"text": "what was sung", "labels": "feel"}
    assert found.confidence < SURE


def test_artists_and_measures_are_no_labels() -> None:
    rows = [{"text": LONG, "artist": "Ann", "valence": str(n % 3 + 0.5)} for n in range(12)]
    assert guessed(*rows).form is RowForm.PLAIN


def test_single_verdicts_are_refused() -> None:
    found = guessed({"messages": MESSAGES, "kto_tag": True})
    assert "KTO" in found.problem


def test_nothing_to_learn_is_said() -> None:
    assert guessed({"n": 1, "m": 2}).problem


class TestChosen:
    HEADER = ("a", "b", "c")
    ROWS = ({"a": LONG, "b": "calm", "c": "x"},)

    def test_a_chosen_map_holds(self) -> None:
        found = map_of({"form": "labelled", "text": "a", "labels": "b"}, self.HEADER, self.ROWS)
        assert found.form is RowForm.LABELLED and not found.problem
        assert map_of(found.as_source(), self.HEADER, self.ROWS) == found

    def test_what_lacks_is_named(self) -> None:
        found = map_of({"form": "labelled", "text": "a"}, self.HEADER, self.ROWS)
        assert "labels" in found.problem

    def test_a_column_that_is_not_there_is_named(self) -> None:
        found = map_of({"form": "plain", "text": "words"}, self.HEADER, self.ROWS)
        assert "“words”" in found.problem

    def test_an_unknown_form_is_named(self) -> None:
        assert "“poem”" in map_of({"form": "poem"}, self.HEADER, self.ROWS).problem

    def test_labels_may_be_several_columns(self) -> None:
        found = map_of({"form": "labelled", "text": "a", "labels": '["b", "c"]'}, self.HEADER,
                       self.ROWS)
        assert found.flags == ("b", "c") and not found.problem


@pytest.mark.parametrize("form", list(RowForm))
def test_every_form_says_what_it_needs_first(form: RowForm) -> None:
    needed = [role.needed for role in roles(form)]
    assert needed[0] and needed == sorted(needed, reverse=True)
