"""What was taken back is said in words a person knows it by."""

from typing import Any

import pytest

from engine.library.journal import Step
from engine.tagging.corrections.forgetting import FORGOTTEN
from engine.tagging.corrections.label_steps import LABELS
from engine.tagging.corrections.span_steps import SPANS
from engine.tagging.corrections.stepping import Turned
from engine.tagging.folders.relocation import RELOCATED
from engine.tagging.playlists.playlist_steps import PLAYLIST
from engine.tagging.retagging.proposals import REFUSED, RETAGGED
from engine.tagging.vocabulary import Vocabulary
from gui.song.step_words import turned_text

SONG = {"song": [1, "now"]}
NONE, SOME = {"name": "Rain", "playlist": None}, {"name": "Rain", "playlist": {}}


def said(mood: str, verdict: str | None) -> dict[str, Any]:
    return SONG | {"labels": {mood: [verdict, "now"] if verdict else None}}


@pytest.mark.parametrize("kind, before, after, words", [
    (LABELS, said("joy", None), said("joy", "accepted"), "accepted Joy in “Song”"),
    (LABELS, said("joy", None), said("joy", "added"), "added Joy in “Song”"),
    (LABELS, said("joy", "added"), said("joy", None), "no more word on Joy in “Song”"),
    (LABELS, SONG | {"labels": {}}, SONG | {"labels": {"joy": None, "anger": None}},
     "words on 2 moods in “Song”"),
    (SPANS, SONG | {"moods": {"joy": []}}, SONG | {"moods": {"joy": []}},
     "where Joy holds in “Song”"),
    (FORGOTTEN, {}, {}, "2 songs removed"),
    (RELOCATED, {}, {}, "other places for files"),
    (PLAYLIST, NONE, SOME, "made the playlist “Rain”"),
    (PLAYLIST, SOME, NONE, "removed the playlist “Rain”"),
    (PLAYLIST, SOME, SOME, "changed the playlist “Rain”"),
    (RETAGGED, {}, {"songs": [1]}, "another tagger's moods for 1 song"),
    (REFUSED, {}, {"songs": [1, 2]}, "songs left as they were"),
    ("of tomorrow", {}, {}, "the last step"),
])
def test_each_kind_has_words(vocabulary: Vocabulary, kind: str, before: Any, after: Any,
                             words: str) -> None:
    names = {"joy": vocabulary.moods[0].id}
    step = Step(1, kind, _with(before, names), _with(after, names), "now", True)
    turned = Turned(step, True, 1, "Song", ("a", "b"))
    expected = words.replace("Joy", vocabulary.moods[0].name.capitalize())
    assert turned_text(turned, vocabulary) == f"Taken back: {expected}."
    again = Turned(step, False, 1, "Song", ("a", "b"))
    assert turned_text(again, vocabulary) == f"Made again: {expected}."


def _with(document: Any, names: dict[str, str]) -> Any:
    """The document with a mood that the vocabulary has."""
    return {key: {names.get(mood, mood): said for mood, said in value.items()}
            if key in ("labels", "moods") else value for key, value in document.items()}
