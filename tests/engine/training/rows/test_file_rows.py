"""Files of every form become rows; what cannot be learned from is told where it stands."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.errors import EngineError
from engine.training.rows.file_rows import read_file
from engine.training.rows.glance import glance
from engine.training.rows.row import BadRow, ChoiceRow, PlainRow, Row, RowPlace, TalkRow, TextRow
from engine.training.rows.sources import FileSource

Read = Callable[..., list[Row | BadRow]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read_rows(*rows: dict[str, Any], columns: dict[str, str] | None = None,
                  share: float = 1.0) -> list[Row | BadRow]:
        file = tmp_path / "rows.jsonl"
        file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
        return list(read_file(FileSource(file, columns, share)))
    return read_rows


def said(row: Row | BadRow) -> list[tuple[str, str, bool]]:
    assert isinstance(row, TalkRow)
    return [(line.speaker or line.role, line.text, line.learned) for line in row.lines]


class TestLabelled:
    @pytest.mark.parametrize("labels", [
        ["calm", "joy"], "calm; joy", '["calm", "joy"]', "['calm', 'joy']", "calm, joy",
        {"calm": 2, "joy": 1, "anger": 0}])
    def test_labels_come_in_many_shapes(self, read: Read, labels: Any) -> None:
        [row] = read({"text": "rain falls", "labels": labels})
        assert isinstance(row, TextRow) and row.labels == ("calm", "joy") and row.asked is None
        assert row.place == RowPlace("rows.jsonl", 1)

    def test_a_column_per_label(self, tmp_path: Path) -> None:
        file = tmp_path / "rows.csv"
        with file.open("w", newline="") as out:
            csv.writer(out).writerows([["text", "joy", "calm"], ["rain", 0, 1], ["sun", 1, ""],
                                       ["stone", 0, 0]])
        rows = [row for row in read_file(FileSource(file)) if isinstance(row, TextRow)]
        assert [row.labels for row in rows] == [("calm",), ("joy",), ()]
        # AND where a cell is empty nobody was asked
        assert [row.asked for row in rows] == [None, ("joy",), None]

    def test_song_artist_and_split_come_along(self, read: Read) -> None:
        [row] = read({"text": "rain", "label": "calm", "song_id": "s1", "artist": " Ann ",
                      "title": "Rain", "split": "validation"})
        assert isinstance(row, TextRow)
        assert (row.song, row.artist, row.title, row.split) == ("s1", "Ann", "Rain", "valid")

    def test_what_has_no_words_or_no_label_is_told(self, read: Read) -> None:
        told = read({"text": "rain", "label": "calm"}, {"text": " ", "label": "calm"},
                    {"text": "sun", "label": ""}, {"text": "moon", "label": []})
        assert [type(row) for row in told] == [TextRow, BadRow, BadRow, TextRow]
        assert [row.place.line for row in told] == [1, 2, 3, 4]

    def test_asked_labels_are_kept(self, read: Read) -> None:
        [row] = read({"text": "rain", "labels": ["calm"], "asked": ["calm", "joy"]})
        assert isinstance(row, TextRow) and row.asked == ("calm", "joy")


class TestLyrics:
    def songs(self, folder: Path) -> Path:
        (folder / "label_spaces.json").write_text(json.dumps({
            "gems9": {"kind": "complete multi-label", "tags": ["calmness", "power"]},
            "nju4": {"kind": "single label", "tags": ["happiness", "sadness"]},
            "weak": {"kind": "WEAK: by a lexicon", "tags": ["tension"]},
            "canonical_map": {"sad": "sadness"}}))
        file = folder / "songs.jsonl"
        file.write_text("".join(json.dumps(row) + "\n" for row in (
            {"id": "s1", "lyrics": "rain", "labels": {"gems9": ["power"], "nju4": "sad"}},
            {"id": "s2", "lyrics": "sun", "labels": {"nju4": {"happiness": 3, "sadness": 0}}},
            {"id": "s3", "lyrics": "moon", "labels": {"weak": ["tension"]}},
            {"id": "s4", "lyrics": "", "labels": {"gems9": []}})))
        return file

    def test_only_what_a_set_could_give_is_asked(self, tmp_path: Path) -> None:
        one, two, *others = read_file(FileSource(self.songs(tmp_path)))
        assert isinstance(one, TextRow) and isinstance(two, TextRow)
        assert one.labels == ("power", "sadness")
        assert one.asked == ("calmness", "power", "happiness", "sadness") and one.song == "s1"
        assert two.labels == ("happiness",) and two.asked == ("happiness", "sadness")
        # AND neither a lexicon's guess nor a song without words teaches anything
        assert [type(row) for row in others] == [BadRow, BadRow]

    def test_the_label_sets_must_be_there(self, tmp_path: Path) -> None:
        file = self.songs(tmp_path)
        (tmp_path / "label_spaces.json").unlink()
        with pytest.raises(EngineError, match=r"label_spaces\.json"):
            list(read_file(FileSource(file)))


class TestTalks:
    def test_turns_with_personas_and_facts(self, read: Read) -> None:
        [row] = read({
            "id": "t1", "turns": [{"speaker": "Ann", "text": "Hi."}, {"speaker": "Ben",
                                                                      "text": "Hello."}],
            "persona": {"Ben": ["I bake bread."]}, "facts": {"Ann": [{"text": "It rains."}]},
            "situation": "A kitchen.", "keywords": ["bread"], "emotion": "calm", "split": "train"})
        assert isinstance(row, TalkRow) and row.talk == "t1" and row.split == "train"
        assert said(row) == [("Ann", "Hi.", True), ("Ben", "Hello.", True)]
        assert [(p.name, p.traits, p.facts) for p in row.people] == [
            ("Ann", (), ("It rains.",)), ("Ben", ("I bake bread.",), ())]
        assert (row.scenario, row.keywords, row.mood) == ("A kitchen.", ("bread",), "calm")

    def test_soda(self, read: Read) -> None:
        good = {"dialogue": ["Hi.", "Hello."], "speakers": ["Ann", "Ben"],
                "narrative": "They meet.", "original_index": 7}
        [row, _, wrong] = read(
            good, good,
            {"dialogue": ["Hi.", "Hello."], "speakers": ["Ann"], "narrative": ""})
        assert said(row) == [("Ann", "Hi.", True), ("Ben", "Hello.", True)]
        assert isinstance(row, TalkRow) and row.summary == "They meet."
        assert row.talk == "rows.jsonl#7"
        assert isinstance(wrong, BadRow) and "2 lines and 1 speakers" in wrong.why

    def test_a_film_with_its_people_and_facts_for_all(self, read: Read) -> None:
        [row] = read({"scene": "A pier.", "characters": [{"name": "Ann", "description": "A diver"}],
                      "lines": [{"character": "Ann", "line": "Cold."},
                                {"character": "Ben", "line": "Very."}],
                      "facts": ["It is winter."], "genre": ["drama"]})
        assert said(row) == [("Ann", "Cold.", True), ("Ben", "Very.", True)]
        assert isinstance(row, TalkRow) and row.people[0].about == "A diver"
        assert row.facts == ("It is winter.",) and row.mode == "drama"

    def test_plain_lines_name_who_speaks_or_two_talk_in_turn(self, read: Read) -> None:
        [named, bare] = read({"dialog": ["Ann: Hi.", "Ben: Hello: you."]},
                             {"dialog": ["Hi.", "Hello.", "Bye."]})
        assert said(named) == [("Ann", "Hi.", True), ("Ben", "Hello: you.", True)]
        assert [who for who, _, _ in said(bare)] == ["A", "B", "A"]

    def test_turns_may_only_say_whose_they_are(self, read: Read) -> None:
        [row] = read({"bot": "Ann", "emotion": [0, 4], "conversation": [
            {"message": "Hi.", "is_human": True}, {"message": "Hello.", "is_human": False},
            {"message": "Still there?", "is_human": False}]})
        assert [who for who, _, _ in said(row)] == ["user", "assistant", "assistant"]
        # AND codes of the data's own are no moods
        assert isinstance(row, TalkRow) and row.mood == ""

    def test_lines_in_rows_of_their_own_are_gathered(self, tmp_path: Path) -> None:
        file = tmp_path / "film.csv"
        file.write_text("conversation_id,speaker,text\n1,Ann,Hi.\n1,Ben,Hello.\n2,Ann,Bye.\n"
                        "2,Ben,\n3,Ann,So.\n3,Ben,So?\n")
        rows = list(read_file(FileSource(file)))
        assert [type(row) for row in rows] == [TalkRow, BadRow, BadRow, TalkRow]
        assert said(rows[0]) == [("Ann", "Hi.", True), ("Ben", "Hello.", True)]
        assert [row.place.line for row in rows] == [2, 5, 4, 6]

    def test_a_talk_of_one_line_is_none(self, read: Read) -> None:
        rows = read({"turns": [{"speaker": "Ann", "text": "Hi."}]},
                    {"turns": [{"speaker": "Ann", "text": "Hi."}, {"speaker": "Ben"}]})
        assert all(isinstance(row, BadRow) for row in rows)


class TestMessages:
    def test_only_the_model_is_learned(self, read: Read) -> None:
        [row] = read({"messages": [{"role": "system", "content": "Be kind."},
                                   {"role": "user", "content": "Hi"},
                                   {"role": "assistant", "content": "Hello"}]})
        assert said(row) == [("system", "Be kind.", False), ("user", "Hi", False),
                             ("assistant", "Hello", True)]

    def test_sharegpt_its_system_and_parts(self, read: Read) -> None:
        [row] = read({"conversations": [{"from": "human", "value": [{"type": "text",
                                                                     "text": "Hi"}]},
                                        {"from": "gpt", "value": "Hello"}], "system": "Be kind."})
        assert said(row)[0] == ("system", "Be kind.", False) and said(row)[2][2]

    def test_mixed_files_are_read(self, read: Read) -> None:
        rows = read({"messages": [{"from": "human", "value": "Hi"}, {"from": "gpt",
                                                                     "value": "Hello"}]},
                    {"messages": [{"role": "user", "content": "Hi"},
                                  {"role": "assistant", "content": "Hello"}]})
        assert said(rows[0]) == said(rows[1])

    def test_a_message_may_ask_not_to_be_learned(self, read: Read) -> None:
        [row] = read({"messages": [{"role": "user", "content": "Hi"},
                                   {"role": "assistant", "content": "Um", "weight": 0},
                                   {"role": "user", "content": "So?"},
                                   {"role": "assistant", "content": "Hello"}]})
        assert [learned for _, _, learned in said(row)] == [False, False, False, True]

    @pytest.mark.parametrize("turns, why", [
        ([{"role": "user", "content": "Hi"}], "says nothing"),
        ([{"role": "user", "content": "Hi"}, {"role": "ghost", "content": "Boo"}], "Message 2"),
        ([{"role": "user", "content": {"a": 1}}, {"role": "assistant", "content": "x"}],
         "Message 1")])
    def test_what_nobody_says_is_told(self, read: Read, turns: list[Any], why: str) -> None:
        good = {"messages": [{"role": "user", "content": "Hi"},
                             {"role": "assistant", "content": "Hello"}]}
        row = read(good, good, good, {"messages": turns})[3]
        assert isinstance(row, BadRow) and why in row.why

    def test_alpaca_learns_its_history(self, read: Read) -> None:
        [row, empty] = read(
            {"instruction": "Translate", "input": "rain", "output": "Regen", "system": "Short.",
             "history": [["Hi", "Hello"]]},
            {"instruction": "Translate", "input": "", "output": ""})
        assert said(row) == [("system", "Short.", False), ("user", "Hi", False),
                             ("assistant", "Hello", True), ("user", "Translate\nrain", False),
                             ("assistant", "Regen", True)]
        assert isinstance(empty, BadRow) and "answer is empty" in empty.why


class TestChoices:
    def test_texts(self, read: Read) -> None:
        [row] = read({"system": "Be kind.", "prompt": "Hi", "chosen": "Hello", "rejected": "No"})
        assert isinstance(row, ChoiceRow) and (row.chosen, row.rejected) == ("Hello", "No")
        assert said(row.talk) == [("system", "Be kind.", False), ("user", "Hi", False)]

    def test_whole_talks_that_differ_at_their_end(self, read: Read) -> None:
        asked = {"role": "user", "content": "Hi"}
        [row] = read({"prompt": "Hi", "chosen": [asked, {"role": "assistant", "content": "Hello"}],
                      "rejected": [asked, {"role": "assistant", "content": "No"}]})
        assert isinstance(row, ChoiceRow) and said(row.talk) == [("user", "Hi", False)]
        assert (row.chosen, row.rejected) == ("Hello", "No")

    def test_replies_as_messages_after_a_talk(self, read: Read) -> None:
        [row] = read({"conversations": [{"from": "human", "value": "Hi"}],
                      "chosen": {"from": "gpt", "value": "Hello"},
                      "rejected": {"from": "gpt", "value": "No"}})
        assert isinstance(row, ChoiceRow) and said(row.talk) == [("user", "Hi", False)]

    def test_transcripts(self, read: Read) -> None:
        [row] = read({"chosen": "\n\nHuman: Hi\n\nAssistant: Hello",
                      "rejected": "\n\nHuman: Hi\n\nAssistant: No"})
        assert isinstance(row, ChoiceRow) and said(row.talk) == [("user", "Hi", False)]
        assert (row.chosen, row.rejected) == ("Hello", "No")

    @pytest.mark.parametrize("row, why", [
        ({"prompt": "Hi", "chosen": "Same", "rejected": "Same"}, "the same"),
        ({"prompt": "Hi", "chosen": "", "rejected": "No"}, "kept reply is empty"),
        ({"prompt": "", "chosen": "Yes", "rejected": "No"}, "missing")])
    def test_what_is_no_choice_is_told(self, read: Read, row: dict[str, Any], why: str) -> None:
        [told] = read(row)
        assert isinstance(told, BadRow) and why in told.why


def test_plain_texts(read: Read) -> None:
    [row] = read({"text": "rain falls on the roof", "artist": "Ann"})
    assert isinstance(row, PlainRow) and row.artist == "Ann"


def test_columns_can_be_mapped(read: Read) -> None:
    [row] = read({"a": "rain falls", "b": "calm"},
                 columns={"form": "labelled", "text": "a", "labels": "b"})
    assert isinstance(row, TextRow) and row.labels == ("calm",)


def test_a_share_is_the_same_each_time(read: Read) -> None:
    rows = [{"text": f"text number {n}", "label": "calm"} for n in range(200)]
    once, again = read(*rows, share=0.5), read(*rows, share=0.5)
    assert once == again and 70 < len(once) < 130


def test_a_map_that_does_not_fit_is_refused(read: Read) -> None:
    with pytest.raises(EngineError, match="no column"):
        read({"a": "rain"}, columns={"form": "plain", "text": "words"})


def test_a_file_without_rows_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text("so it goes\n")
    with pytest.raises(EngineError, match="not JSON"):
        list(read_file(FileSource(file)))


def test_a_glance_shows_the_beginning(tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("text,label\n" + "rain,calm\n" * 500)
    seen = glance(file)
    assert seen.header == ("text", "label") and len(seen.sample) == 50


def test_a_number_that_is_none_is_an_empty_cell(tmp_path: Path) -> None:
    file = tmp_path / "nan.jsonl"
    file.write_text('{"text": "a b", "labels": NaN}\n{"text": "c d", "labels": ["x", Infinity]}\n',
                    "utf-8")
    bad, good = read_file(FileSource(file))
    assert isinstance(bad, BadRow) and "label" in bad.why
    assert isinstance(good, TextRow) and good.labels == ("x",)
