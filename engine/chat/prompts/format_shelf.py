"""The prompt formats there are: those the program brings and the person's own, which win.

Reads and writes their files; knows nothing of what stands in them.
"""

import re
from pathlib import Path

from engine.chat.prompts.format import PromptFormat, parse_format, read_format
from engine.errors import EngineError

CHAT_TEMPLATE = "chat_template"
_NAME = re.compile(r"\w[\w .-]{0,60}")


class FormatShelf:
    """Formats by the name of their file."""

    def __init__(self, own: Path, shipped: Path) -> None:
        self._own = own
        self._shipped = shipped

    def names(self) -> tuple[str, ...]:
        """All of them, sorted."""
        return tuple(sorted({file.stem for place in (self._own, self._shipped)
                             for file in place.glob("*.toml")}))

    def read(self, name: str) -> PromptFormat:
        """The format of that name. EngineError where there is none or it is broken."""
        return read_format(self._file(name))

    def text(self, name: str) -> str:
        """The file as it is written. EngineError where there is none."""
        file = self._file(name)
        try:
            return file.read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError) as failure:
            raise EngineError(f"The prompt format {name} cannot be read: {failure}.",
                              "Move the file away, or mend it.") from failure

    def is_own(self, name: str) -> bool:
        """Whether it is the person's own, or their copy of ours."""
        return self._place(self._own, name).is_file()

    def is_shipped(self, name: str) -> bool:
        """Whether the program brings one of that name."""
        return self._place(self._shipped, name).is_file()

    def keep(self, name: str, text: str) -> PromptFormat:
        """Stores a format as the person's own. EngineError where it is broken, or the name can
        be no file's; nothing is stored then."""
        if not _NAME.fullmatch(name) or name != name.strip(" ."):
            raise EngineError(f"“{name}” cannot be the name of a prompt format.",
                              "Use letters, digits, spaces, dots and dashes.")
        kept = parse_format(name, text)
        self.restore_own(name, text)
        return kept

    def restore_own(self, name: str, text: str) -> None:
        """Puts back a file that `drop_own` took away, broken or not."""
        file = self._place(self._own, name)
        beside = file.with_suffix(".part")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            beside.write_text(text, "utf-8")
            beside.replace(file)
        except OSError as failure:
            raise EngineError(f"The prompt format could not be stored: {failure.strerror}.",
                              "Make room on the disk, or choose another folder.") from failure

    def drop_own(self, name: str) -> None:
        """Goes back to ours, or to none where there is none of ours."""
        self._place(self._own, name).unlink(missing_ok=True)

    def _file(self, name: str) -> Path:
        for place in (self._own, self._shipped):
            file = self._place(place, name)
            if _NAME.fullmatch(name) and file.is_file():
                return file
        raise EngineError(f"There is no prompt format “{name}”.",
                          f"There are: {', '.join(self.names())}.")

    @staticmethod
    def _place(folder: Path, name: str) -> Path:
        return folder / f"{name}.toml"
