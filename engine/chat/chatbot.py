"""Replies in a conversation, stored as they stream: of the model itself, or of a cast.

Joins store, preparation and model. Knows no window and no thread: whoever calls it serves it.
Texts of messages are data: none of them changes the settings, the prompt's form or its stops.
"""

import os
import time
from collections.abc import Callable, Generator, Iterator, Sequence
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
from engine.chat.direction.director import Director, Turn, member_called
from engine.chat.pen import Pen
from engine.chat.preparation import (
    MOST_SEED,
    Fault,
    Preparation,
    attempts,
    prepared_plainly,
)
from engine.chat.prompt_budget import PromptBudget, refuse_misfit
from engine.chat.prompts.format import PromptFormat
from engine.chat.replies import (
    ChoiceAwaited,
    ModelLoading,
    PromptRead,
    ReplyAnew,
    ReplyEnded,
    ReplyEvent,
    ReplyFigures,
    ReplyStarted,
    ReplyText,
    ToolTold,
)
from engine.chat.talk import CastMember, TalkSetup
from engine.chat.tool_use import ToolStep, ToolUse
from engine.errors import Cancelled, EngineError
from engine.inference.sampling import SamplingSettings
from engine.inference.text_model import TextModel, TextPiece, TextRequest

ModelSource = Callable[[str], TextModel]
"""The model of an id ("" for the one of the settings), kept open. EngineError if there is none."""


