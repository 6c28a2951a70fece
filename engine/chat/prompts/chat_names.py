"""Who a chat's messages are by: a template knows but a user and an assistant.

Who speaks next is the assistant, all others are the user. A name stands before the words where
several others talk, and where the words alone could be taken for somebody else's.
"""

from engine.chat.prompts.format import NAME, PromptFormat
from engine.chat.prompts.marks import Marks, one_line
from engine.chat.prompts.script import Script
from engine.chat.scene import SpokenLine
from engine.models.template_manners import ASSISTANT, USER, Message


class ChatNames:
    """The names of one script. `nudge` is the user's turn where nobody else asks."""

    def __init__(self, script: Script, form: PromptFormat) -> None:
        self._marks = Marks(form)
        self._speaker = script.speaker
        self._partner = _partner(script)
        self._names = frozenset(one_line(name) for name in script.names)
        self.is_group = len(script.others) > 1
        self.nudge = form.nudge.replace(NAME, self._marks.spoken(script.speaker))

    def role(self, speaker: str) -> str:
        """The role of somebody's turns."""
        return ASSISTANT if speaker == self._speaker else USER

    def content(self, line: SpokenLine) -> str:
        """A turn as its message says it."""
        is_usual = line.speaker in (self._speaker, self._partner) and not self.is_group
        if is_usual and line.text != self.nudge and self._named(line.text) is None:
            return line.text
        return f"{self._marks.opening(line.speaker)} {line.text}"

    def cue(self, begun: str) -> str:
        """How the reply begins, "" where nothing has to stand before it."""
        if not self.is_group:
            return begun
        opening = self._marks.opening(self._speaker)
        return f"{opening} {begun}" if begun else opening

    def read(self, message: Message) -> SpokenLine:
        """A message as a turn."""
        usual = self._speaker if message.role == ASSISTANT else self._partner
        return self._named(message.content) or SpokenLine(usual, message.content)

    def _named(self, text: str) -> SpokenLine | None:
        """A turn that says whose it is."""
        opened = self._marks.opened(text)
        if opened is None or (opened[0] and opened[0] not in self._names):
            return None
        return SpokenLine(*opened)


def _partner(script: Script) -> str:
    """Whose words need no name in a talk of two."""
    others = script.others
    return script.listener if script.listener in others else (*others, "")[0]
