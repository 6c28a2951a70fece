"""Shows the report on a problem, made when it is asked for."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gui.app import Program


def show_report(program: "Program") -> None:
    """Opens the dialog over the window."""
    from gui.report_dialog import ReportDialog  # a window few people open

    ReportDialog(program.paths, program.desk, program.window).open()
