"""Taggers by label sets at a glance: a figure with its interval in every cell, the best marked."""

from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from engine.evaluation.report import EvaluationReport, LabelSetBlock
from engine.evaluation.report_words import blocks_of, figure_name
from gui.models.quality_words import Cell, cells_of, figure_text, short_title, songs_text, tip
from gui.theme import BODY, META, RADIUS_CONTROL, SPACE, Theme, ThemeSource, font

ROW = 52
_COLUMN_LEAST = 92
_NAMES = (132, 240)
_LINES = 4  # of the head of a column
_BAR_WIDTH = 72
_CELL_ROLE = Qt.ItemDataRole.UserRole
_BELOW_CHANCE = 0.15  # of the small bars, so that what is worse than guessing can be seen
_WRAPPED = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class _Line:
    tagger: str
    name: str
    baseline: bool


class QualityTable(QAbstractTableModel):
    """A row a tagger, a column a label set."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lines: tuple[_Line, ...] = ()
        self.blocks: tuple[LabelSetBlock, ...] = ()
        self._cells: dict[str, dict[str, Cell]] = {}

    def show_report(self, report: EvaluationReport | None) -> None:
        """Those that read no words stand last."""
        self.beginResetModel()
        taggers = sorted(report.taggers, key=lambda each: each.baseline) if report else []
        self.lines = tuple(_Line(each.tagger, each.name, each.baseline) for each in taggers)
        self.blocks = blocks_of(report) if report else ()
        self._cells = {block.block: cells_of(report, block) for block in self.blocks} \
            if report else {}
        self.endResetModel()

    def cell(self, row: int, column: int) -> Cell:
        """An empty cell where this tagger was not judged on this label set."""
        return self._cells[self.blocks[column].block].get(self.lines[row].tagger, Cell())

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt has it
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt has it
        return 0 if parent.isValid() else len(self.blocks)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        cell = self.cell(index.row(), index.column())
        if role == _CELL_ROLE:
            return cell
        if role == Qt.ItemDataRole.DisplayRole:
            return figure_text(cell.figure)
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            line, block = self.lines[index.row()], self.blocks[index.column()]
            told = cell.spoken or self.tr("{name}, {set}: not measured").format(
                name=line.name, set=block.title)
            return tip(told) if role == Qt.ItemDataRole.ToolTipRole else told
        return None

    def headerData(self, section: int, orientation: Qt.Orientation,
                   role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation == Qt.Orientation.Vertical:
            name = self.lines[section].name
            if role == Qt.ItemDataRole.ToolTipRole:
                return tip(name)
            return name if role == Qt.ItemDataRole.DisplayRole else None
        block = self.blocks[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return short_title(block)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(self.tr("{title}. {figure}: {meaning}").format(
                title=block.title, figure=figure_name(block.main).title,
                meaning=figure_name(block.main).meaning))
        return None


class QualityGrid(QTableView):
    """As high as its rows; scrolls sideways, the names staying. `cell_chosen` carries the ids of
    the tagger and the label set that were picked."""

    cell_chosen = Signal(str, str)

    def __init__(self, theme_source: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = QualityTable(self)
        self.setModel(self.table)
        self.setItemDelegate(_CellDelegate(theme_source, self))
        self.setHorizontalHeader(_Heads(theme_source, self))
        self.setVerticalHeader(_Names(theme_source, self))
        self.setProperty("role", "grid")
        self.setAccessibleName(self.tr("Taggers by label sets"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        theme_source.changed.connect(self.viewport().update)
        self.selectionModel().currentChanged.connect(self._tell)

    def show_report(self, report: EvaluationReport | None) -> None:
        self.table.show_report(report)
        self._fit()

    def show_choice(self, tagger: str, block: str) -> None:
        """Marks a cell without telling."""
        at = self._place(tagger, block)
        if at.isValid() and at != self.currentIndex():
            self.selectionModel().blockSignals(True)
            self.setCurrentIndex(at)
            self.selectionModel().blockSignals(False)
            self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(_NAMES[0] + _COLUMN_LEAST, self.sizeHint().height())

    def sizeHint(self) -> QSize:
        bar = self.horizontalScrollBar()
        scrolls = bar.sizeHint().height() if bar.maximum() > bar.minimum() else 0
        return QSize(640, self.horizontalHeader().sizeHint().height()
                     + ROW * len(self.table.lines) + scrolls + 2)

    def _place(self, tagger: str, block: str) -> QModelIndex:
        rows = [n for n, line in enumerate(self.table.lines) if line.tagger == tagger]
        columns = [n for n, each in enumerate(self.table.blocks) if each.block == block]
        return self.table.index(rows[0], columns[0]) if rows and columns else QModelIndex()

    def _tell(self, index: QModelIndex) -> None:
        if index.isValid():
            self.cell_chosen.emit(self.table.lines[index.row()].tagger,
                                  self.table.blocks[index.column()].block)

    def _fit(self) -> None:
        """Columns share what the names leave, but none is too narrow for its bar."""
        columns = len(self.table.blocks)
        if not columns:
            return
        names = self.verticalHeader().sizeHint().width()
        each = max(_COLUMN_LEAST, (self.width() - names - 2) // columns)
        for column in range(columns):
            self.setColumnWidth(column, min(each, 2 * _COLUMN_LEAST))
        self.setFixedHeight(self.sizeHint().height())


class _CellDelegate(QStyledItemDelegate):
    def __init__(self, theme_source: ThemeSource, parent: QObject) -> None:
        super().__init__(parent)
        self._theme_source = theme_source

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        cell: Cell = index.data(_CELL_ROLE)
        theme = self._theme_source.current
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, option, theme)
        box = QRectF(option.rect).adjusted(SPACE, 4, -SPACE, -4)
        if cell.figure is None:
            painter.setPen(QColor(theme.quiet))
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, "–")
        else:
            self._paint_figure(painter, box, cell, theme)
        painter.restore()

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem,
                      theme: Theme) -> None:
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        view = self.parent()
        focused = selected and isinstance(view, QWidget) and view.hasFocus()
        ground = QRectF(option.rect).adjusted(1, 1, -1, -1)
        painter.setPen(QPen(QColor(theme.accent), 2) if focused else Qt.PenStyle.NoPen)
        if selected or hovered:
            painter.setBrush(QColor(theme.selection if selected else theme.hover))
            painter.drawRoundedRect(ground, RADIUS_CONTROL, RADIUS_CONTROL)

    def _paint_figure(self, painter: QPainter, box: QRectF, cell: Cell, theme: Theme) -> None:
        assert cell.figure is not None
        chosen = font(BODY, bold=cell.best)
        painter.setFont(chosen)
        painter.setPen(QColor(theme.ink))
        words = figure_text(cell.figure)
        painter.drawText(QRectF(box.left(), box.top(), box.width(), 22),
                         Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)
        mark = self.tr("best") if cell.best else self.tr("≈ best") if cell.tied else cell.few
        if mark:
            left = box.left() + QFontMetrics(chosen).horizontalAdvance(words) + 6
            painter.setFont(font(META))
            painter.setPen(QColor(theme.accent if cell.best else theme.quiet))
            painter.drawText(QRectF(left, box.top(), box.right() - left + SPACE, 22),
                             Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, mark)
        self._paint_bar(painter, QRectF(box.left(), box.top() + 24, _BAR_WIDTH, 12), cell, theme)

    def _paint_bar(self, painter: QPainter, track: QRectF, cell: Cell, theme: Theme) -> None:
        assert cell.figure is not None
        y = track.center().y()
        painter.setPen(QPen(QColor(theme.line), 2))
        painter.drawLine(QPointF(track.left(), y), QPointF(track.right(), y))
        low, value, high, chance = (_along(track, figure, cell.chance) for figure in (
            cell.figure.low, cell.figure.value, cell.figure.high, cell.chance))
        if cell.chance:
            painter.setPen(QPen(QColor(theme.edge), 1))
            painter.drawLine(QPointF(chance, y - 6), QPointF(chance, y + 6))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.accent if cell.best else theme.edge))
        painter.drawRoundedRect(QRectF(low, y - 3, max(4.0, high - low), 6), 3, 3)
        painter.setPen(QPen(QColor(theme.ink), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        painter.drawLine(QPointF(value, y - 6), QPointF(value, y + 6))


def _along(track: QRectF, value: float, chance: float) -> float:
    """Guessing lies at the same place in every column, and 1 at the end."""
    low = chance - _BELOW_CHANCE * (1 - chance) if chance else 0.0
    share = min(1.0, max(0.0, (value - low) / (1 - low)))
    return track.left() + share * track.width()


class _Heads(QHeaderView):
    """The label sets: their short names in as many lines as needed, and how many songs."""

    def __init__(self, theme_source: ThemeSource, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme_source = theme_source
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setSectionsClickable(False)

    def sizeHint(self) -> QSize:
        line = QFontMetrics(font(META)).lineSpacing()
        return QSize(super().sizeHint().width(), _LINES * line + SPACE)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        table = self.model()
        if not isinstance(table, QualityTable):
            return
        theme, block = self._theme_source.current, table.blocks[section]
        line = QFontMetrics(font(META)).lineSpacing()
        box = rect.adjusted(SPACE, 0, -4, -SPACE)
        painter.save()
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.setFont(font(META))
        painter.setPen(QColor(theme.ink))
        painter.drawText(box.adjusted(0, 0, 0, -line), Qt.AlignmentFlag.AlignBottom
                         | Qt.TextFlag.TextWordWrap, short_title(block))
        painter.setPen(QColor(theme.quiet))
        painter.drawText(box, Qt.AlignmentFlag.AlignBottom, songs_text(block.songs))
        painter.restore()


class _Names(QHeaderView):
    """The taggers, in two lines where one does not hold them."""

    def __init__(self, theme_source: ThemeSource, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self._theme_source = theme_source
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setDefaultSectionSize(ROW)
        self.setSectionsClickable(False)

    def sizeHint(self) -> QSize:
        table, view = self.model(), self.parent()
        metrics = QFontMetrics(font(BODY))
        names = [line.name for line in table.lines] if isinstance(table, QualityTable) else []
        widest = max(map(metrics.horizontalAdvance, names), default=0) + 2 * SPACE
        third = view.width() // 4 if isinstance(view, QWidget) else _NAMES[1]
        return QSize(max(_NAMES[0], min(widest, _NAMES[1], third)), super().sizeHint().height())

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        table = self.model()
        if not isinstance(table, QualityTable):
            return
        theme, line = self._theme_source.current, table.lines[section]
        box = rect.adjusted(0, 1, -SPACE, -1)
        size, words = _fitting(line.name, box)
        painter.save()
        painter.setFont(font(size))
        painter.setPen(QColor(theme.quiet if line.baseline else theme.ink))
        painter.drawText(box, _WRAPPED, words)
        painter.restore()


def _fitting(name: str, box: QRect) -> tuple[int, str]:
    """A size in which the name fits the box in lines, and the name, cut short if it has to be."""
    for size in (BODY, META):
        metrics = QFontMetrics(font(size))
        if metrics.boundingRect(box, _WRAPPED, name).height() <= box.height():
            return size, name
    words = name.split()
    while len(words) > 1:
        words.pop()
        short = " ".join(words) + "…"
        if QFontMetrics(font(META)).boundingRect(box, _WRAPPED, short).height() <= box.height():
            return META, short
    return META, name
