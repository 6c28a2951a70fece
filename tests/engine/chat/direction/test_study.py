"""What directing a talk keeps at hand, from one start of the program to the next."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.chat.chatbot import Chatbot
from engine.chat.conversation_store import ConversationStore
from engine.chat.direction.director import Director
from engine.chat.direction.study import Study
from engine.chat.memory.vector_store import KeptEncoder
from engine.chat.persona import Persona
from engine.chat.persona_store import PersonaStore
from engine.chat.prompts.format_shelf import FormatShelf
from engine.chat.talk import CastMember, TalkSetup
from engine.chat.truth.phrases import read_truth_phrases
from engine.library.database import Database
from engine.paths import find_paths
from tests.fakes import FakeSentenceEncoder, FakeTextModel

FACTS = ("Ann owns a red boat.", "Ann fears geese.", "Ann was born in Leith.")
ANN = Persona("Ann", description="Ann is a sailor.", facts=FACTS)


@contextmanager
def program(folder: Path, encoder: FakeSentenceEncoder) -> Iterator[tuple[Database, Director]]:
    """The program from its start to its end, with one connection for talks and one for vectors."""
    @contextmanager
    def library() -> Iterator[Database]:
        database = Database.open(folder / "library.sqlite3")
        try:
            yield database
        finally:
            database.close()

    paths = find_paths()
    study = Study(FormatShelf(folder, paths.dialogue_formats), lambda: encoder,
                  read_truth_phrases(paths.own_life_phrases),
                  lambda opened: KeptEncoder(opened, "fake@1", library))
    with library() as database:
        yield database, Director(database, study)


def ask(database: Database, director: Director, talk: int, words: str) -> None:
    model = FakeTextModel("I live in Spain.", window=4096)
    list(Chatbot(ConversationStore(database), lambda _: model, director=director).send(talk, words))


def test_the_second_start_reads_no_fact_twice(tmp_path: Path) -> None:
    # GIVEN a talk in which facts were looked for, and a reply was held to them
    first = FakeSentenceEncoder()
    with program(tmp_path, first) as (database, director):
        member = CastMember(PersonaStore(database).add(ANN).id, ANN)
        talk = director.begin(TalkSetup((member,))).id
        ask(database, director, talk, "Do you own a boat?")
    assert {*FACTS, "I fear geese."} <= set(first.read)
    # WHEN it goes on after another start
    second = FakeSentenceEncoder()
    with program(tmp_path, second) as (database, director):
        ask(database, director, talk, "Are geese bad?")
    # THEN only what was said is read, and no fact in either person
    known = {*FACTS, "I fear geese.", "I was born in Leith."}
    assert "Are geese bad?" in second.read and not known & set(second.read)
    # AND what is said once is not kept
    with program(tmp_path, second) as (database, _):
        held = database.first("SELECT count(*) FROM sentence_vector")[0]
    assert held < len(set(first.read))
