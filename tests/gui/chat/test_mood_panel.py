"""The leaf of moods: meters, the arc that leads to messages, songs that are near, and when not."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from engine.chat.conversation import Role
from engine.chat.conversation_store import ConversationStore
from engine.errors import EngineError
from engine.paths import AppPaths
from engine.settings import Settings
from engine.tagging.language import LanguageDetector
from engine.tagging.lyric_store import LyricStore
from engine.tagging.requests import NamedLyric, TagRequest
from engine.tagging.service import TaggingService
from engine.tagging.tagger import Tagger
from engine.tagging.vocabulary import Vocabulary
from gui.chat.mood_panel import MoodPanel
from gui.chat.page import ChatPage
from gui.icons import IconSource
from gui.mood_source import MoodSource
from gui.theme import ThemeSource
from tests.fakes import FakeTagger, lyric
from tests.gui.chat.conftest import Bench

SAD = "I cry lonely tears and the rain says goodbye to the empty town"
GLAD = "The sun is bright and we laugh and dance with a smile all day"


class Ear:
    """A tagger that is there, or not; `runs` of it can be counted."""

    def __init__(self) -> None:
        self.fake = FakeTagger()
        self.problem: EngineError | None = None

    def __call__(self) -> Tagger:
        if self.problem:
            raise self.problem
        return self.fake


@pytest.fixture(scope="module")
def detector() -> LanguageDetector:
    return LanguageDetector()


@pytest.fixture
def ear(bench: Bench, isolated_home: AppPaths, detector: LanguageDetector) -> Ear:
    """An ear for the bench's talks."""
    made = Ear()
    settings = Settings(tagger=made.fake.id)
    bench.presenter.moods = MoodSource(
        isolated_home, Vocabulary.load(isolated_home.moods_file), detector, made,
        lambda: settings)
    return made


@pytest.fixture
def panel(bench: Bench, ear: Ear, theme_source: ThemeSource, icons: IconSource,
          qtbot: QtBot) -> Iterator[MoodPanel]:
    made = MoodPanel(bench.presenter, theme_source, icons)
    made.resize(240, 600)
    yield made
    made.close()
    made.deleteLater()


def talk(bench: Bench, *said: str) -> None:
    """Opens a talk of these messages, the person's first, then each other's."""
    def write(store: ConversationStore) -> int:
        one, parent = store.create("A talk").id, None
        for place, text in enumerate(said):
            role = Role.ASSISTANT if place % 2 else Role.USER
            parent = store.add_message(one, role, text, parent, "Ann" if place % 2 else "").id
        return one

    with bench.open_chat() as services:  # type: ignore[attr-defined] # a context manager
        one = write(services.store)
    bench.presenter.show(one)
    bench.settle()


def tag_songs(bench: Bench, ear: Ear, detector: LanguageDetector, **songs: str) -> None:
    with bench.open_chat() as services:  # type: ignore[attr-defined] # a context manager
        service = TaggingService(LyricStore(services.company.database), detector,
                                 lambda: ear.fake, lambda: Settings(tagger=ear.fake.id))
        list(service.run(TagRequest(lyrics=tuple(
            NamedLyric(f"paste:{name}", lyric(text, title=name, artist="Some Body"))
            for name, text in songs.items()))))


def heard(bench: Bench, panel: MoodPanel) -> Callable[[], bool]:
    return lambda: (panel.moods.heard is not None and panel.moods.progress is None
                    and not bench.desk.busy)


def test_each_who_speaks_has_a_meter_and_the_talk_an_arc(
        bench: Bench, panel: MoodPanel, qtbot: QtBot) -> None:
    # GIVEN a talk in which one is sad and one is glad
    bench.begin()
    talk(bench, SAD, GLAD, SAD, GLAD)
    # WHEN the leaf is shown
    panel.show()
    qtbot.waitUntil(heard(bench, panel))
    # THEN each has the mood of what they said, with its name and a figure
    you, ann = panel.speakers
    assert (you.name.text(), ann.name.text()) == ("You", "Ann")
    assert you.bars.shares[0].mood == "sadness" and ann.bars.shares[0].mood == "happiness"
    assert you.bars.accessibleName().startswith("You: Sadness 0.")
    # AND the arc has both, and says so
    assert panel.ridges is not None and panel.ridges.isVisible()
    told = panel.ridges.accessibleDescription()
    assert "Sadness is strongest from message" in told and "Happiness is strongest" in told
    panel.grab()


def test_a_place_of_the_arc_leads_to_its_message(
        bench: Bench, panel: MoodPanel, qtbot: QtBot) -> None:
    bench.begin()
    talk(bench, *([SAD, GLAD] * 6))
    panel.show()
    qtbot.waitUntil(heard(bench, panel))
    assert panel.ridges is not None
    for x, place in ((3, 0), (panel.ridges.width() - 6, 11)):
        with qtbot.waitSignal(bench.presenter.message_wanted) as wanted:
            qtbot.mouseClick(panel.ridges, Qt.MouseButton.LeftButton, pos=QPoint(x, 30))
        assert wanted.args == [bench.presenter.open.shown[place].id]


def test_the_transcript_goes_to_the_message_that_is_wanted(page: ChatPage, bench: Bench) -> None:
    talk(bench, *([SAD, GLAD] * 30))
    first = bench.presenter.open.shown[0].id
    bench.presenter.message_wanted.emit(first)
    assert page.transcript.current is not None and page.transcript.current.id == first


