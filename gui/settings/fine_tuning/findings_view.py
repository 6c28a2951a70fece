"""What the check of the data found: a sentence each, and on request the rows it speaks of."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from engine.training.rows.data_report import DataReport, Finding, LabelCount, Suspect, Weight
from engine.training.rows.row import BadRow
from gui.figures import count_text
from gui.icons import Glyph, IconSource, Sign
from gui.link_button import link_button
from gui.settings.fine_tuning import words
from gui.text_line import selectable_line, text_line
from gui.theme import SPACE

MOST_SHOWN = 20
_SIGN = 16
_LONGEST = 160


class Disclosure(QWidget):
    """A line with a sign and a link that opens what belongs to it; without any, just the line."""

    def __init__(self, sentence: str, sign: QWidget | None, show: str, lines: Sequence[str],
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = lines
        self._show_words = show
        self.link = link_button(show)
        self.link.setVisible(bool(lines))
        self.link.setAccessibleDescription(sentence)
        self.link.clicked.connect(self.toggle)
        self.body: QLabel | None = None
        self.words = text_line("", sentence)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        if sign is not None:
            row.addWidget(sign, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.words, 1)
        row.addWidget(self.link, 0, Qt.AlignmentFlag.AlignVCenter)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._column.addLayout(row)
        self._indent = _SIGN + SPACE if sign is not None else 0

    def toggle(self) -> None:
        """Opens, or closes again."""
        if self.body is None:
            self.body = selectable_line("meta", "\n".join(self._lines))
            self.body.setContentsMargins(self._indent, 0, 0, SPACE // 2)
            self._column.addWidget(self.body)
            self.body.show()
        else:
            self.body.setVisible(self.body.isHidden())
        closed = self.body.isHidden()
        self.link.setText(self._show_words if closed else self.tr("Hide"))


class FindingsView(QWidget):
    """Everything a DataReport says, the gravest first; the person decides what to do about it."""

    def __init__(self, icons: IconSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icons = icons
        self._shown: DataReport | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACE // 2)
        self.parts: list[Disclosure] = []

    def show_report(self, report: DataReport | None) -> None:
        """Shows another report; None takes all away."""
        if report is self._shown:
            return
        self._shown = report
        for part in self.parts:
            self._column.removeWidget(part)
            part.hide()
            part.deleteLater()
        self.parts = []
        self.setVisible(report is not None)
        if report is None:
            return
        for finding in sorted(report.findings, key=lambda each: list(Weight).index(each.weight)):
            self._add(self._finding(finding, report))
        self._add_suspects(report.suspects)
        self._add_labels(report.labels)
        if not report.findings and not report.suspects:
            self._add(Disclosure(self.tr("Nothing wrong was found."),
                                 self._sign(Glyph.CHECK, "accent"), "", ()))

    def _finding(self, finding: Finding, report: DataReport) -> Disclosure:
        sign = self._sign(Glyph.WARNING, "danger") if finding.weight is Weight.STOPS else \
            self._sign(Glyph.WARNING, "quiet") if finding.weight is Weight.LOOK else \
            self._sign(Glyph.ABOUT, "quiet")
        lines = [bad_words(bad) for bad in report.bad[:MOST_SHOWN]] if finding.kind == "bad" \
            else self._places(finding)
        left = finding.count - len(lines)
        if lines and finding.kind == "bad" and left > 0:
            lines.append(self.tr("and {n} more").format(n=count_text(left)))
        return Disclosure(finding.sentence, sign, self.tr("Show where"), lines)

    def _places(self, finding: Finding) -> list[str]:
        places = finding.places[: 2 * MOST_SHOWN]
        if finding.kind in ("double", "near double", "leak") and len(places) % 2 == 0:
            return [self.tr("{one} and {other}").format(
                one=words.place_words(places[at]), other=words.place_words(places[at + 1]))
                for at in range(0, len(places), 2)]
        return [words.place_words(place) for place in places]

    def _add_suspects(self, suspects: Sequence[Suspect]) -> None:
        if not suspects:
            return
        n = count_text(len(suspects))
        sentence = self.tr("1 label may be wrong.") if len(suspects) == 1 else self.tr(
            "{n} labels may be wrong; the most doubtful come first.").format(n=n)
        self._add(Disclosure(sentence, self._sign(Glyph.WARNING, "quiet"),
                             self.tr("Look at them"),
                             [self._suspect(each) for each in suspects[:MOST_SHOWN]]))

    def _suspect(self, suspect: Suspect) -> str:
        has = self.tr("has “{label}”") if suspect.given else self.tr("lacks “{label}”")
        said = has.format(label=suspect.label)
        if suspect.seems:
            said = self.tr("{said}, seems to be “{other}”").format(said=said, other=suspect.seems)
        beginning = " ".join(suspect.text.split())[:_LONGEST]
        return self.tr("{where}: {said}, {percent} % likely. {text}").format(
            where=words.place_words(suspect.place), said=said,
            percent=round(100 * suspect.probability), text=beginning)

    def _add_labels(self, labels: Sequence[LabelCount]) -> None:
        if not labels:
            return
        learnable = sum(label.enough for label in labels)
        sentence = self.tr("Labels: {n}, with rows enough to be learned: {enough}.").format(
            n=len(labels), enough=learnable)
        lines = [self.tr("{label}: {n} of {asked}").format(
            label=label.label, n=count_text(label.present), asked=count_text(label.asked))
            + ("" if label.enough else self.tr(" (too few)")) for label in labels]
        self._add(Disclosure(sentence, self._sign(Glyph.TAG, "quiet"), self.tr("Show them"), lines))

    def _add(self, part: Disclosure) -> None:
        self.parts.append(part)
        self._column.addWidget(part)

    def _sign(self, glyph: Glyph, colour: str) -> Sign:
        return Sign(self._icons.icon(glyph, colour), _SIGN)


def bad_words(bad: BadRow) -> str:
    """Where a bad row stands, what is wrong with it, how it begins."""
    beginning = " ".join(bad.text.split())[:_LONGEST]
    said = f"{words.place_words(bad.place)}: {bad.why}"
    return f"{said} “{beginning}”" if beginning else said
