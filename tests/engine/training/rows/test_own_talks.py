"""The person's talks as rows: what is learned of them, with what, and which replies were kept."""

from collections.abc import Iterator

import pytest

from engine.chat.cast_store import CastStore
from engine.chat.conversation import ChatMessage, MessageState, ReplySettings, Role
from engine.chat.conversation_store import ConversationStore
from engine.chat.fact import Fact
from engine.chat.fact_store import FactStore
from engine.chat.persona import Persona
from engine.chat.persona_store import PersonaStore
from engine.chat.scene import Scene
from engine.chat.talk import CastMember, TalkSetup
from engine.chat.truth.mark_store import MarkStore
from engine.chat.truth.reply_mark import MarkKind, ReplyMark
from engine.inference.sampling import SamplingSettings
from engine.library.database import Database
from engine.training.rows.own_choices import read_own_choices
from engine.training.rows.own_counts import count_own
from engine.training.rows.own_talks import read_own_talks
from engine.training.rows.row import ChoiceRow, TalkRow


@pytest.fixture
def database() -> Iterator[Database]:
    database = Database.in_memory()
    yield database
    database.close()


class Talk:
    """A conversation in the making; every reply has a seed of its own, as the program gives it."""

    def __init__(self, database: Database, cast: TalkSetup | None = None,
                 system: str = "") -> None:
        self.store = ConversationStore(database)
        self.id = self.store.create("A talk", system).id
        self.seed = 0
        if cast:
            CastStore(database).set_up(self.id, cast)

    def ask(self, text: str, after: ChatMessage | None = None) -> ChatMessage:
        return self.store.add_message(self.id, Role.USER, text, after.id if after else None)

    def reply(self, text: str, after: ChatMessage, author: str = "",
              state: MessageState = MessageState.WHOLE) -> ChatMessage:
        self.seed += 1
        settings = ReplySettings(sampling=SamplingSettings(seed=self.seed))
        return self.store.add_message(self.id, Role.ASSISTANT, text, after.id, author, state,
                                      "smol", settings)


def talks(database: Database, **options: object) -> list[TalkRow]:
    rows = list(read_own_talks(database, **options))  # type: ignore[arg-type]
    assert all(isinstance(row, TalkRow) for row in rows)
    return [row for row in rows if isinstance(row, TalkRow)]


def choices(database: Database, personas: tuple[int, ...] | None = None) -> list[ChoiceRow]:
    return [row for row in read_own_choices(database, personas) if isinstance(row, ChoiceRow)]


def test_a_plain_talk_is_told_as_the_model_read_it(database: Database) -> None:
    talk = Talk(database, system="Be kind.")
    asked = talk.ask("Hi")
    talk.reply("No", asked)
    talk.reply("Hello", asked)
    [row] = talks(database)
    assert [(line.role, line.text, line.learned) for line in row.lines] == [
        ("system", "Be kind.", False), ("user", "Hi", False), ("assistant", "Hello", True)]
    assert row.talk == f"talk {talk.id}" and not row.people


def test_what_failed_or_goes_against_the_facts_is_not_learned(database: Database) -> None:
    talk = Talk(database)
    asked = talk.ask("Hi")
    one = talk.reply("I am nine", asked)
    MarkStore(database).put(one.id, [ReplyMark(MarkKind.CONTRADICTION, 5, 9, "nine", "No.")])
    two = talk.ask("So?", one)
    talk.reply("And then", two, state=MessageState.STOPPED)
    assert talks(database) == []
    # WHEN the person writes the first one over
    talk.store.edit(one.id, "I am forty")
    [row] = talks(database)
    assert [line.text for line in row.lines if line.learned] == ["I am forty"]


def test_only_what_was_written_over(database: Database) -> None:
    talk = Talk(database)
    one = talk.reply("Hello", talk.ask("Hi"))
    mended = talk.store.edit(talk.reply("Bye", talk.ask("Bye", one)).id, "Until soon")
    [row] = talks(database, edited_only=True)
    assert [line.text for line in row.lines if line.learned] == [mended.text]


