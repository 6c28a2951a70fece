"""The person's talks as they are shown, as rows: what characters said well is learned."""

from collections.abc import Collection, Iterator

from engine.library.database import Database
from engine.training.rows.row import BadRow, TalkRow
from engine.training.rows.told_talk import told_talks


def read_own_talks(database: Database, personas: Collection[int] | None = None,
                   edited_only: bool = False) -> Iterator[TalkRow | BadRow]:
    """A row for every talk in which these personas (None: anybody) said something to be learned.

    Replies that failed, were broken off, or go against what their speaker knows are not learned,
    unless the person wrote them; with `edited_only` nothing else is.
    """
    for talk in told_talks(database, personas):
        if isinstance(talk, BadRow):
            yield talk
            continue
        path = [message for message in talk.conversation.path if message.text.strip()]
        learned = {message.id for message in path
                   if talk.is_of(message, personas) and talk.is_good(message)
                   and (message.id in talk.edits or not edited_only)}
        if learned:
            yield talk.row(path, learned)
