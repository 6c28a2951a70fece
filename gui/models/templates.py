"""How a chat model wants its conversations written: an example as the model sees it, and the rule.

The template is run where chats run it, in the sandbox, off the screen's thread. Knows no widgets.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from gui.background import WorkQueue


@dataclass(frozen=True, slots=True)
class TemplateSeen:
    """A model's template: its `source`, the `parts` of an example (text, whether the template
    speaks), and `remarks` on what it cannot take."""

    name: str
    source: str
    parts: tuple[tuple[str, bool], ...]
    remarks: tuple[str, ...]


class TemplateReading(QObject):
    """`read` carries a TemplateSeen."""

    read = Signal(object)
    problem_raised = Signal(object)

    def __init__(self, queue: WorkQueue, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue = queue

    def look(self, name: str, folder: Path) -> None:
        """Reads and tries the template of the model called `name` in `folder`."""
        def work() -> Iterator[object]:
            yield self._seen(name, folder)

        task = self._queue.submit(work, urgent=True)
        task.yielded.connect(self.read)
        task.failed.connect(self.problem_raised)

    def _seen(self, name: str, folder: Path) -> TemplateSeen:
        # What runs templates is not needed before somebody looks.
        from engine.models.chat_template import ASSISTANT, PLAIN, SYSTEM, USER, ChatTemplate
        from engine.models.chat_template import Message as Said
        from engine.models.template_files import read_template_files

        template = ChatTemplate.load(folder)
        talk = [Said(SYSTEM, self.tr("You are Mira, who keeps a lighthouse.")),
                Said(USER, self.tr("Is the lamp lit?")),
                Said(ASSISTANT, self.tr("Since four. Mind the stairs.")),
                Said(USER, self.tr("And the storm?"))]
        parts = tuple((part.text, part.trusted) for part in template.render_parts(talk))
        told = ((template.is_plain, self.tr("It brings no template; a plain one of ours serves.")),
                (template.folds_system, self.tr(
                    "It knows no system text, so that stands before the first question.")),
                (template.joins_turns, self.tr("Turns of one side in a row are joined.")),
                (template.starts_with_user, self.tr("A talk has to begin with the person.")))
        source = read_template_files(folder).source
        return TemplateSeen(name, PLAIN if source is None else source, parts,
                            tuple(words for holds, words in told if holds))
