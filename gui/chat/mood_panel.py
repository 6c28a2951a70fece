"""The leaf of moods: how each who speaks feels now, the arc of the talk, and songs like it.

Listens while it is shown, and follows as replies end.
"""

from collections.abc import Sequence

from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.chat.conversation import Role
from engine.interplay.talk_moods import SpeakerMoods, TalkMoods
from engine.tagging.song import SongState
from gui.chat.mood_bars import MoodBars, MoodShare
from gui.chat.open_moods import HeardTalk, OpenMoods
from gui.chat.presenter import ChatPresenter
from gui.chat.songs_like import SongsLike
from gui.figures import count_text
from gui.icons import IconSource
from gui.ridges import Ridges, RidgeWords
from gui.song_map import SongMap
from gui.text_line import text_line
from gui.theme import GAP, SPACE, ThemeSource

_MOST_BARS = 3
_MOST_RIDGES = 5


class MoodPanel(QWidget):
    """Shows what is heard of the open conversation."""

    def __init__(self, presenter: ChatPresenter, theme_source: ThemeSource, icons: IconSource,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._theme_source = theme_source
        self.moods = OpenMoods(presenter, self)
        self.said, self.hint = text_line("quiet"), text_line("meta")
        self.speakers: list[SpeakerMood] = []
        self._meters = QVBoxLayout()
        self._meters.setSpacing(SPACE)
        self._heard = QWidget()
        self.ridges: Ridges | None = None
        self.songs: SongsLike | None = None
        self.no_songs = text_line("meta")
        self._drawn: HeardTalk | None = None
        self._lay_out()
        self.moods.changed.connect(self.refresh)
        presenter.open.messages_changed.connect(self.refresh)
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.moods.look(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.moods.look(False)

    def refresh(self) -> None:
        """Shows what is heard by now, or why nothing is."""
        heard = self.moods.heard
        row = heard.moods.song.row if heard else None
        tagged = row is not None and row.state is SongState.TAGGED
        said, hint = self._state_words()
        self._tell(said, hint)
        self._heard.setVisible(tagged)
        if heard is not None and tagged and heard is not self._drawn:
            self._drawn = heard
            self._draw(heard)

    def _state_words(self) -> tuple[str, str]:
        """What stands in place of moods, or beside them."""
        heard, progress = self.moods.heard, self.moods.progress
        if self.moods.problem is not None:
            return self.moods.problem.message, self.moods.problem.hint
        if not self._presenter.open.stored.path:
            return (self.tr("Nothing has been said yet."),
                    self.tr("Say something, and its moods are drawn here."))
        if heard is not None and heard.moods.song.row.state is not SongState.TAGGED:
            row = heard.moods.song.row
            return row.message, row.hint
        if progress is not None and progress.done < progress.total and heard is None:
            return self.tr("Listening: {done} of {total} messages…").format(
                done=count_text(progress.done), total=count_text(progress.total)), ""
        return (self.tr("Listening…"), "") if heard is None else ("", "")

    def _tell(self, said: str, hint: str) -> None:
        for label, words in ((self.said, said), (self.hint, hint)):
            label.setText(words)
            label.setVisible(bool(words))

    def _draw(self, heard: HeardTalk) -> None:
        talk, source = heard.moods, self._presenter.moods
        assert source is not None  # else nothing was heard
        self._draw_meters(talk.meters)
        ridges = self._make_ridges()
        ridges.show_song(talk.song, SongMap(talk.song), _standing_out(talk)[:_MOST_RIDGES])
        self._no_arc.setVisible(ridges.isHidden())
        songs = self._make_songs()
        songs.show_songs(heard.songs)
        songs.setVisible(bool(heard.songs))
        self.no_songs.setVisible(not heard.songs)

    def _draw_meters(self, meters: Sequence[SpeakerMoods]) -> None:
        source = self._presenter.moods
        assert source is not None  # else nothing was heard
        while len(self.speakers) < len(meters):
            made = SpeakerMood(MoodBars(source.vocabulary, self._theme_source))
            self.speakers.append(made)
            self._meters.addWidget(made)
        for place, shown in enumerate(self.speakers):
            shown.setVisible(place < len(meters))
            if place < len(meters):
                shown.show_moods(self._name(meters[place]), meters[place])

    def _name(self, meter: SpeakerMoods) -> str:
        if meter.speaker.name:
            return meter.speaker.name
        if meter.speaker.role is Role.USER:
            return self.tr("You")
        models = self._presenter.models
        return models.current.name if models.current else self.tr("Assistant")

    def _make_ridges(self) -> Ridges:
        if self.ridges is None:
            source = self._presenter.moods
            assert source is not None  # else nothing was heard
            words = RidgeWords(self.tr("Moods over the conversation"), self.tr("Beginning"),
                               self.tr("Now"), self._place)
            self.ridges = Ridges(source.vocabulary, self._theme_source, narrow=True, words=words)
            self.ridges.line_chosen.connect(self._go_to)
            self._arc.addWidget(self.ridges)
        return self.ridges

    def _make_songs(self) -> SongsLike:
        if self.songs is None:
            source = self._presenter.moods
            assert source is not None  # else nothing was heard
            self.songs = SongsLike(source.vocabulary, self._theme_source)
            self.songs.song_chosen.connect(self._presenter.song_wanted)
            self._near.addWidget(self.songs)
        return self.songs

    def _message_of(self, line: int) -> int:
        messages = self._drawn.moods.messages if self._drawn else ()
        return messages[line] if line < len(messages) else 0

    def _place(self, line: int) -> str:
        wanted = self._message_of(line)
        path = self._presenter.open.stored.path
        number = next((n for n, message in enumerate(path, 1) if message.id == wanted), 0)
        return self.tr("Message {n}").format(n=count_text(number))

    def _go_to(self, line: int) -> None:
        self._presenter.message_wanted.emit(self._message_of(line))

    def _lay_out(self) -> None:
        self._arc, self._near = QVBoxLayout(), QVBoxLayout()
        self._no_arc = text_line("meta", self.tr("No mood stands out over the whole talk."))
        self.no_songs.setText(self.tr(
            "No song of your library has been heard by this tagger yet. Tag songs on the Tag page,"
            " and those that feel like this talk stand here."))
        inside = QVBoxLayout(self._heard)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(SPACE)
        for heading, parts in ((self.tr("How they feel now"), [self._meters]),
                               (self.tr("Over the talk"), [self._arc, self._no_arc]),
                               (self.tr("Songs like this talk"), [self._near, self.no_songs])):
            inside.addWidget(text_line("heading", heading))
            for part in parts:
                if isinstance(part, QVBoxLayout):
                    inside.addLayout(part)
                else:
                    inside.addWidget(part)
            inside.addSpacing(GAP)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(self.said)
        column.addWidget(self.hint)
        column.addWidget(self._heard)
        column.addStretch(1)


def _standing_out(talk: TalkMoods) -> tuple[str, ...]:
    """The moods of the whole, then those that only somebody's last words have."""
    tags = list(talk.song.moods.tags) if talk.song.moods else []
    for meter in talk.meters:
        tags += meter.moods.tags[:_MOST_BARS]
    return tuple(dict.fromkeys(tag.tag for tag in tags))


class SpeakerMood(QWidget):
    """Somebody's name, and the moods that stand out in what they said last."""

    def __init__(self, bars: MoodBars) -> None:
        super().__init__()
        self.name = text_line("body")
        self.bars = bars
        self.none = text_line("meta", self.tr("No mood stands out."))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for widget in (self.name, self.bars, self.none):
            column.addWidget(widget)

    def show_moods(self, name: str, meter: SpeakerMoods) -> None:
        """Shows how they feel now."""
        shares = [MoodShare(tag.tag, tag.score) for tag in meter.moods.tags[:_MOST_BARS]]
        self.name.setText(name)
        self.bars.show_shares(name, shares)
        self.bars.setVisible(bool(shares))
        self.none.setVisible(not shares)
