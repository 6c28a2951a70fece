"""The tools as a conversation uses them: put together for each message, told as the chat tells it.

What a person says is all the model that chooses may read: neither what was said before, nor cards,
scenes or facts. Belongs to the thread of its database.
"""

import re
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import cast

from engine.chat.direction.study import Study
from engine.chat.fact_store import FactStore
from engine.chat.tool_use import ToolStep
from engine.errors import EngineError
from engine.inference.text_model import TextModel
from engine.interplay.song_finding import FoundSong
from engine.interplay.tools.acting import ToolUser
from engine.interplay.tools.calls import ToolCall, ToolEvent, ToolResult, ToolSettings
from engine.interplay.tools.tool_prompt import load_tool_prompt
from engine.interplay.tools.toolbox import LookUpFact, SearchLibrary, Songs, TagSong, Tool, named
from engine.library.database import Database
from engine.paths import AppPaths
from engine.settings import Settings
from engine.tagging.tagger import Tagger

FAILED = "It could not be done."
_PARAGRAPHS = re.compile(r"\n\s*\n")
_QUOTED = (">", "```")


@dataclass(frozen=True, slots=True)
class ToolShed:
    """What tools stand on: `study` keeps the encoder and the facts at hand, `tagger` is opened
    when a song is first read."""

    paths: AppPaths
    study: Study
    tagger: Callable[[], Tagger]
    settings: Callable[[], Settings]


class ChatTools:
    """Uses all tools there are, for a chat that may."""

    def __init__(self, database: Database, shed: ToolShed) -> None:
        self._database = database
        self._shed = shed

    def steps(self, conversation_id: int, asked: str, persona_id: int | None,
              model: TextModel) -> Iterator[ToolStep]:
        """What `asked` calls for, as ToolUse has it: what the person says in a line of its own."""
        asked = own_words(asked)
        if not asked:
            return
        tools = [_Careful(tool) for tool in self._tools(conversation_id, persona_id)]
        user = ToolUser(model, tools, ToolSettings(frozenset(tool.name for tool in tools)),
                        load_tool_prompt(self._shed.paths), self._shed.study.encoder)
        songs: dict[str, FoundSong] = {}
        with closing(cast("Generator[ToolEvent]", user.work(asked))) as events:
            for event in events:
                if isinstance(event, ToolCall):
                    yield ToolStep(event.tool, _argument(event, songs), event.thought)
                elif isinstance(event, ToolResult):
                    about = (named(event.looked_at) if event.looked_at
                             else _argument(event.call, songs))
                    yield ToolStep(event.call.tool, about, event.call.thought, event.outcome,
                                   event.told)
                    for song in event.songs:
                        songs[f"song {len(songs) + 1}"] = song

    def _tools(self, conversation_id: int, persona_id: int | None) -> Iterator[Tool]:
        """Where nothing is known there is nothing to look up."""
        yield SearchLibrary(self._database)
        yield TagSong(self._database, self._shed.tagger, self._shed.settings())
        facts = [fact for fact in FactStore(self._database).facts(conversation_id) if fact.approved]
        if facts:
            index = self._shed.study.facts.index(conversation_id, facts)
            yield LookUpFact(index, "" if persona_id is None else str(persona_id))


def own_words(text: str) -> str:
    """What of a message a person says themselves: its first paragraph, or its last, where that is a
    single line, and no quote. What was pasted has lines, and nobody reads it for orders."""
    paragraphs = [part.strip() for part in _PARAGRAPHS.split(text.strip())]
    for part in (paragraphs[0], paragraphs[-1]):
        if part and "\n" not in part and not part.startswith(_QUOTED):
            return part
    return ""


class _Careful:
    """A tool whose failure is an outcome: the person is answered all the same."""

    def __init__(self, tool: Tool) -> None:
        self._tool = tool
        self.name, self.about, self.takes_song = tool.name, tool.about, tool.takes_song

    def run(self, call: ToolCall, songs: Songs) -> ToolResult:
        try:
            return self._tool.run(call, songs)
        except EngineError:
            return ToolResult(call, FAILED)


def _argument(call: ToolCall, songs: Songs) -> str:
    """What a person is shown: “song 1” says nothing to them."""
    song = songs.get(call.argument)
    return named(song) if song else call.argument
