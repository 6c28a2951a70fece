"""The looks of correcting: what was said of lines, a border in the hand, songs one by one."""

from collections.abc import Iterator

from PySide6.QtCore import QPointF
from PySide6.QtGui import QTextCursor

from engine.tagging.labels import Verdict
from engine.tagging.lyric import LineKind
from gui.app import Program
from gui.shots import NARROW, SCALED, Settle, Shot


def line_looks(program: Program, settle: Settle) -> Iterator[Shot]:
    """With a song open on the Tag page; what was said is taken back at the end."""
    desk, view = program.tag.desk, program.tag_page.song
    if desk.song is None or len(desk.chips) < 2:
        return
    sung = [at for at, line in enumerate(desk.song.lyric.lines) if line.kind is LineKind.WORDS]
    one, other = desk.chips[0].mood, desk.chips[1].mood
    yield Shot("lines-predicted")
    desk.judge_lines(one, sung[1], sung[2], holds=False)
    desk.judge_lines(one, sung[-3], sung[-2], holds=True)
    desk.judge_lines("hope" if other != "hope" else "joy", sung[4], sung[6], holds=True)
    settle(lambda: len(desk.line_words) > 2 and not program.desk.busy)
    yield Shot("lines-said")
    _mark(program, sung[3], sung[5])
    yield Shot("lines-marked")
    yield Shot("lines-narrow", NARROW)
    yield Shot("lines-scaled", SCALED, scale=2)
    spans = view.lyric.spans
    if spans.spans:
        area = view.lyric.line_area(spans.spans[0].last)
        if area is not None and spans.press(QPointF(view.lyric.stamps + 6, area.bottom() - 4)):
            spans.drag(QPointF(0, area.bottom() + 3 * area.height()))
            yield Shot("lines-dragged")
            spans.cancel()
    desk.judge(one, Verdict.REJECTED)
    settle(lambda: not program.desk.busy)
    program.tag.undo()
    settle(lambda: not program.desk.busy)
    yield Shot("lines-undone")
    for _ in range(3):
        program.tag.undo()
    settle(lambda: not program.desk.busy)
    program.tag.way_back.say_no_more()


def _mark(program: Program, first: int, last: int) -> None:
    """Marks lines of the lyric as a person would."""
    program.window.activateWindow()
    lyric = program.tag_page.song.lyric
    lyric.setFocus()
    document = lyric.document()
    cursor = QTextCursor(document.findBlockByNumber(first))
    end = document.findBlockByNumber(last)
    cursor.setPosition(end.position() + end.length() - 1, QTextCursor.MoveMode.KeepAnchor)
    lyric.setTextCursor(cursor)


def queue_looks(program: Program, settle: Settle) -> Iterator[Shot]:
    """Song after song on the Library page; what was said is taken back at the end."""
    window, library = program.window, program.library.presenter
    window.show_page("library")
    settle(lambda: not library.loading and not program.desk.busy)
    if library.found is None or not len(library.found.keys):
        return
    program.library.correcting.begin(library.selection)
    settle(lambda: not program.desk.busy and library.desk.song is not None)
    over = program.library.correcting.over
    assert over is not None
    yield Shot("correct-begin")
    over.reject()
    settle(lambda: not program.desk.busy)
    yield Shot("correct-rejected")
    over.sheet.show()
    yield Shot("correct-keys")
    yield Shot("correct-keys-narrow", NARROW)
    over.sheet.hide()
    over.accept()
    settle(lambda: not program.desk.busy)
    yield Shot("correct-narrow", NARROW)
    yield Shot("correct-scaled", SCALED, scale=2)
    for _ in range(2):
        library.desk.words.undo()
    settle(lambda: not program.desk.busy)
    yield Shot("correct-undone")
    while over.next.isEnabled():
        over.next.click()
        settle(lambda: not program.desk.busy)
    yield Shot("correct-end")
    over.left.emit()
    settle(lambda: not program.desk.busy)
