"""Messages between the library's rows and values: what a column holds, and what a broken one
counts as.

Knows no SQL beyond the names of its columns.
"""

import os
import sys
import time
from collections.abc import Sequence
from typing import Any

import msgspec

from engine.chat.conversation import ChatMessage, MessageState, ReplySettings, Role
from engine.chat.stored_values import document_of, value_of
from engine.chat.tool_use import ToolStep

COLUMNS = ("id, parent_id, role, text, author, state, model, settings, problem, created_at,"
           " steps, writer, written_at")
ABANDONED_SECONDS = 10.0


def message_of(row: tuple[Any, ...], now: float | None = None) -> ChatMessage:
    """The message of a row of COLUMNS. One whose writer is gone counts as interrupted."""
    *told, writer, written_at = row
    (number, parent, role, text, author, state, model, settings, problem, created_at,
     steps) = told
    known = _state(state)
    if known is MessageState.STREAMING and is_abandoned(writer, written_at, now):
        known = MessageState.INTERRUPTED
    return ChatMessage(
        id=number, parent=parent, role=Role(role), text=text, author=author, state=known,
        model=model, settings=settings_of(settings) if settings else None, problem=problem,
        created_at=created_at, steps=steps_of(steps))


def is_abandoned(writer: int, written_at: float, now: float | None = None) -> bool:
    """Whether nobody writes at a streaming message any more: its process is gone, or it has
    not stirred for ABANDONED_SECONDS."""
    silent = (time.time() if now is None else now) - written_at
    return not -ABANDONED_SECONDS < silent < ABANDONED_SECONDS or not _lives(writer)


def settings_text(settings: ReplySettings) -> str:
    """As it is stored: JSON."""
    return msgspec.json.encode(settings).decode()


def settings_of(text: str) -> ReplySettings:
    """Stored settings; what cannot be read counts as the defaults."""
    try:
        return msgspec.json.decode(text, type=ReplySettings)
    except msgspec.DecodeError:
        return ReplySettings()


def steps_text(steps: Sequence[ToolStep]) -> str:
    """As they are stored: JSON, "" for none."""
    return document_of(list(steps)) if steps else ""


def steps_of(text: str) -> tuple[ToolStep, ...]:
    """Stored steps; what cannot be read counts as none."""
    return (value_of(text, tuple[ToolStep, ...]) if text else None) or ()


def _state(stored: str) -> MessageState:
    try:
        return MessageState(stored)
    except ValueError:  # of a later version
        return MessageState.WHOLE


def _lives(process: int) -> bool:
    if sys.platform == "win32":  # where asking with a signal would end it
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
