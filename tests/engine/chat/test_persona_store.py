"""Personas in the library: kept whole, listed, renamed in their talks, thrown away and back."""

from collections.abc import Iterator

import pytest

from engine.chat.cast_store import CastStore
from engine.chat.conversation import Role
from engine.chat.conversation_store import ConversationStore
from engine.chat.lorebook import Lorebook, LoreEntry
from engine.chat.persona import CardNotes, Persona
from engine.chat.persona_store import PersonaStore
from engine.chat.stored_values import MOST_NAME
from engine.errors import EngineError
from engine.library.database import Database

RICH = Persona(
    name="Marlow Quill", nickname="Marlow", description="Keeps a lighthouse.\n\u2028 ü 👍🏽",
    traits="dry", tags=("sea", "night"), facts=("He has one leg.",), greetings=("Hm.", "Yes?"),
    colour="#334455", lorebook=Lorebook((LoreEntry(keys=("lamp",), content="It is old."),)),
    notes=CardNotes(creator="me", created_at=2**40),
    extensions={"other/program": {"deep": [1, 2.5, None, {"big": 2**70}]}},
    unknown={"fav": True, "": "empty key"})


@pytest.fixture
def database() -> Iterator[Database]:
    database = Database.in_memory()
    yield database
    database.close()


@pytest.fixture
def store(database: Database) -> PersonaStore:
    return PersonaStore(database)


def names(store: PersonaStore, trashed: bool = False) -> list[str]:
    return [row.name for row in store.rows(trashed)]


class TestKeeping:
    def test_all_of_a_persona_comes_back(self, store: PersonaStore) -> None:
        kept = store.add(RICH, b"\x89PNG\x00\xff")
        assert kept.value == RICH == store.persona(kept.id).value
        assert kept.value.extensions["other/program"]["deep"][3]["big"] == 2**70
        assert store.picture(kept.id) == b"\x89PNG\x00\xff"
        assert kept.created_at <= kept.changed_at and kept.shipped == ""

    def test_an_edit_takes_its_place_and_leaves_the_picture(self, store: PersonaStore) -> None:
        kept = store.add(RICH, b"png")
        edited = store.save(kept.id, Persona("Marlow", facts=("He has two.",)))
        assert edited.value.facts == ("He has two.",) and store.picture(kept.id) == b"png"
        assert edited.changed_at > edited.created_at == kept.created_at
        store.set_picture(kept.id, b"")
        assert store.picture(kept.id) == b"" and not store.rows()[0].has_picture

    def test_a_copy_is_another_one(self, store: PersonaStore) -> None:
        kept = store.add(RICH, b"png", shipped="marlow")
        copy = store.copy(kept.id, "Marlow the Second")
        assert copy.id != kept.id and copy.shipped == ""
        assert copy.value.called == "Marlow the Second" and copy.value.facts == RICH.facts
        assert store.picture(copy.id) == b"png"

    def test_one_that_is_the_same_is_found(self, store: PersonaStore) -> None:
        kept = store.add(RICH)
        store.add(Persona("Marlow Quill"))
        assert store.same_as(RICH) == kept.id
        assert store.same_as(Persona("Marlow Quill", traits="wet")) is None
        store.delete([kept.id])
        assert store.same_as(RICH) is None

    @pytest.mark.parametrize("name", ["", " \n\t"])
    def test_without_a_name_it_is_not_kept(self, store: PersonaStore, name: str) -> None:
        with pytest.raises(EngineError, match="needs a name"):
            store.add(Persona(name))
        assert not store.rows()
        kept = store.add(RICH)
        with pytest.raises(EngineError, match="needs a name"):
            store.save(kept.id, Persona(name))
        assert store.persona(kept.id).value == RICH

    def test_text_that_cannot_be_stored_is_repaired(self, store: PersonaStore) -> None:
        kept = store.add(Persona("A\ud83d", description="x\ud83d", unknown={"k\ud83d": "v\x00"}))
        assert kept.value == Persona("A?", description="x?", unknown={"k?": "v\x00"})

    def test_what_is_gone_is_said(self, store: PersonaStore) -> None:
        for use in (store.persona, lambda n: store.save(n, RICH), lambda n: store.copy(n, "x"),
                    lambda n: store.set_picture(n, b"x")):
            with pytest.raises(EngineError, match="persona is no longer there"):
                use(99)
        assert store.picture(99) == b"" and store.find(99) is None