class TestCast:
    @pytest.fixture
    def mara(self, database: Database) -> int:
        persona = Persona("Mara", description="{{char}} keeps bees.", facts=("She has six hives.",))
        return PersonaStore(database).add(persona).id

    @pytest.fixture
    def talk(self, database: Database, mara: int) -> Talk:
        persona = PersonaStore(database).persona(mara).value
        return Talk(database, TalkSetup((CastMember(mara, persona),), Scene(
            "Hive", scenario="A meadow.", mood="calm"), person="Ann", prompt_format="soda"))

    def test_all_a_prompt_was_written_from_comes_along(self, database: Database, talk: Talk
                                                       ) -> None:
        asked = talk.ask("How many hives?")
        fact = FactStore(database).add(Fact(0, "She has six hives.", conversation_id=talk.id))
        reply = talk.reply("Six.", asked, "Mara")
        FactStore(database).note_used(reply.id, [fact.id])
        [row] = talks(database)
        assert (row.listener, row.form, row.scenario, row.mood) == (
            "Ann", "soda", "A meadow.", "calm")
        assert row.scene is not None and row.scene.title == "Hive"
        [person] = row.people
        assert person.persona is not None and person.persona.description == "Mara keeps bees."
        assert [(line.speaker, line.learned, line.facts) for line in row.lines] == [
            ("Ann", False, ()), ("Mara", True, ("She has six hives.",))]

    def test_other_personas_are_left_alone(self, database: Database, talk: Talk, mara: int
                                           ) -> None:
        talk.reply("Six.", talk.ask("How many?"), "Mara")
        assert len(talks(database, personas=(mara,))) == 1
        assert talks(database, personas=(mara + 1,)) == [] == talks(database, personas=(0,))

    def test_counts_by_persona(self, database: Database, talk: Talk, mara: int) -> None:
        asked = talk.ask("How many?")
        talk.reply("Five.", asked, "Mara")
        kept = talk.reply("Six.", asked, "Mara")
        talk.ask("Thanks", kept)
        counts = count_own(database).talks
        assert (counts.talks, counts.replies, counts.edited, counts.choices) == (1, 1, 0, 1)
        [persona] = counts.personas
        assert (persona.persona_id, persona.name, persona.choices) == (mara, "Mara", 1)

    def test_choices_say_who_replies(self, database: Database, talk: Talk) -> None:
        asked = talk.ask("How many?")
        talk.reply("Five.", asked, "Mara")
        talk.ask("Thanks", talk.reply("Six.", asked, "Mara"))
        [row] = choices(database)
        assert row.speaker == "Mara" and row.talk.listener == "Ann"


class TestChoices:
    def test_the_reply_the_talk_went_on_from_was_kept(self, database: Database) -> None:
        talk = Talk(database)
        asked = talk.ask("Hi")
        talk.reply("No", asked)
        talk.reply("What", asked)
        talk.ask("Nice", talk.reply("Hello", asked))
        rows = choices(database)
        assert [(row.chosen, row.rejected) for row in rows] == [("Hello", "No"), ("Hello", "What")]
        assert [line.text for line in rows[0].talk.lines] == ["Hi"]

    def test_the_last_that_came_is_no_choice_yet(self, database: Database) -> None:
        talk = Talk(database)
        asked = talk.ask("Hi")
        first = talk.reply("No", asked)
        talk.reply("Hello", asked)
        assert choices(database) == []
        # WHEN the person goes back to the first
        talk.store.choose(first.id)
        assert [(row.chosen, row.rejected) for row in choices(database)] == [("No", "Hello")]

    def test_an_edit_is_preferred_to_what_stood_there(self, database: Database) -> None:
        talk = Talk(database)
        talk.store.edit(talk.reply("Helo", talk.ask("Hi")).id, "Hello")
        assert [(row.chosen, row.rejected) for row in choices(database)] == [("Hello", "Helo")]

    def test_what_was_broken_off_was_not_rejected(self, database: Database) -> None:
        talk = Talk(database)
        asked = talk.ask("Hi")
        talk.reply("He", asked, state=MessageState.STOPPED)
        talk.reply("Hello", asked)
        talk.ask("Nice", talk.reply("Hello", asked))
        assert choices(database) == []

    def test_talks_in_the_trash_teach_nothing(self, database: Database) -> None:
        talk = Talk(database)
        talk.store.edit(talk.reply("Helo", talk.ask("Hi")).id, "Hello")
        talk.store.delete([talk.id])
        assert choices(database) == [] and talks(database) == []
