"""What the person did, in words: for saying what was taken back or made again."""

from typing import Any

from PySide6.QtCore import QCoreApplication

from engine.tagging.corrections.forgetting import FORGOTTEN
from engine.tagging.corrections.label_steps import LABELS
from engine.tagging.corrections.span_steps import SPANS
from engine.tagging.corrections.stepping import Turned
from engine.tagging.folders.relocation import RELOCATED
from engine.tagging.labels import Verdict
from engine.tagging.playlists.playlist_steps import PLAYLIST
from engine.tagging.retagging.proposals import REFUSED, RETAGGED
from engine.tagging.vocabulary import Vocabulary
from gui.figures import count_text
from gui.mood_words import mood_name, one_line

translate = QCoreApplication.translate


def turned_text(turned: Turned, vocabulary: Vocabulary) -> str:
    """What was taken back or made again: "Taken back: rejected Sadness in “Rain”."."""
    what = step_text(turned, vocabulary)
    told = (translate("Steps", "Taken back: {what}.") if turned.undone
            else translate("Steps", "Made again: {what}."))
    return told.format(what=what)


def step_text(turned: Turned, vocabulary: Vocabulary) -> str:
    """What the step was, as part of a sentence."""
    step = turned.step
    match step.kind:
        case kind if kind == LABELS:
            return _in_song(_label_words(step.before, step.after, vocabulary), turned)
        case kind if kind == SPANS:
            return _in_song(_span_words(step.after, vocabulary), turned)
        case kind if kind == FORGOTTEN:
            return _removal(len(turned.places))
        case kind if kind == PLAYLIST:
            return translate("Steps", "a change to a playlist")
        case kind if kind == RELOCATED:
            return translate("Steps", "other places for files")
        case kind if kind == RETAGGED:
            return _retagging(len(step.after["songs"]))
        case kind if kind == REFUSED:
            return translate("Steps", "songs left as they were")
        case _:
            return translate("Steps", "the last step")


def _label_words(before: Any, after: Any, vocabulary: Vocabulary) -> str:
    if len(after["labels"]) > 1:
        return translate("Steps", "words on {n} moods").format(n=len(after["labels"]))
    mood, said = next(iter(after["labels"].items()))
    name = mood_name(vocabulary, mood)
    if said is not None:
        return _verdict_words(Verdict(said[0])).format(mood=name)
    return translate("Steps", "no more word on {mood}").format(mood=name)


def _verdict_words(verdict: Verdict) -> str:
    return {Verdict.ACCEPTED: translate("Steps", "accepted {mood}"),
            Verdict.REJECTED: translate("Steps", "rejected {mood}"),
            Verdict.ADDED: translate("Steps", "added {mood}")}[verdict]


def _span_words(after: Any, vocabulary: Vocabulary) -> str:
    moods = ", ".join(mood_name(vocabulary, mood) for mood in after["moods"])
    return translate("Steps", "where {mood} holds").format(mood=moods)


def _in_song(what: str, turned: Turned) -> str:
    if not turned.title:
        return what
    return translate("Steps", "{what} in “{title}”").format(
        what=what, title=one_line(turned.title))


def _retagging(count: int) -> str:
    if count == 1:
        return translate("Steps", "another tagger's moods for 1 song")
    return translate("Steps", "another tagger's moods for {n} songs").format(n=count_text(count))


def _removal(count: int) -> str:
    if count == 1:
        return translate("Steps", "1 song removed")
    return translate("Steps", "{n} songs removed").format(n=count_text(count))