class TestList:
    def test_it_shows_what_a_list_needs_by_name(self, database: Database,
                                                store: PersonaStore) -> None:
        marlow, ann = store.add(RICH, b"x"), store.add(Persona("ann"))
        talk = ConversationStore(database).create()
        CastStore(database).join(talk.id, marlow.id)
        first, second = store.rows()
        assert (first.id, first.name, first.talks, first.has_picture) == (ann.id, "ann", 0, False)
        assert (second.name, second.tags, second.colour) == ("Marlow Quill", RICH.tags, "#334455")
        assert (second.talks, second.has_picture, second.about) == (1, True, RICH.description)
        # AND a talk in the trash does not count
        ConversationStore(database).delete([talk.id])
        assert store.rows()[1].talks == 0

    @pytest.mark.parametrize("broken", ["", "{", '{"name": 7}', "[" * 100_000, '{"tags": "x"}'])
    def test_one_broken_document_hides_no_other(self, database: Database, store: PersonaStore,
                                                broken: str) -> None:
        # GIVEN a document that this version cannot read
        kept, other = store.add(RICH), store.add(Persona("Zoe"))
        database.execute("UPDATE persona SET document = ? WHERE id = ?", (broken, kept.id))
        # THEN the list has both, opening it is a sentence, and it can be written over
        assert names(store) == ["Marlow Quill", "Zoe"]
        with pytest.raises(EngineError, match="Marlow Quill cannot be read"):
            store.persona(kept.id)
        assert store.same_as(Persona("Zoe")) == other.id and store.same_as(RICH) is None
        assert store.save(kept.id, RICH).value == RICH


class TestTrash:
    def test_what_is_deleted_comes_back(self, store: PersonaStore) -> None:
        one, other = store.add(Persona("One")), store.add(Persona("Other"))
        store.delete([one.id])
        assert (names(store), names(store, trashed=True)) == (["Other"], ["One"])
        store.restore([one.id])
        assert names(store) == ["One", "Other"]
        store.purge([one.id, other.id])
        assert names(store) == names(store, trashed=True) == []

    def test_a_talk_keeps_its_cast(self, database: Database, store: PersonaStore) -> None:
        # GIVEN a persona in a talk
        kept = store.add(RICH)
        talks, casts = ConversationStore(database), CastStore(database)
        talk = talks.create()
        casts.join(talk.id, kept.id)
        # WHEN it is thrown away for good
        store.delete([kept.id])
        store.purge([kept.id])
        # THEN the talk has it still, and once the talk is gone it can go
        assert casts.setup(talk.id).names == ("Marlow",)
        assert names(store, trashed=True) == ["Marlow Quill"]
        talks.purge([talk.id])
        store.purge([kept.id])
        assert names(store, trashed=True) == []

    def test_what_came_with_the_program_comes_once(self, store: PersonaStore) -> None:
        shipped = {"marlow": RICH, "ann": Persona("Ann")}
        assert store.put_shipped(shipped) == 2
        marlow = store.rows()[1]
        assert marlow.shipped and store.put_shipped(shipped) == 0
        # WHEN one is changed and one thrown away THEN neither comes again as it was
        store.save(marlow.id, Persona("Marlowe"))
        ann = store.rows()[0]
        store.delete([ann.id])
        store.purge([ann.id])
        assert store.put_shipped({**shipped, "new": Persona("New")}) == 1
        assert names(store) == ["Marlowe", "New"]
        assert names(store, trashed=True) == ["Ann"]


class TestRenaming:
    @pytest.fixture
    def talk(self, database: Database, store: PersonaStore) -> int:
        talks, casts = ConversationStore(database), CastStore(database)
        talk = talks.create().id
        for persona in (RICH, Persona("Ann")):
            casts.join(talk, store.add(persona).id)
        for author, role in (("Marlow", Role.ASSISTANT), ("Ann", Role.ASSISTANT),
                             ("Marlow", Role.USER)):
            leaf = talks.conversation(talk).leaf
            talks.add_message(talk, role, "Marlow!", leaf.id if leaf else None, author)
        other = talks.create().id
        talks.add_message(other, Role.ASSISTANT, "x", None, "Marlow")
        return talk

    def test_a_new_name_is_borne_in_its_talks(self, database: Database, store: PersonaStore,
                                              talk: int) -> None:
        kept = store.same_as(RICH)
        assert kept is not None
        store.save(kept, Persona("Captain"))
        talks = ConversationStore(database)
        # The person who plays Marlow, and another talk's Marlow, are other people.
        assert [m.author for m in talks.conversation(talk).path] == ["Captain", "Ann", "Marlow"]
        assert talks.conversation(talk + 1).path[0].author == "Marlow"

    def test_nobody_takes_the_name_of_whom_they_talk_with(
            self, database: Database, store: PersonaStore, talk: int) -> None:
        kept = store.same_as(RICH)
        assert kept is not None
        with pytest.raises(EngineError, match="talks with another who is called ANN"):
            store.save(kept, Persona("Somebody", nickname="ANN"))
        assert store.persona(kept).value == RICH
        assert ConversationStore(database).conversation(talk).path[0].author == "Marlow"


ENDLESS = "N" * 1_000_000


class TestNames:
    def test_a_name_without_end_is_cut(self, store: PersonaStore) -> None:
        """It stands in lists and buttons, and before each line the model reads."""
        kept = store.add(Persona(ENDLESS, nickname=f" {ENDLESS}\n"))
        assert (kept.value.name, kept.value.nickname) == ("N" * MOST_NAME,) * 2
        assert store.save(kept.id, Persona(ENDLESS)).value.name == "N" * MOST_NAME

    def test_its_card_is_known_again(self, store: PersonaStore) -> None:
        kept = store.add(Persona(ENDLESS))
        assert store.same_as(Persona(ENDLESS)) == kept.id
