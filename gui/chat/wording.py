"""Sentences of the Chat page that are made from values. No widgets."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from PySide6.QtCore import QCoreApplication

from engine.chat.conversation import ChatMessage, MessageState, Role
from engine.chat.prompt_budget import PromptBudget
from engine.chat.replies import ReplyFigures
from gui.chat.reply_run import Phase, Progress
from gui.chat.tool_words import steps_text, working_text
from gui.figures import count_text

translate: Callable[[str, str], str] = QCoreApplication.translate
_WEEK_DAYS = 6


def title_text(title: str) -> str:
    return title or translate("Chat", "New conversation")


def file_name(title: str, otherwise: str) -> str:
    """A title as a file name that every system takes; `otherwise` where nothing is left of it."""
    kept = "".join(letter if letter.isalnum() or letter in " -_" else " " for letter in title)
    return " ".join(kept.split())[:80] or otherwise


def name_of(message: ChatMessage, models: Mapping[str, str]) -> str:
    """Who speaks: the persona, the person, the narrator, or the model that wrote it, whichever is
    chosen now.

    `models` are the names of the installed models by their ids.
    """
    if message.author:
        return message.author
    if message.role is Role.USER:
        return translate("Chat", "You")
    if message.role is Role.SYSTEM:
        return translate("Chat", "Narrator")
    return models.get(message.model, message.model) or translate("Chat", "Assistant")


def state_note(message: ChatMessage) -> str:
    """What is to be said of how a message ended, and of what tools did for it; nothing else."""
    if message.steps:
        return steps_text(message.steps)
    if message.state is MessageState.WHOLE:
        return ""
    return {
        MessageState.LENGTH: translate("Chat", "The longest reply is reached. It can go on."),
        MessageState.STOPPED: translate("Chat", "Stopped."),
        MessageState.INTERRUPTED: translate("Chat", "Undertone closed while this was written."),
        MessageState.FAILED: message.problem,
    }.get(message.state, "")


def progress_note(progress: Progress, model_is_open: bool) -> str:
    """What is being done before the first word."""
    if progress.step is not None:
        return working_text(progress.step)
    match progress.phase:
        case Phase.OPENING if not model_is_open:
            return translate("Chat", "Opening the model…")
        case Phase.READING if progress.total and progress.done < progress.total:
            return translate("Chat", "Reading {done} of {total} tokens…").format(
                done=count_text(progress.done), total=count_text(progress.total))
        case Phase.READING | Phase.WAITING | Phase.OPENING:
            return translate("Chat", "Reading…")
        case _:
            return ""


def meter_text(budget: PromptBudget) -> str:
    return translate("Chat", "{prompt} of {window} tokens").format(
        prompt=count_text(budget.prompt), window=count_text(budget.window))


def dropped_text(budget: PromptBudget) -> str:
    """What of the conversation the model no longer reads; "" while it reads all."""
    if not budget.fits:
        return translate("Chat", "This is too long for the model to read at once. Shorten it.")
    if budget.dropped == 1:
        return translate("Chat", "The oldest message no longer fits and is not read.")
    if budget.dropped:
        return translate("Chat", "The {n} oldest messages no longer fit and are not read.").format(
            n=count_text(budget.dropped))
    return ""


def speed_text(figures: ReplyFigures) -> str:
    """How quick the last reply was."""
    first = translate("Chat", "first word after {s} s").format(s=f"{figures.first_seconds:.2f}")
    if not figures.tokens_per_second:
        return first
    return translate("Chat", "{n} tokens a second, {first}").format(
        n=f"{figures.tokens_per_second:.0f}", first=first)


def when_text(stamp: str, now: datetime) -> str:
    """A time in UTC as people say it: the hour today, the day this week, else the date."""
    try:
        then = datetime.fromisoformat(stamp).astimezone(now.tzinfo)
    except ValueError:
        return ""
    if then.date() == now.date():
        return f"{then:%H:%M}"
    if then.date() == (now - timedelta(days=1)).date():
        return translate("Chat", "Yesterday")
    if now - then < timedelta(days=_WEEK_DAYS):
        return f"{then:%A}"
    return f"{then.day} {then:%b}" if then.year == now.year else f"{then:%Y-%m-%d}"