def test_it_follows_replies_and_reads_only_what_is_new(
        bench: Bench, panel: MoodPanel, ear: Ear, qtbot: QtBot) -> None:
    bench.begin()
    talk(bench, SAD, GLAD)
    panel.show()
    qtbot.waitUntil(heard(bench, panel))
    read = len(ear.fake.read)
    # WHEN the talk goes on
    bench.say("I scream and burn and break it in a fight.")
    qtbot.waitUntil(lambda: len(panel.speakers) == 3)
    qtbot.waitUntil(heard(bench, panel))
    # THEN the two new messages were read, and nothing else
    assert len(ear.fake.read) == read + 2
    # AND what is known already is not even asked for again
    runs = ear.fake.runs
    panel.hide()
    panel.show()
    qtbot.wait(200)
    assert ear.fake.runs == runs


def test_nothing_is_heard_while_it_is_hidden_or_a_reply_is_made(
        bench: Bench, panel: MoodPanel, ear: Ear, qtbot: QtBot) -> None:
    bench.begin()
    talk(bench, SAD, GLAD)
    qtbot.wait(200)
    assert ear.fake.runs == 0
    # WHEN a reply is being made
    bench.half_said("And now?")
    panel.show()
    qtbot.wait(200)
    assert ear.fake.runs == 0
    # THEN it listens once that has ended
    bench.brake.let_go()
    qtbot.waitUntil(heard(bench, panel))
    assert ear.fake.runs == 1


def test_songs_like_the_talk_open_on_the_tag_page(
        bench: Bench, panel: MoodPanel, ear: Ear, detector: LanguageDetector,
        qtbot: QtBot) -> None:
    # GIVEN a sad talk, a sad song and a glad one
    tag_songs(bench, ear, detector, Rain=SAD + " again", Sun=GLAD + " again")
    bench.begin()
    talk(bench, SAD, "More lonely tears, and goodbye")
    panel.show()
    qtbot.waitUntil(lambda: panel.songs is not None and panel.songs.isVisible())
    songs = panel.songs
    assert songs is not None
    # THEN the sad one is nearest, with the mood they share
    nearest = songs.item(0).data(Qt.ItemDataRole.UserRole)
    assert songs.spoken(nearest) == "Rain, Some Body, Sadness"
    songs.grab()
    # AND a double click, or Enter, asks for it
    songs.setCurrentRow(0)
    for act in (lambda: songs.itemDoubleClicked.emit(songs.item(0)),
                lambda: qtbot.keyClick(songs, Qt.Key.Key_Return)):
        with qtbot.waitSignal(bench.presenter.song_wanted) as wanted:
            act()
        assert wanted.args == ["paste:Rain"]


def test_without_songs_it_says_what_to_do(bench: Bench, panel: MoodPanel, qtbot: QtBot) -> None:
    bench.begin()
    panel.show()
    assert panel.said.text() == "Nothing has been said yet."
    talk(bench, SAD, GLAD)
    qtbot.waitUntil(heard(bench, panel))
    assert panel.no_songs.isVisible() and "Tag songs" in panel.no_songs.text()
    assert not panel.said.isVisible()
    # AND an empty talk after it shows nothing of the one before
    bench.presenter.new()
    qtbot.waitUntil(lambda: panel.said.isVisible())
    assert panel.said.text() == "Nothing has been said yet." and panel.moods.heard is None


def test_a_tagger_that_is_not_there_is_a_sentence(
        bench: Bench, panel: MoodPanel, ear: Ear, qtbot: QtBot) -> None:
    ear.problem = EngineError("No tagger is installed.", "Add one on the Models page.")
    bench.begin()
    talk(bench, SAD, GLAD)
    panel.show()
    qtbot.waitUntil(lambda: panel.moods.problem is not None)
    assert panel.said.text() == "No tagger is installed." and not bench.problems
    assert panel.hint.text() == "Add one on the Models page."
    # WHEN there is one, and the leaf is looked at again
    ear.problem = None
    panel.hide()
    panel.show()
    # THEN the same words are heard
    qtbot.waitUntil(heard(bench, panel))
    assert panel.said.isHidden() and panel.moods.problem is None


def test_another_language_is_said_and_not_drawn(
        bench: Bench, panel: MoodPanel, ear: Ear, qtbot: QtBot) -> None:
    ear.fake.languages = frozenset({"en"})
    bench.begin()
    talk(bench, *["Der Regen fällt auf die leeren Straßen, und niemand geht mehr nach Hause."] * 4)
    panel.show()
    qtbot.waitUntil(heard(bench, panel))
    assert "German" in panel.said.text() and panel.ridges is None


def test_other_settings_are_heard_anew(bench: Bench, panel: MoodPanel, ear: Ear,
                                       qtbot: QtBot) -> None:
    bench.begin()
    talk(bench, SAD, GLAD)
    panel.show()
    qtbot.waitUntil(heard(bench, panel))
    first = panel.moods.heard
    # WHEN another tagger is chosen and the talk is looked at again
    ear.fake = FakeTagger(id="other")
    source = bench.presenter.moods
    assert source is not None
    bench.presenter.moods = replace(source, settings=lambda: Settings(tagger="other"))
    panel.hide()
    panel.show()
    qtbot.waitUntil(lambda: panel.moods.heard is not first and heard(bench, panel)())
    assert panel.moods.heard is not None and panel.moods.heard.tagger == "other"
