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
    if step.kind == LABELS:
        return _in_song(_label_words(step.before, step.after, vocabulary), turned)
    if step.kind == SPANS:
        return _in_song(_span_words(step.after, vocabulary), turned)
    if step.kind == PLAYLIST:
        return _playlist_words(step.before, step.after)
    return _words_for_many(turned)


def _words_for_many(turned: Turned) -> str:
    """A step with many songs or files, which are only counted."""
    step = turned.step
    match step.kind:
        case kind if kind == FORGOTTEN:
            return _counted(len(turned.places), translate("Steps", "1 song removed"),
                            translate("Steps", "{n} songs removed"))
        case kind if kind == RELOCATED:
            return translate("Steps", "other places for files")
        case kind if kind == RETAGGED:
            return _counted(len(step.after["songs"]),
                            translate("Steps", "another tagger's moods for 1 song"),
                            translate("Steps", "another tagger's moods for {n} songs"))
        case kind if kind == REFUSED:
            return translate("Steps", "songs left as they were")
        case _:
            return translate("Steps", "the last step")


def _counted(count: int, one: str, many: str) -> str:
    return one if count == 1 else many.format(n=count_text(count))


def _playlist_words(before: Any, after: Any) -> str:
    if before["playlist"] is None:
        told = translate("Steps", "made the playlist “{name}”")
    elif after["playlist"] is None:
        told = translate("Steps", "removed the playlist “{name}”")
    else:
        told = translate("Steps", "changed the playlist “{name}”")
    return told.format(name=one_line(after["name"]))


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
