"""The looks of facts beside a talk: none, many, what a reply was given and what is wrong with it,
offered ones.

The talk is put into the library of the throwaway home; no model writes.
"""

from collections.abc import Iterator
from contextlib import closing

from engine.chat.conversation import Role
from engine.chat.conversation_store import ConversationStore
from engine.chat.fact import Fact, FactSource
from engine.chat.fact_store import FactStore
from engine.chat.truth.reply_mark import MarkKind, ReplyMark
from engine.library.database import Database
from gui.app import Program
from gui.shots import NARROW, SCALED, Settle, Shot

_ASKED = "Where did you learn to mend clocks?"
_SAYS = "My uncle taught me in Leith. I was eleven, and he had a wooden hand."
_LATER = ("I keep a spare key under the third flowerpot.", "The kettle has hummed since Tuesday.")
_OFFERED = ("{name}'s uncle had a wooden hand.", "{name} was eleven in Leith.")


def fact_looks(program: Program, settle: Settle) -> Iterator[Shot]:
    """With a model installed, from the Chat page."""
    program.window.show_page("chat")
    presenter, page = program.chat.presenter, program.chat.page
    presenter.new()
    page.show_drawer(True)
    page.drawer.show_leaf(next(leaf for leaf in page.drawer.buttons if leaf == "facts"))
    yield Shot("facts-alone")
    presenter.characters.load()
    settle(lambda: bool(presenter.characters.rows))
    row = next(row for row in presenter.characters.rows if row.name.startswith("Wilma"))
    presenter.characters.begin([row.id])
    settle(lambda: presenter.cast.setup.cast != () and _calm(program))
    yield Shot("facts-greeting")
    _tell(program, presenter.open.id, row.id)
    presenter.show(presenter.open.id)
    settle(lambda: bool(presenter.open.marks) and _calm(program))
    yield Shot("facts-reply")
    yield Shot("facts-end", end=True)
    yield Shot("facts-narrow", NARROW)
    yield Shot("facts-scaled", SCALED, scale=2)
    page.show_drawer(False)


def _calm(program: Program) -> bool:
    return not (program.desk.busy or program.chat.queue.busy)


def _tell(program: Program, talk: int, persona_id: int) -> None:
    """A reply that does not agree with what is known, and what was drawn from it."""
    database = Database.open(program.paths.library_file, program.paths.backups)
    with closing(database), database.transaction():
        store, facts = ConversationStore(database), FactStore(database)
        known = facts.facts(talk)
        path = store.conversation(talk).path
        name = path[-1].author
        asked = store.add_message(talk, Role.USER, _ASKED, path[-1].id)
        said = store.add_message(talk, Role.ASSISTANT, _SAYS, asked.id, name)
        facts.pin(known[0].id, True)
        for text in _LATER:
            facts.add(Fact(0, text, conversation_id=talk))
        facts.note_used(said.id, [fact.id for fact in known[:3]])
        for text in _OFFERED:
            facts.add(Fact(0, text.format(name=name), FactSource.TALK, talk, persona_id, said.id,
                           (persona_id,), approved=False))
        end, rest = _SAYS.index(".") + 1, _SAYS.index("I was")
        store.keep_marks(said.id, [
            ReplyMark(MarkKind.CONTRADICTION, 0, end, _SAYS[:end],
                      f"{name} knows otherwise: {known[1].text}", known[1].id),
            ReplyMark(MarkKind.INVENTION, rest, len(_SAYS), _SAYS[rest:],
                      f"Nothing that {name} knows says so.")])
