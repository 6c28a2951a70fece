"""Makes personas speak: from a conversation and what it was set up with to a reply's preparation.

Joins setup, facts, lore, wording and prompt format. Asks no model for a word and stores no
message: `chatbot` does.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from engine.chat.beginning import TalkBeginning
from engine.chat.cast_store import CastStore
from engine.chat.conversation import ChatMessage, Conversation, ReplySettings, Role
from engine.chat.direction.honesty import Honesty
from engine.chat.direction.lore_shelf import LoreCalled
from engine.chat.direction.manner import OneParagraph, character_settings, is_garbled
from engine.chat.direction.study import Study
from engine.chat.direction.turn_order import in_order, next_speaker
from engine.chat.direction.wording import Wording, lines_of, listener_of
from engine.chat.fact import Fact
from engine.chat.fact_store import FactStore
from engine.chat.lore.activation import LoreSettings
from engine.chat.preparation import MOST_SEED, Cleaner, Fault, Preparation
from engine.chat.prompt_budget import PromptBudget
from engine.chat.prompts.format import PromptFormat
from engine.chat.prompts.marks import one_line
from engine.chat.prompts.reply_cleaning import ReplyCleaner
from engine.chat.prompts.script import Script
from engine.chat.prompts.writing import WrittenPrompt, written
from engine.chat.replies import ReplyGrounds
from engine.chat.talk import CastMember, TalkSetup
from engine.chat.tool_use import found_by
from engine.errors import EngineError
from engine.inference.text_model import TextModel
from engine.library.database import Database

LORE_SHARE = 0.25
"""Of the window, lore takes at most so much."""
FOUND_FOR = 2
"""For so many messages of the person what tools found is still known."""
_LETTERS_A_TOKEN = 4


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn to be taken: by whom, after which messages. `begun` is what a reply that is gone on
    with says so far."""

    member: CastMember
    path: tuple[ChatMessage, ...]
    begun: str = ""

    @property
    def speaker(self) -> str:
        """What they are called."""
        return self.member.persona.called

    @property
    def taken(self) -> int:
        """How many turns characters took before."""
        return sum(message.role is Role.ASSISTANT for message in self.path)

    @property
    def found(self) -> tuple[str, ...]:
        """What tools found for what the person said last, and the time before."""
        asked = [message for message in self.path if message.role is Role.USER][-FOUND_FOR:]
        return found_by([step for message in reversed(asked) for step in message.steps])


class Director:
    """Directs the talks of one library. Belongs to the thread that opened its database."""

    def __init__(self, database: Database, study: Study) -> None:
        self._database = database
        self._casts = CastStore(database)
        self._facts = FactStore(database)
        self._study = study

    @property
    def study(self) -> Study:
        """What replies share; for the thread that makes them."""
        return self._study

    def setup(self, conversation_id: int) -> TalkSetup:
        """What a conversation is set up with; without a cast the model speaks as itself."""
        return self._casts.setup(conversation_id)

    def begin(self, setup: TalkSetup, settings: ReplySettings | None = None,
              model: str = "") -> Conversation:
        """A new conversation with its first words: the opening of its scene, or greetings."""
        settings = settings or character_settings()
        seed = settings.sampling.seed
        chance = int.from_bytes(os.urandom(4)) % MOST_SEED if seed is None else seed
        filled = Wording(setup, chance).filled
        return TalkBeginning(self._database, filled).begin(setup, settings, model)

    def next_speaker(self, conversation: Conversation, setup: TalkSetup,
                     path: Sequence[ChatMessage], by_itself: bool = False) -> CastMember | None:
        """Whose turn it is after `path`, None where the person has to say. Where a talk goes on
        `by_itself` nobody is there to ask, and the order of the cast decides."""
        seed = conversation.settings.sampling.seed
        turns = lines_of(setup, path)
        chosen = next_speaker(setup, turns, conversation.id if seed is None else seed)
        return chosen or (in_order(setup, turns) if by_itself else None)

    def prepared(self, conversation: Conversation, setup: TalkSetup, turn: Turn,
                 model: TextModel, form: PromptFormat | None = None) -> Preparation:
        """All that a reply of `turn` is asked for with, in the format of the talk or in `form`.
        EngineError where the prompt format or the encoder cannot be used."""
        preparing = _Preparing(self._study, self._facts, conversation, setup, turn, model)
        return preparing.prepared(form or self._study.format(setup.prompt_format))


def member_called(setup: TalkSetup, name: str) -> CastMember:
    """Who of the cast is called so. EngineError if nobody is."""
    member = setup.member(name)
    if member is None:
        raise EngineError(f"{name} is not in the cast of this conversation.",
                          f"In it are: {', '.join(setup.names)}.")
    return member


