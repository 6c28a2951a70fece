"""The one style sheet, written from the tokens. No other file names a colour or a radius.

Widgets ask for a look by a dynamic property: `role` on QLabel is "title", "heading", "meta",
"meta-ink", "quiet", "reading", "empty" or "danger"; on QPushButton and QToolButton "primary",
"plain", "link", "danger", "step", "rail", "tab" or "chip"; on QFrame "card", "sunken", "rail",
"bar", "banner", "line" or "drop"; on a list "list"; on a table whose cells paint themselves "grid".
"""

from string import Template

from gui.tokens import (
    EMPTY,
    META,
    RADIUS_CARD,
    RADIUS_CHIP,
    RADIUS_CONTROL,
    READING,
    SPACE,
    TITLE,
    Theme,
)

_SHEET = Template("""
QMainWindow, QDialog, QWidget[role="page"] { background: $paper; }
QStackedWidget, QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; }
QScrollArea { border: none; }
QToolTip { background: $ink; color: $paper; border: none; padding: 4px 8px; }

QLabel { background: transparent; color: $ink; }
QLabel[role="title"] { font-size: ${title}px; font-weight: 600; }
QLabel[role="heading"] { font-weight: 600; }
QLabel[role="meta"] { font-size: ${meta}px; color: $quiet; }
QLabel[role="meta-ink"] { font-size: ${meta}px; }
QLabel[role="quiet"] { color: $quiet; }
QLabel[role="reading"] { font-size: ${reading}px; }
QLabel[role="empty"] { font-size: ${empty}px; }
QLabel[role="danger"] { color: $danger; }
QLabel:disabled { color: $quiet; }

QFrame[role="card"] { background: $card; border: 1px solid $line; border-radius: ${card_radius}px; }
QFrame[role="card"][current="true"] { border: 1px solid $accent; }
QFrame[role="sunken"], QFrame[role="rail"] { background: $sunken; border: none; }
QFrame[role="bar"] { background: $sunken; border: none; border-top: 1px solid $line; }
QFrame[role="banner"] { background: $card; border: 1px solid $edge;
  border-radius: ${card_radius}px; }
QFrame[role="line"] { background: $line; border: none; }
QFrame[role="drop"] { background: $selection; border: 2px dashed $accent;
  border-radius: ${card_radius}px; }
QSplitter::handle { background: $line; }

QPushButton, QToolButton { color: $ink; background: $card; border: 1px solid $edge;
  border-radius: ${radius}px; padding: 5px 14px; min-height: 20px; }
QToolButton { padding: 5px; }
QPushButton:hover, QToolButton:hover { background: $hover; }
QPushButton:pressed, QToolButton:pressed, QPushButton:checked, QToolButton:checked {
  background: $selection; }
QPushButton:focus, QToolButton:focus { border: 2px solid $accent; padding: 4px 13px; }
QToolButton:focus { padding: 4px; }
QPushButton:disabled, QToolButton:disabled { color: $quiet; border-color: $line;
  background: $paper; }
QPushButton[role="primary"] { background: $accent; color: $accent_ink; border: 1px solid $accent;
  font-weight: 600; }
QPushButton[role="primary"]:hover, QPushButton[role="primary"]:pressed {
  background: $accent_hover; }
QPushButton[role="primary"]:focus { border: 2px solid $ink; }
QPushButton[role="primary"]:disabled { background: $hover; color: $quiet; border-color: $line; }
QPushButton[role="danger"] { color: $danger; border-color: $danger; }
QPushButton[role="plain"], QToolButton[role="plain"] { background: transparent;
  border: 1px solid transparent; }
QPushButton[role="plain"]:hover, QToolButton[role="plain"]:hover { background: $hover; }
QPushButton[role="plain"]:focus, QToolButton[role="plain"]:focus { border: 2px solid $accent; }
QPushButton[role="plain"]:checked, QToolButton[role="plain"]:checked { background: $selection; }
QPushButton[role="link"] { background: transparent; border: 1px solid transparent; color: $accent;
  padding: 3px 4px; text-align: left; }
QPushButton[role="link"]:hover { text-decoration: underline; }
QPushButton[role="link"]:disabled { color: $quiet; border-color: transparent; }
QPushButton[role="link"]:focus { border: 2px solid $accent; padding: 2px 3px; }
QPushButton[role="tab"] { background: transparent; border: 1px solid transparent;
  border-radius: ${radius}px; color: $quiet; font-size: ${meta}px; padding: 3px 2px; }
QPushButton[role="tab"]:hover { background: $hover; }
QPushButton[role="tab"]:checked { background: $selection; color: $ink; font-weight: 600; }
QPushButton[role="tab"]:focus { border: 2px solid $accent; padding: 2px 1px; }
QPushButton[role="chip"] { border-radius: ${chip_radius}px; padding: 2px 10px; }
QToolButton[role="rail"] { background: transparent; border: 2px solid transparent;
  border-radius: ${radius}px; padding: 6px 4px; }
QToolButton[role="rail"]:hover { background: $hover; }
QToolButton[role="rail"]:checked { background: $selection; font-weight: 600; }
QToolButton[role="rail"]:focus { border: 2px solid $accent; padding: 6px 4px; }

QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox, QComboBox { background: $card;
  border: 1px solid $edge; border-radius: ${radius}px; padding: 5px 8px; min-height: 20px;
  selection-background-color: $accent; selection-color: $accent_ink; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QComboBox:focus {
  border: 2px solid $accent; padding: 4px 7px; }
QLineEdit:disabled, QSpinBox:disabled, QComboBox:disabled { color: $quiet; border-color: $line; }
QAbstractSpinBox QLineEdit, QAbstractSpinBox QLineEdit:focus, QComboBox QLineEdit,
QComboBox QLineEdit:focus { border: none; padding: 0 8px; background: transparent; min-height: 0; }
QLineEdit QToolButton, QLineEdit QToolButton:focus { border: none; padding: 0; min-height: 0;
  background: transparent; }
QSpinBox::up-button, QSpinBox::down-button { width: 0; border: none; }
QComboBox::drop-down { border: none; width: 24px; }
QComboBox QAbstractItemView { background: $card; border: 1px solid $edge; padding: 4px;
  selection-background-color: $selection; selection-color: $ink; }

QListView, QTableView, QTreeView { background: transparent; border: none;
  selection-background-color: $selection; selection-color: $ink; }
QListView:focus, QTableView:focus, QTreeView:focus { border: none; }
QHeaderView, QTableCornerButton::section { background: transparent; border: none; }
QTableView[role="grid"] { selection-background-color: transparent; }
QHeaderView::section { background: transparent; color: $quiet; border: none;
  border-bottom: 1px solid $line; padding: ${space}px; font-size: ${meta}px; }

QPushButton[role="step"] { padding: 5px; min-width: 20px; }
QTextBrowser[role="page"], QTextBrowser[role="page"]:focus { background: $paper; border: none;
  padding: 0; }
QListView[role="list"]::item { padding: 6px 8px; border-radius: ${radius}px; }
QListView[role="list"]::item:selected { background: $selection; color: $ink; }
QListView[role="list"]:focus::item:selected { border: 2px solid $accent; padding: 4px 6px; }
QAbstractScrollArea::corner { background: transparent; border: none; }

QSlider { min-height: 24px; }
QSlider::groove:horizontal { height: 4px; background: $edge; border-radius: 2px; }
QSlider::sub-page:horizontal { background: $accent; border-radius: 2px; }
QSlider::handle:horizontal { width: 16px; height: 16px; margin: -6px 0; background: $accent;
  border-radius: 8px; }
QSlider::handle:horizontal:focus { background: $card; border: 3px solid $accent; width: 12px;
  height: 12px; margin: -7px 0; border-radius: 9px; }
QProgressBar { background: $line; border: none; border-radius: 2px; min-height: 4px;
  max-height: 4px; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }

QScrollBar { background: transparent; border: none; }
QScrollBar:vertical { width: 12px; }
QScrollBar:horizontal { height: 12px; }
QScrollBar::handle { background: $edge; border-radius: 3px; margin: 3px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $quiet; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QMenuBar { background: $sunken; border-bottom: 1px solid $line; padding: 2px; }
QMenuBar::item { background: transparent; padding: 4px 10px; border-radius: ${radius}px; }
QMenuBar::item:selected { background: $hover; }
QMenu { background: $card; border: 1px solid $edge; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 12px; border-radius: ${radius}px; }
QMenu::item:selected { background: $selection; }
QMenu::item:disabled { color: $quiet; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }
""")


def style_sheet(theme: Theme) -> str:
    """The whole application's style sheet for one theme."""
    colours = {name: getattr(theme, name) for name in Theme.__slots__ if name != "dark"}
    return _SHEET.substitute(
        colours, meta=META, reading=READING, title=TITLE, empty=EMPTY, space=SPACE,
        radius=RADIUS_CONTROL, card_radius=RADIUS_CARD, chip_radius=RADIUS_CHIP)
