"""The sheet that tells which keys there are while correcting."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QWidget

from gui.theme import CARD_PADDING, SPACE

_COLUMNS = 2


class KeySheet(QFrame):
    """A card of keys and what they do."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setAccessibleName(self.tr("Keys for correcting"))
        grid = QGridLayout(self)
        grid.setContentsMargins(CARD_PADDING, CARD_PADDING, CARD_PADDING, CARD_PADDING)
        grid.setHorizontalSpacing(2 * SPACE)
        grid.setVerticalSpacing(SPACE // 2)
        rows = self._rows()
        height = -(-len(rows) // _COLUMNS)
        for number, (keys, words) in enumerate(rows):
            place, row = divmod(number, height)
            for column, (text, role) in enumerate(((keys, "heading"), (words, "quiet"))):
                label = QLabel(text)
                label.setProperty("role", role)
                label.setWordWrap(column == 1)
                label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
                grid.addWidget(label, row, 2 * place + column)
        for place in range(_COLUMNS):
            grid.setColumnStretch(2 * place + 1, 1)

    def _rows(self) -> list[tuple[str, str]]:
        return [
            (self.tr("A"), self.tr("all that is shown is right; the next song follows")),
            (self.tr("Left, Right"), self.tr("go from mood to mood")),
            (self.tr("R"), self.tr("reject the current mood")),
            (self.tr("1 to 9"), self.tr("reject the mood at that place")),
            (self.tr("+"), self.tr("add a mood that is missing")),
            (self.tr("Enter, Down"), self.tr("next song; nothing more is said of this one")),
            (self.tr("Up"), self.tr("the song before")),
            (self.tr("U, Ctrl+Z"), self.tr("take back what you said last")),
            (self.tr("W"), self.tr("why the tagger gave the current mood")),
            (self.tr("Tab, then mark lines"), self.tr("A, R and + speak of those lines only")),
            (self.tr("Alt+Up, Alt+Down"), self.tr("move where a mood ends, with Shift where it "
                                                  "begins")),
            (self.tr("Esc"), self.tr("done")),
        ]