class _Preparing:
    """One turn's way to its preparation."""

    def __init__(self, study: Study, facts: FactStore, conversation: Conversation,
                 setup: TalkSetup, turn: Turn, model: TextModel) -> None:
        self._study = study
        self._facts = facts
        self._conversation = conversation
        self._setup = setup
        self._turn = turn
        self._model = model
        self._wording = Wording(setup, conversation.id, turn.taken)
        self._lines = lines_of(setup, turn.path)
        self._every = facts.facts(conversation.id)
        self._known = [fact for fact in self._every if fact.known_to(turn.member.persona_id)]
        self._honesty = Honesty(
            study.conscience, self._wording.persona(turn.member.persona),
            [*self._known, *(Fact(0, told) for told in turn.found)],
            self._lines, bool(turn.begun), self._beside())

    def prepared(self, form: PromptFormat) -> Preparation:
        facts, lore = self._chosen_facts(), self._called_lore()
        script = self._script(facts, lore)
        prompt = written(script, form, self._model, self._conversation.settings.max_tokens)
        given = _given(facts, prompt)

        def note(message_id: int) -> None:
            self._facts.note_used(message_id, [fact.id for fact in given])
            self._study.lore.note(message_id, lore)

        return Preparation(
            self._model, prompt.text, prompt.shown, prompt.most_tokens,
            self._with_first_kept(prompt.budget), prompt.stops, self._prefix(), script.speaker,
            grounds=ReplyGrounds(given, script.lore, prompt.parts, lore.said),
            cleaner=lambda: self._cleaner(script, form),
            constraint=lambda: self._honesty.constraint(self._model, prompt.text),
            fault=self._fault, note=note, marks=self._honesty.marks, read_ahead=self._read_ahead)

    def _read_ahead(self, reply: str) -> None:
        """The next turn is called by this reply too, and by what the person says after it."""
        lines = [*(line.text for line in self._lines), reply]
        with suppress(EngineError):  # the reply is whole; the next one will tell
            self._study.facts.read_ahead(self._conversation.id, self._every, lines)

    def _cleaner(self, script: Script, form: PromptFormat) -> Cleaner:
        cleaner = ReplyCleaner(script.speaker, script.others, form, script.begun)
        return OneParagraph(cleaner) if len(self._setup.cast) > 1 else cleaner

    def _script(self, facts: Sequence[Fact], lore: LoreCalled) -> Script:
        setup, wording, turn = self._setup, self._wording, self._turn
        return Script(
            cast=tuple(wording.persona(member.persona) for member in setup.cast),
            speaker=turn.speaker, listener=listener_of(setup, turn.path),
            scene=wording.scene(setup.scene),
            facts=(*turn.found, *(fact.text for fact in facts)),
            lore=wording.lore(lore.lore, turn.speaker), turns=self._lines,
            authors_note=wording.note(setup.authors_note) if setup.authors_note else None,
            begun=turn.begun)

    def _chosen_facts(self) -> tuple[Fact, ...]:
        """What answers the question, where one was asked, before what else bears on the talk."""
        if not self._known:
            return ()
        before = next(self._own_replies(), None)
        used = [fact.id for fact in self._facts.used(before.id)] if before else []
        chosen = self._study.facts.chosen(
            self._conversation.id, self._every, [line.text for line in self._lines],
            self._turn.member.persona_id, used)
        asked_for = self._honesty.fact_ids
        answering = {fact.id: fact for fact in self._known if fact.id in asked_for}
        return (*(answering[number] for number in asked_for if number in answering),
                *(fact for fact in chosen if fact.id not in answering))

    def _called_lore(self) -> LoreCalled:
        settings = LoreSettings(
            names=self._wording.names(self._turn.speaker), greeting=self._greeting(),
            most_tokens=int(self._model.window * LORE_SHARE),
            full=sum(len(line.text) for line in self._lines)
            > self._model.window * _LETTERS_A_TOKEN)
        return self._study.lore.called(
            [self._turn.member.persona.lorebook, self._setup.lorebook], self._lines, settings,
            lambda text: self._model.count(self._model.quote(text)), self._turn.taken,
            [message.id for message in self._turn.path])

    def _greeting(self) -> int | None:
        """Which of the greetings the talk began with, None where it began otherwise."""
        first = next(iter(self._turn.path), None)
        if first is None or first.author != self._turn.speaker:
            return None
        began = [message.id for message in self._conversation.messages
                 if message.parent is None and message.author == first.author]
        return began.index(first.id) if first.id in began else None

    def _own_replies(self) -> Iterator[ChatMessage]:
        """What the speaker said before, newest first."""
        return (message for message in reversed(self._turn.path)
                if message.role is Role.ASSISTANT and message.author == self._turn.speaker)

    def _fault(self, text: str) -> Fault:
        if not text.strip():
            return Fault.EMPTY
        if len(self._setup.cast) > 1 and is_garbled(text):
            return Fault.GARBLED
        if self._honesty.contradicts(text):
            return Fault.CONTRADICTS
        # What is gone on with was good enough for the person; who asks again is answered again.
        asker = self._lines[-1].speaker if self._lines else ""
        may_repeat = self._turn.begun or (self._honesty.is_guided
                                          and self._setup.member(asker) is None)
        if not may_repeat and self._study.sameness.is_said_again(text, self._earlier()):
            self._honesty.let_go()
            return Fault.SAID_AGAIN
        return Fault.NONE

    def _earlier(self) -> list[str]:
        """What nobody wants to hear again: the speaker's own turns, alternatives of this one, and
        what was just said."""
        last = [line.text for line in self._lines[-1:]]
        return [*(message.text for message in self._own_replies()), *self._beside(), *last]

    def _beside(self) -> list[str]:
        """The alternatives of this turn."""
        parent = self._turn.path[-1].id if self._turn.path else None
        return [message.text for message in self._conversation.messages
                if message.parent == parent and message.author == self._turn.speaker]

    def _prefix(self) -> str:
        """Each of several is told other things: each has a cache of their own."""
        name = f"conversation-{self._conversation.id}"
        several = len(self._setup.cast) > 1
        return f"{name}-{self._turn.member.persona_id}" if several else name

    def _with_first_kept(self, budget: PromptBudget) -> PromptBudget:
        kept = self._turn.path[budget.dropped:]
        return replace(budget, first_kept=kept[0].id if kept else None)


def _given(facts: Sequence[Fact], prompt: WrittenPrompt) -> tuple[Fact, ...]:
    """Those of the facts that found room."""
    kept = {line for part in prompt.parts if part.kind == "facts" and part.kept
            for line in part.text.split("\n")}
    return tuple(fact for fact in facts if one_line(fact.text) in kept)
