"""What a tool does before a reply, in words: while it is at work, and after. No widgets."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from engine.chat.tool_use import ToolStep

translate = QCoreApplication.translate
SEARCH, TAG, LOOK_UP = "search_library", "tag_song", "look_up_fact"


def steps_text(steps: Sequence[ToolStep]) -> str:
    """All that was done, a line each."""
    return "\n".join(map(step_text, steps))


def step_text(step: ToolStep) -> str:
    """A step that was taken, with what came of it."""
    done = {SEARCH: translate("Chat", "Searched the library for {what}"),
            TAG: translate("Chat", "Looked at the moods of {what}"),
            LOOK_UP: translate("Chat", "Looked up {what} in the facts")}
    told = done.get(step.tool, "{what}").format(what=_what(step))
    # That a song was looked at is all a look at a song can tell.
    return f"{told}." if step.tool == TAG and step.found else f"{told}: {_outcome(step)}"


def working_text(step: ToolStep) -> str:
    """A step that is being taken."""
    doing = {SEARCH: translate("Chat", "Searching the library for {what}…"),
             TAG: translate("Chat", "Looking at the moods of {what}…"),
             LOOK_UP: translate("Chat", "Looking up {what} in the facts…")}
    return doing.get(step.tool, "{what}…").format(what=_what(step))


def _what(step: ToolStep) -> str:
    """Names of songs bring their own marks."""
    return step.argument if step.argument.startswith("“") else f"“{step.argument}”"


def _outcome(step: ToolStep) -> str:
    return step.outcome[:1].lower() + step.outcome[1:]
