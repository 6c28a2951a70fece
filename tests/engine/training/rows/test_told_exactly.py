"""What is learned of the person's own talks is what the chat asked when they were had."""

from pathlib import Path

import numpy as np
import pytest

from engine.chat.chatbot import Chatbot
from engine.chat.conversation import ReplySettings
from engine.chat.conversation_store import ConversationStore
from engine.chat.direction.director import Director
from engine.chat.direction.study import Study
from engine.chat.fact import Fact
from engine.chat.fact_store import FactStore
from engine.chat.persona import Persona
from engine.chat.persona_store import PersonaStore
from engine.chat.prompts.format_shelf import FormatShelf
from engine.chat.scene import AuthorsNote, Scene
from engine.chat.talk import CastMember, TalkSetup
from engine.inference.sampling import SamplingSettings
from engine.library.database import Database
from engine.models.template_manners import Message
from engine.paths import find_paths
from engine.training.examples.talk import TalkMaker
from engine.training.examples.talk_model import TalkModel
from engine.training.examples.talk_script import TalkOptions
from engine.training.rows.own_talks import read_own_talks
from engine.training.rows.row import TalkRow
from tests.fakes import FakeSentenceEncoder, FakeTextModel
from tests.tiny_decoder import write_tiny_chat_model

MARA = Persona("Mara", description="{{char}} keeps bees and likes {{user}}.", traits="patient",
               facts=("Mara has six hives.", "Mara lives by a lake."))
SAID = ("Six hives.", "By the lake, yes.", "It is cold.")


class Writer(FakeTextModel):
    """Says its answers in turn, to prompts written as the tiny model's template has it."""

    def __init__(self, model: TalkModel) -> None:
        left = iter(SAID)
        super().__init__(lambda _: next(left, "So it is."), window=model.window)
        self._as = model

    def render(self, messages: "list[Message]") -> str:  # type: ignore[override]
        return self._as.render(messages)

    def count(self, text: str) -> int:
        return self._as.count(text)

    def quote(self, text: str) -> str:
        return self._as.quote(text)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> TalkModel:
    folder = write_tiny_chat_model(tmp_path_factory.mktemp("models") / "tiny", window=4096)
    return TalkModel.open(folder, 4096)


@pytest.mark.parametrize("form", ["", "soda", "movie", "role_play"])
def test_what_is_learned_stands_after_the_prompt_that_was_asked(model: TalkModel, tmp_path: Path,
                                                                form: str) -> None:
    # GIVEN a talk with a character, in a scene, with facts, had through the chat itself
    database = Database.in_memory()
    shelf = FormatShelf(tmp_path, find_paths().dialogue_formats)
    director = Director(database, Study(shelf, lambda: FakeSentenceEncoder("hive bee", "lake")))
    store, writer = ConversationStore(database), Writer(model)
    bot = Chatbot(store, lambda _: writer, director=director)
    member = CastMember(PersonaStore(database).add(MARA).id, MARA)
    setup = TalkSetup((member,), Scene("Hive", scenario="A meadow by a lake.", mood="calm",
                                       keywords=("bees",)), person="Ann", prompt_format=form,
                      authors_note=AuthorsNote("Keep it short.", depth=1))
    talk = director.begin(setup, ReplySettings(60, SamplingSettings(seed=5)))
    FactStore(database).add(Fact(0, "Mara dislikes wasps.", conversation_id=talk.id))
    for asked in ("How many hives?", "Where do you live?", "How is the water?"):
        list(bot.send(talk.id, asked))
    # WHEN it is learned from
    [row] = read_own_talks(database)
    assert isinstance(row, TalkRow)
    assert [line.text for line in row.lines if line.learned] == list(SAID)
    options = TalkOptions(untold="learn", unlearned=0, keywords=True, partner="told")
    examples = list(TalkMaker(model, shelf, options).examples(row))
    # THEN every reply stands after just the tokens the chat had asked it with
    learned = []
    for example in examples:
        ids, flags = example.ids, example.learned  # type: ignore[union-attr]
        begins = np.flatnonzero(np.diff(flags.astype(int), prepend=0) == 1)
        learned += [ids[:begin] for begin in begins]
    prompts = [model.encode(prompt) for prompt in writer.prompts]
    assert len(learned) == len(prompts) == 3
    for one, other in zip(learned, prompts, strict=True):
        assert np.array_equal(one, other)
    database.close()
