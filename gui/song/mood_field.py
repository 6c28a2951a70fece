"""The field that adds a mood: completes over the closed vocabulary, synonyms too."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView, QWidget

from engine.tagging.vocabulary import Vocabulary
from gui.mood_words import mood_name

_WIDTH = 200
_OFFERS_WIDTH = 288
_WORD = Qt.ItemDataRole.UserRole + 1


class MoodField(QLineEdit):
    """`chosen` carries the word the person settled on, `left` is sent when they turn away."""

    chosen = Signal(str)
    left = Signal()

    def __init__(self, vocabulary: Vocabulary, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._vocabulary = vocabulary
        self._offered = vocabulary.moods
        self.setFixedWidth(_WIDTH)
        self.setAcceptDrops(False)
        self.setPlaceholderText(self.tr("Add a mood"))
        self.setAccessibleName(self.tr("Add a mood"))
        completer = QCompleter(_spellings(vocabulary, self), self)
        completer.setCompletionRole(_WORD)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setMaxVisibleItems(8)
        # A window of its own, so unlike other lists it needs a ground and an edge.
        offers = QListView()
        completer.setPopup(offers)
        # QCompleter leaves 6 pixels for all that is around the rows: more would cut the last one.
        offers.setStyleSheet("QListView { background: palette(base);"
                             " border: 1px solid palette(dark); padding: 1px; }")
        offers.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        offers.setMinimumWidth(_OFFERS_WIDTH)
        completer.activated.connect(self.chosen)
        self.setCompleter(completer)

    def show_lines(self, lines: tuple[int, int] | None) -> None:
        """Says whether the mood is for the whole song or for some lines of it."""
        told = self.tr("Add a mood")
        if lines is not None:
            told = (self.tr("Mood of line {first}") if lines[0] == lines[1]
                    else self.tr("Mood of lines {first} to {last}"))
            told = told.format(first=lines[0] + 1, last=lines[1] + 1)
        self.setPlaceholderText(told)
        self.setAccessibleName(told)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.text().strip():
                self.chosen.emit(self.text())
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Offers moods of one's own that came since, under the names they have now."""
        completer = self.completer()
        if self._offered != self._vocabulary.moods and completer is not None:
            self._offered = self._vocabulary.moods
            completer.setModel(_spellings(self._vocabulary, self))
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self.left.emit()

    def event(self, event: QEvent) -> bool:
        # The list of the completer takes the focus for itself; its Esc must not close the song's
        # reason as well.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and (
                event.key() == Qt.Key.Key_Escape):
            event.accept()
            return True
        return super().event(event)


def _spellings(vocabulary: Vocabulary, owner: QObject) -> QStandardItemModel:
    """All names, then all synonyms with the mood they stand for."""
    table = QStandardItemModel(owner)
    synonyms = [(word, mood.id) for mood in vocabulary.moods for word in mood.synonyms]
    for word, mood in [*((m.name, m.id) for m in vocabulary.moods), *sorted(synonyms)]:
        name = mood_name(vocabulary, mood)
        item = QStandardItem(name if word == name else f"{word} ({name})")
        item.setData(word, _WORD)
        table.appendRow(item)
    return table
