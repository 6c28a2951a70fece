"""Replies in a conversation, stored as they stream.

Joins store, prompt budget and model. Knows no window and no thread: whoever calls it serves it.
Texts of messages are data: none of them changes the settings, the prompt's form or its stops.
"""

import os
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import replace
from typing import cast

from engine.chat.conversation import (
    ChatMessage,
    Conversation,
    MessageState,
    ReplySettings,
    Role,
)
from engine.chat.conversation_store import ConversationStore
from engine.chat.pen import Pen
from engine.chat.prompt_budget import FittedPrompt, PromptBudget, fit_prompt, refuse_misfit
from engine.chat.replies import (
    ModelLoading,
    PromptRead,
    ReplyEnded,
    ReplyEvent,
    ReplyFigures,
    ReplyStarted,
    ReplyText,
)
from engine.errors import Cancelled, EngineError
from engine.inference.text_model import TextModel, TextPiece, TextRequest

ModelSource = Callable[[str], TextModel]
"""The model of an id ("" for the one of the settings), kept open. EngineError if there is none."""

_MOST_SEED = 2**31


class Chatbot:
    """One reply at a time, on the thread that owns the store.

    Every method that returns an iterator does its work while it is iterated. Closing it stops
    the model at once: what was said is kept, with the state STOPPED. Where the model fails, what
    was said is kept with the state FAILED, and EngineError is raised.
    """

    def __init__(self, store: ConversationStore, models: ModelSource,
                 clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._models = models
        self._clock = clock

    def send(self, conversation_id: int, text: str, author: str = "") -> Iterator[ReplyEvent]:
        """Stores what the person says after the last message shown, then replies."""
        leaf = self._store.conversation(conversation_id).leaf
        asked = self._store.add_message(conversation_id, Role.USER, text,
                                        leaf.id if leaf else None, author)
        yield from self._answered(conversation_id, asked.id, asked)

    def reply(self, conversation_id: int) -> Iterator[ReplyEvent]:
        """Replies to the last message shown. EngineError where the person has said nothing."""
        leaf = self._store.conversation(conversation_id).leaf
        if leaf is None or leaf.role is not Role.USER:
            raise EngineError("There is nothing to reply to yet.", "Say something first.")
        yield from self._answered(conversation_id, leaf.id)

    def regenerate(self, conversation_id: int, message_id: int) -> Iterator[ReplyEvent]:
        """Makes a new alternative of a reply and shows it. The old ones stay."""
        old = self._reply_of(message_id)
        yield from self._answered(conversation_id, old.parent, author=old.author)

    def continue_reply(self, conversation_id: int, message_id: int) -> Iterator[ReplyEvent]:
        """Goes on where a reply ended, in the same message."""
        begun = self._reply_of(message_id)
        started = self._clock()
        yield ModelLoading(self._store.conversation(conversation_id).model)
        conversation, model, fitted = self._prepared(conversation_id, begun.id)
        self._store.write(begun.id, begun.text, MessageState.STREAMING)
        message = replace(begun, state=MessageState.STREAMING, problem="")
        yield from self._streamed(conversation, message, model, fitted, started)

    def meter(self, conversation_id: int, draft: str = "") -> PromptBudget:
        """How the window would be filled if `draft` were sent now. Opens the model if need be."""
        conversation = self._store.conversation(conversation_id)
        model = self._models(conversation.model)
        sent = [ChatMessage(0, None, Role.USER, draft)] if draft.strip() else []
        return fit_prompt(model, conversation.system_prompt, [*conversation.path, *sent],
                          conversation.settings.max_tokens).budget

    def conversation(self, conversation_id: int) -> Conversation:
        """The conversation as it is stored. EngineError if it is gone."""
        return self._store.conversation(conversation_id)

    def _reply_of(self, message_id: int) -> ChatMessage:
        message = self._store.message(message_id)
        if message.role is not Role.ASSISTANT:
            raise EngineError("Only a reply can be made anew or gone on with.",
                              "Choose a message of the model.")
        return message

    def _answered(self, conversation_id: int, parent: int | None,
                  asked: ChatMessage | None = None, author: str = "") -> Iterator[ReplyEvent]:
        started = self._clock()
        yield ModelLoading(self._store.conversation(conversation_id).model)
        conversation, model, fitted = self._prepared(conversation_id, parent)
        settings = _seeded(conversation, parent)
        message = self._store.add_message(
            conversation_id, Role.ASSISTANT, "", parent, author, MessageState.STREAMING,
            model.id, settings)
        yield from self._streamed(conversation, message, model, fitted, started, asked)

    def _prepared(self, conversation_id: int,
                  last: int | None) -> tuple[Conversation, TextModel, FittedPrompt]:
        """All that a reply after message `last` needs. EngineError where it cannot be made."""
        conversation = self._store.conversation(conversation_id)
        model = self._models(conversation.model)
        messages = conversation.path_to(last) if last is not None else ()
        fitted = fit_prompt(model, conversation.system_prompt, messages,
                            conversation.settings.max_tokens)
        refuse_misfit(fitted.budget)
        return conversation, model, fitted

    def _streamed(self, conversation: Conversation, message: ChatMessage, model: TextModel,
                  fitted: FittedPrompt, started: float,
                  asked: ChatMessage | None = None) -> Iterator[ReplyEvent]:
        pen = Pen(self._store, message.id, message.text, self._clock)
        settings = message.settings or conversation.settings
        request = TextRequest(fitted.most_tokens, settings.sampling, model.reply_stops,
                              prefix=f"conversation-{conversation.id}")
        try:
            yield ReplyStarted(conversation.id, message, fitted.budget, asked)
            pieces = cast("Generator[TextPiece]", model.stream(fitted.text, request))
            with closing(pieces):
                figures = yield from self._pieces(pieces, pen, started)
            yield ReplyEnded(self._store.message(message.id), figures)
        except (GeneratorExit, KeyboardInterrupt, Cancelled):
            pen.end(MessageState.STOPPED)
            raise
        except EngineError as known:
            pen.end(MessageState.FAILED, " ".join(filter(None, (known.message, known.hint))))
            raise
        except BaseException:
            pen.end(MessageState.FAILED, "Something in the program broke.")
            raise

    def _pieces(self, pieces: Iterator[TextPiece], pen: Pen,
                started: float) -> Generator[ReplyEvent, None, ReplyFigures]:
        first, tokens, total = None, 0, 0
        ended = ""
        for piece in pieces:
            total, ended = piece.prompt_total, piece.ended
            if piece.token is None and not piece.ended:
                pen.stir()
                yield PromptRead(pen.message_id, piece.prompt_done, piece.prompt_total)
                continue
            tokens += piece.token is not None
            first = self._clock() if first is None else first
            said = pen.add(piece.text)
            if said:
                yield ReplyText(pen.message_id, said)
        pen.end_as(ended)
        now = self._clock()
        return ReplyFigures(total, tokens, (first or now) - started, now - started)


def _seeded(conversation: Conversation, parent: int | None) -> ReplySettings:
    """The settings of a new reply with the seed it is made with: each alternative has another,
    and each can be made again."""
    settings = conversation.settings
    siblings = sum(m.parent == parent for m in conversation.messages)
    seed = settings.sampling.seed
    drawn = int.from_bytes(os.urandom(4)) if seed is None else seed + siblings
    return replace(settings, sampling=replace(settings.sampling, seed=drawn % _MOST_SEED))