class Chatbot:
    """One reply at a time, on the thread that owns the store.

    Every method that returns an iterator does its work while it is iterated. Closing it stops
    the model at once: what was said is kept, with the state STOPPED. Where the model fails, what
    was said is kept with the state FAILED, and EngineError is raised.

    Without a `director` every talk is a plain one. Of those with a cast, `speaker` and `author`
    are names of its members. `tools` are used where a conversation's settings allow it, for what
    the person said and for nothing else. `voice` names the model of characters who name none, in
    talks that name none.
    """

    def __init__(self, store: ConversationStore, models: ModelSource,
                 clock: Callable[[], float] = time.monotonic,
                 director: Director | None = None,
                 tools: ToolUse | None = None,
                 voice: Callable[[], str] = lambda: "") -> None:
        self._store = store
        self._models = models
        self._clock = clock
        self._director = director
        self._tools = tools
        self._voice = voice

    def send(self, conversation_id: int, text: str, author: str = "",
             speaker: str = "") -> Iterator[ReplyEvent]:
        """Stores what the person says after the last message shown, for themselves or for
        `author`, then replies. Where it is not clear who does, only ChoiceAwaited is told."""
        conversation = self._store.conversation(conversation_id)
        setup = self._setup(conversation_id)
        spoken_for = setup.member(author) if author else None
        leaf = conversation.leaf
        asked = self._store.add_message(
            conversation_id, Role.ASSISTANT if spoken_for else Role.USER, text,
            leaf.id if leaf else None, author)
        path = (*conversation.path, asked)
        member = self._member(conversation, setup, path, speaker)
        if setup.cast and (member is None or (member is spoken_for and not speaker)):
            yield ChoiceAwaited(conversation_id, asked)
            return
        yield from self._answered(conversation_id, asked.id, member, asked)

    def reply(self, conversation_id: int, speaker: str = "") -> Iterator[ReplyEvent]:
        """Replies to the last message shown; with a cast, whoever's turn it is speaks on, and
        where the person has spoken and has to choose, ChoiceAwaited is told as by `send`.
        EngineError where there is nothing to reply to, or nobody whose turn it is."""
        conversation = self._store.conversation(conversation_id)
        setup, leaf = self._setup(conversation_id), conversation.leaf
        member = self._member(conversation, setup, conversation.path, speaker)
        if setup.cast and member is None and leaf is not None and leaf.role is Role.USER:
            yield ChoiceAwaited(conversation_id, leaf)
            return
        if setup.cast:
            _refuse_nobody(member)
        elif leaf is None or leaf.role is not Role.USER:
            raise EngineError("There is nothing to reply to yet.", "Say something first.")
        yield from self._answered(conversation_id, leaf.id if leaf else None, member)

    def play(self, conversation_id: int, turns: int) -> Iterator[ReplyEvent]:
        """Lets the cast go on by itself for so many turns. Whoever iterates makes the pauses,
        between a ReplyEnded and the next ModelLoading."""
        for _ in range(turns):
            conversation = self._store.conversation(conversation_id)
            member = self._member(conversation, self._setup(conversation_id), conversation.path,
                                  by_itself=True)
            _refuse_nobody(member)
            leaf = conversation.leaf
            yield from self._answered(conversation_id, leaf.id if leaf else None, member)

    def regenerate(self, conversation_id: int, message_id: int) -> Iterator[ReplyEvent]:
        """Makes a new alternative of a reply and shows it. The old ones stay."""
        old = self._reply_of(message_id)
        yield from self._answered(conversation_id, old.parent,
                                  self._speaker_of(conversation_id, old), author=old.author)

    def continue_reply(self, conversation_id: int, message_id: int) -> Iterator[ReplyEvent]:
        """Goes on where a reply ended, in the same message."""
        begun = self._reply_of(message_id)
        started = self._clock()
        yield ModelLoading(self._store.conversation(conversation_id).model)
        member = self._speaker_of(conversation_id, begun)
        conversation, prepared = self._prepared(conversation_id, begun.parent, member, begun)
        self._store.write(begun.id, begun.text, MessageState.STREAMING)
        message = replace(begun, state=MessageState.STREAMING, problem="")
        yield from self._streamed(conversation, message, prepared, started)

    def next_speaker(self, conversation_id: int) -> str:
        """Whose turn it is, "" where the person has to say or nobody is in the cast."""
        conversation = self._store.conversation(conversation_id)
        member = self._member(conversation, self._setup(conversation_id), conversation.path)
        return member.persona.called if member else ""

    def preview(self, conversation_id: int, draft: str = "", speaker: str = "",
                form: PromptFormat | None = None, author: str = "") -> Preparation:
        """What would be asked of the model if `draft` were sent now, for the person or for
        `author`; of a cast in the format of the talk or in `form`. Opens it if need be; one that
        does not fit is shown as well."""
        conversation = self._store.conversation(conversation_id)
        setup = self._setup(conversation_id)
        path = conversation.path
        if draft.strip():
            role = Role.ASSISTANT if author and setup.member(author) else Role.USER
            path = (*path, ChatMessage(0, path[-1].id if path else None, role, draft, author))
        member = self._member(conversation, setup, path, speaker)
        if member is None and setup.cast:
            member = setup.cast[0]
        return self._preparation(conversation, setup, path, member, form=form)

    def meter(self, conversation_id: int, draft: str = "") -> PromptBudget:
        """How the window would be filled if `draft` were sent now. Opens the model if need be."""
        return self.preview(conversation_id, draft).budget

    def conversation(self, conversation_id: int) -> Conversation:
        """The conversation as it is stored. EngineError if it is gone."""
        return self._store.conversation(conversation_id)

    def _setup(self, conversation_id: int) -> TalkSetup:
        return self._director.setup(conversation_id) if self._director else TalkSetup()

    def _member(self, conversation: Conversation, setup: TalkSetup, path: Sequence[ChatMessage],
                speaker: str = "", by_itself: bool = False) -> CastMember | None:
        """Who speaks: whoever was asked to, else whose turn it is."""
        if speaker:
            return member_called(setup, speaker)
        if self._director is None or not setup.cast:
            return None
        return self._director.next_speaker(conversation, setup, path, by_itself)

    def _speaker_of(self, conversation_id: int, message: ChatMessage) -> CastMember | None:
        """Who of the cast said this. EngineError where they left it."""
        setup = self._setup(conversation_id)
        if not setup.cast:
            return None
        return member_called(setup, message.author) if message.author else setup.cast[0]

    def _reply_of(self, message_id: int) -> ChatMessage:
        message = self._store.message(message_id)
        if message.role is not Role.ASSISTANT:
            raise EngineError("Only a reply can be made anew or gone on with.",
                              "Choose a message of the model.")
        return message

    def _answered(self, conversation_id: int, parent: int | None,
                  member: CastMember | None = None, asked: ChatMessage | None = None,
                  author: str = "") -> Iterator[ReplyEvent]:
        started = self._clock()
        yield ModelLoading(self._store.conversation(conversation_id).model)
        looked_up = yield from self._looked_up(conversation_id, parent, member)
        asked = self._store.message(looked_up) if looked_up else asked
        conversation, prepared = self._prepared(conversation_id, parent, member)
        settings = _seeded(conversation, parent)
        message = self._store.add_message(
            conversation_id, Role.ASSISTANT, "", parent, prepared.author or author,
            MessageState.STREAMING, prepared.model.id, settings)
        yield from self._streamed(conversation, message, prepared, started, asked)

    def _looked_up(self, conversation_id: int, message_id: int | None,
                   member: CastMember | None) -> Generator[ReplyEvent, None, int]:
        """Has tools used for a message of the person, once; what they find is stored with it.
        The id of that message, 0 where no tool was used."""
        conversation = self._store.conversation(conversation_id)
        asked = conversation.message(message_id) if message_id is not None else None
        if (self._tools is None or not conversation.settings.tools or asked is None
                or asked.role is not Role.USER or asked.steps):
            return 0
        steps = cast("Generator[ToolStep]", self._tools.steps(
            conversation_id, asked.text, member.persona_id if member else None,
            self._models(conversation.model)))
        taken: list[ToolStep] = []
        with closing(steps):
            for step in steps:
                if step.outcome:
                    taken.append(step)
                    self._store.keep_steps(asked.id, taken)
                yield ToolTold(conversation_id, asked.id, step)
        return asked.id if taken else 0

    def _prepared(self, conversation_id: int, last: int | None, member: CastMember | None,
                  begun: ChatMessage | None = None) -> tuple[Conversation, Preparation]:
        """All that a reply after message `last` needs. EngineError where it cannot be made."""
        conversation = self._store.conversation(conversation_id)
        path = conversation.path_to(last) if last is not None else ()
        prepared = self._preparation(conversation, self._setup(conversation_id), path, member,
                                     begun)
        refuse_misfit(prepared.budget)
        return conversation, prepared

    def _preparation(self, conversation: Conversation, setup: TalkSetup,
                     path: tuple[ChatMessage, ...], member: CastMember | None,
                     begun: ChatMessage | None = None,
                     form: PromptFormat | None = None) -> Preparation:
        model = self._models(self._spoken_with(conversation, member))
        if self._director is None or member is None:
            return prepared_plainly(conversation, model, (*path, begun) if begun else path)
        turn = Turn(member, path, begun.text if begun else "")
        return self._director.prepared(conversation, setup, turn, model, form)

    def _spoken_with(self, conversation: Conversation, member: CastMember | None) -> str:
        own = member.persona.model if member else ""
        return own or conversation.model or (self._voice() if member else "")

    def _streamed(self, conversation: Conversation, message: ChatMessage, prepared: Preparation,
                  started: float, asked: ChatMessage | None = None) -> Iterator[ReplyEvent]:
        pen = Pen(self._store, message.id, message.text, self._clock)
        settings = message.settings or conversation.settings
        try:
            prepared.note(message.id)
            yield ReplyStarted(conversation.id, message, prepared.budget, asked, prepared.grounds)
            figures = yield from self._attempts(prepared, settings.sampling, pen, started)
            whole = self._store.message(message.id)
            marks = prepared.marks(whole.text)
            self._store.keep_marks(whole.id, marks)
            yield ReplyEnded(whole, figures, marks)
            prepared.read_ahead(whole.text)
        except (GeneratorExit, KeyboardInterrupt, Cancelled):
            pen.end(MessageState.STOPPED)
            raise
        except EngineError as known:
            pen.end(MessageState.FAILED, " ".join(filter(None, (known.message, known.hint))))
            raise
        except BaseException:
            pen.end(MessageState.FAILED, "Something in the program broke.")
            raise

    def _attempts(self, prepared: Preparation, sampling: SamplingSettings, pen: Pen,
                  started: float) -> Generator[ReplyEvent, None, ReplyFigures]:
        """Asks until a reply is good, at the last for the best there was."""
        before, said = pen.text, ""
        ended, figures = "", ReplyFigures(0, 0, 0.0, 0.0)
        ways = attempts(sampling)
        for at, way in enumerate(ways):
            ended, figures = yield from self._attempt(prepared, way, pen, started)
            fault = prepared.fault(pen.text)
            if not fault:
                break
            said = said if fault is Fault.EMPTY else pen.text
            if at + 1 < len(ways) or (said and said != pen.text):
                pen.begin_anew(before)
                yield ReplyAnew(pen.message_id, before, fault)
        if not pen.text.strip() and said:
            yield ReplyText(pen.message_id, pen.add(said))
        pen.end_as(ended)
        return figures

    def _attempt(self, prepared: Preparation, sampling: SamplingSettings, pen: Pen,
                 started: float) -> Generator[ReplyEvent, None, tuple[str, ReplyFigures]]:
        """How it ended, and how quick it was since it was `started`."""
        request = TextRequest(prepared.most_tokens, sampling, prepared.stops,
                              prepared.constraint(), prefix=prepared.prefix)
        if prepared.begun and not pen.text:
            yield ReplyText(pen.message_id, pen.add(prepared.begun))
        pieces = cast("Generator[TextPiece]", prepared.model.stream(prepared.prompt, request))
        with closing(pieces):
            return (yield from self._pieces(pieces, prepared, pen, started))

    def _pieces(self, pieces: Iterator[TextPiece], prepared: Preparation, pen: Pen,
                started: float) -> Generator[ReplyEvent, None, tuple[str, ReplyFigures]]:
        first, tokens, total, ended = None, 0, 0, ""
        cleaner = prepared.cleaner()
        for piece in pieces:
            total, ended = piece.prompt_total, piece.ended
            if piece.token is None and not piece.ended:
                pen.stir()
                yield PromptRead(pen.message_id, piece.prompt_done, piece.prompt_total)
                continue
            tokens += piece.token is not None
            first = self._clock() if first is None else first
            own = cleaner.add(piece.text)
            said = pen.add(own + cleaner.rest() if piece.ended else own)
            if said:
                yield ReplyText(pen.message_id, said)
            if cleaner.ended:
                break
        now = self._clock()
        return ended, ReplyFigures(total, tokens, (first or now) - started, now - started)


def _refuse_nobody(member: CastMember | None) -> None:
    if member is None:
        raise EngineError("It is nobody's turn.", "Choose who of the cast speaks next.")


def _seeded(conversation: Conversation, parent: int | None) -> ReplySettings:
    """The settings of a new reply with the seed it is made with: each alternative has another,
    and each can be made again."""
    settings = conversation.settings
    siblings = sum(m.parent == parent for m in conversation.messages)
    seed = settings.sampling.seed
    drawn = int.from_bytes(os.urandom(4)) if seed is None else seed + siblings
    return replace(settings, sampling=replace(settings.sampling, seed=drawn % MOST_SEED))
