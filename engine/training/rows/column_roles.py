"""The roles columns serve in, by form of row, and the names each of them goes by in the wild.

Tables only. The first name of a role is the one we write ourselves.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass


class RowForm(enum.StrEnum):
    """What the rows of a file are."""

    LABELLED = "labelled"  # a text and its labels
    LYRICS = "lyrics"  # our own form of songs with label sets
    TURNS = "turns"  # a list of turns with speakers: dialogues, films
    SODA = "soda"  # lists of lines and of speakers beside a narrative
    UTTERANCES = "utterances"  # one line of a talk a row, with the talk's id
    MESSAGES = "messages"  # roles and contents; ShareGPT's from and value
    ALPACA = "alpaca"  # instruction, input, output, history
    CHOICE = "choice"  # a chosen and a rejected reply
    PLAIN = "plain"  # texts alone


@dataclass(frozen=True, slots=True)
class ColumnRole:
    """Something a column can serve as. `needed`: no row can be made without it."""

    id: str
    title: str
    needed: bool = False
    names: tuple[str, ...] = ()


_TEXT = ColumnRole("text", "Text", True, (
    "text", "lyrics", "lyric", "words", "excerpt", "sentence", "content", "body", "comment",
    "tweet", "review", "utterance", "message", "document", "line"))
_LABELS = ColumnRole("labels", "Labels", True, (
    "labels", "label", "moods", "mood", "tags", "tag", "emotions", "emotion", "category",
    "categories", "class", "genre", "sentiment", "feeling", "intent", "topic"))
_SONG = ColumnRole("song", "Song or document", False, (
    "song_id", "song", "track_id", "document_id", "doc_id", "text_id", "id"))
_ARTIST = ColumnRole("artist", "Artist or author", False, (
    "artist", "artist_name", "author", "performer", "singer", "band"))
_TITLE = ColumnRole("title", "Title", False, ("title", "track", "track_name", "song_title", "name"))
_SPLIT = ColumnRole("split", "Part (train, valid)", False, (
    "split", "part", "subset", "fold", "set", "partition"))
_ASKED = ColumnRole("asked", "Labels that were asked", False, ("asked", "judged", "label_space"))
_BREAKS = ColumnRole("line_breaks", "Whether lines are kept", False, ("line_breaks",))
_TALK = ColumnRole("talk", "Talk", False, (
    "talk", "conversation_id", "dialogue_id", "dialog_id", "conv_id", "talk_id", "scene_id",
    "original_index", "id"))
_SYSTEM = ColumnRole("system", "System text", False, (
    "system", "system_prompt", "system_message", "persona_prompt"))
_SUMMARY = ColumnRole("summary", "What happens", False, ("narrative", "summary", "literal"))
_SCENARIO = ColumnRole("scenario", "Scene", False, (
    "situation", "scenario", "context", "setting", "scene", "location"))
_PERSONA = ColumnRole("persona", "Who they are", False, (
    "persona", "personas", "characters", "people", "personality"))
_FACTS = ColumnRole("facts", "What is so", False, ("facts", "knowledge"))
_KEYWORDS = ColumnRole("keywords", "Keywords", False, ("keywords", "topics", "tags"))
_MODE = ColumnRole("mode", "Kind", False, ("mode", "genre", "genres", "kind", "relation"))
_MOOD = ColumnRole("mood", "Mood", False, ("mood", "emotion", "feeling", "tone"))
_HISTORY = ColumnRole("history", "Earlier turns", False, ("history",))

ROLES: Mapping[RowForm, tuple[ColumnRole, ...]] = {
    RowForm.LABELLED: (_TEXT, _LABELS, _ASKED, _TITLE, _ARTIST, _SONG, _SPLIT, _BREAKS),
    RowForm.LYRICS: (_TEXT, _LABELS, _TITLE, _ARTIST, _SONG, _SPLIT, _BREAKS),
    RowForm.TURNS: (
        ColumnRole("turns", "Turns", True, (
            "turns", "dialogue", "dialog", "utterances", "lines", "conversation", "transcript",
            "script")),
        _TALK, _PERSONA, _SCENARIO, _SUMMARY, _FACTS, _KEYWORDS, _MODE, _MOOD, _SPLIT),
    RowForm.SODA: (
        ColumnRole("turns", "Lines", True, ("dialogue", "dialog", "utterances", "lines", "turns")),
        ColumnRole("speakers", "Speakers of the lines", True, (
            "speakers", "speaker", "speaker_names", "characters")),
        _SUMMARY, _TALK, _SCENARIO, _PERSONA, _FACTS, _KEYWORDS, _MODE, _MOOD, _SPLIT),
    RowForm.UTTERANCES: (
        ColumnRole("talk", "Talk", True, (
            "conversation_id", "dialogue_id", "dialog_id", "conv_id", "talk_id", "scene_id",
            "movie_scene", "conversation", "dialogue", "talk")),
        ColumnRole("text", "What is said", True, (
            "text", "utterance", "line", "content", "message", "sentence", "words")),
        ColumnRole("speaker", "Who says it", False, (
            "speaker", "character", "name", "role", "author", "user", "from", "speaker_id")),
        _SCENARIO, _MOOD, _SPLIT),
    RowForm.MESSAGES: (
        ColumnRole("messages", "Messages", True, (
            "messages", "conversations", "conversation", "chat", "dialogue", "turns")),
        _SYSTEM, _TALK, _SPLIT),
    RowForm.ALPACA: (
        ColumnRole("instruction", "Instruction", True, (
            "instruction", "prompt", "question", "query", "user", "input")),
        ColumnRole("output", "Answer", True, (
            "output", "response", "answer", "completion", "assistant", "reply", "target")),
        ColumnRole("input", "Input to the instruction", False, ("input", "context")),
        _SYSTEM, _HISTORY, _TALK, _SPLIT),
    RowForm.CHOICE: (
        ColumnRole("chosen", "Kept reply", True, ("chosen", "preferred", "accepted", "winner")),
        ColumnRole("rejected", "Rejected reply", True, (
            "rejected", "dispreferred", "refused", "loser")),
        ColumnRole("prompt", "What was said before", False, (
            "prompt", "conversations", "messages", "instruction", "question", "query", "input",
            "context")),
        _SYSTEM, _HISTORY, _TALK, _SPLIT),
    RowForm.PLAIN: (_TEXT, _TITLE, _ARTIST, _SONG, _SPLIT),
}
