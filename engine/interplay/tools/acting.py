"""The loop of reason and act: a model chooses step after step, and every step can be seen.

A call comes into being in one way only: by the decoder, within a grammar, after a prompt that
holds the person's own words and our outcomes. Nothing that songs, cards, facts or other messages
say is ever in that prompt, nor is any of it read for calls: so no text of theirs can trigger one.
"""

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any, cast

import msgspec

from engine.chat.memory.sentence_vectors import SentenceEncoder
from engine.inference.sampling import GREEDY
from engine.inference.text_model import TextModel, TextPiece, TextRequest
from engine.interplay.song_finding import FoundSong
from engine.interplay.themes import is_idle
from engine.interplay.tools.calls import (
    ANSWER,
    ToolCall,
    ToolEvent,
    ToolResult,
    ToolsDone,
    ToolSettings,
)
from engine.interplay.tools.tool_prompt import ToolPrompt, step_text
from engine.interplay.tools.toolbox import Tool, unthinking
from engine.models.template_manners import Message

LONGEST_QUESTION = 1000
_LONGEST_THOUGHT = 120
_LONGEST_PHRASE, _MOST_WORDS = 5, 60
_SIGNS = ".,;:!?…\"“”„«»‘’'()[]{}<>*_`-–—"
_MOST_TOKENS = 220
_PREFIX = "tools"
OFF = "No tool is allowed."
READY = "The answer can be given."
AGAIN = "The same was asked twice."
FULL = "That were enough steps."
BROKEN = "The step was not finished."


class _Step(msgspec.Struct):
    tool: str
    thought: str = ""
    input: str = ""


class ToolUser:
    """Works with some tools for one question after the other."""

    def __init__(self, model: TextModel, tools: Sequence[Tool], settings: ToolSettings,
                 prompt: ToolPrompt, encoder: SentenceEncoder) -> None:
        self._model = model
        self._encoder = encoder
        self._prompt = prompt
        self._tools = {tool.name: tool for tool in tools if tool.name in settings.allowed}
        self._most = settings.most_steps

    def work(self, asked: str) -> Iterator[ToolEvent]:
        """Every call, then its result, and the end last. `asked` is what the person says: their
        own words, not what they quote from elsewhere. EngineError as of the model."""
        results: list[ToolResult] = []
        songs: dict[str, FoundSong] = {}
        if not self._tools:
            yield ToolsDone((), OFF)
            return
        made: set[ToolCall] = set()
        for _ in range(self._most):
            call = self._chosen(asked, results, songs)
            ended = self._ended(call, made)
            if call is None or ended:
                yield ToolsDone(tuple(results), ended)
                return
            made.add(unthinking(call))
            yield call
            results.append(self._tools[call.tool].run(call, songs))
            for song in results[-1].songs:
                songs[f"song {len(songs) + 1}"] = song
            yield results[-1]
        yield ToolsDone(tuple(results), FULL)

    def _ended(self, call: ToolCall | None, made: set[ToolCall]) -> str:
        if call is None:
            return BROKEN
        if call.tool == ANSWER:
            return READY
        return AGAIN if unthinking(call) in made else ""

    def _chosen(self, asked: str, results: Sequence[ToolResult],
                songs: Mapping[str, FoundSong]) -> ToolCall | None:
        """The next step, None where it was not finished within its length."""
        prompt = self._model.render(self._messages(asked, results))
        constraint = self._model.grammars.json_schema(self._schema(asked, list(songs)))
        request = TextRequest(_MOST_TOKENS, GREEDY, constraint=constraint, prefix=_PREFIX)
        stream = cast("Generator[TextPiece]", self._model.stream(prompt, request))
        with closing(stream) as pieces:
            said = "".join(piece.text for piece in pieces)
        try:
            step = msgspec.json.decode(said.encode("utf-8", "replace"), type=_Step)
        except msgspec.DecodeError:
            return None
        return ToolCall(step.tool, " ".join(step.input.split()), " ".join(step.thought.split()))

    def _messages(self, asked: str, results: Sequence[ToolResult]) -> list[Message]:
        told = self._prompt.messages([(tool.name, tool.about) for tool in self._tools.values()],
                                     asked[:LONGEST_QUESTION], self._encoder, len(results))
        numbered = 0
        for result in results:
            names = [f"song {numbered + at}" for at in range(1, len(result.songs) + 1)]
            numbered += len(names)
            told += [Message("assistant", step_text(result.call)),
                     Message("user", result.outcome + _naming(names))]
        return told

    def _schema(self, asked: str, songs: Sequence[str]) -> dict[str, Any]:
        """The form of a step: one of the tools with its input, or the answer. What a tool works on
        are words of the question, or a song that was found: models like to make up others."""
        words = phrases_of(asked[:LONGEST_QUESTION])
        steps: list[dict[str, Any]] = []
        for tool in self._tools.values():
            choices = list(songs) if songs and tool.takes_song else words
            if choices:
                steps.append(_form(tool.name, {"enum": choices}))
        return {"anyOf": [*steps, _form(ANSWER, None)]}


def phrases_of(asked: str) -> list[str]:
    """Up to so many words in a row, as they stand in the question, without the signs around them;
    none begins or ends with a word that says nothing, as “the”, but for names: “The Chair”."""
    found: dict[str, None] = {}
    words = [word.strip(_SIGNS) for word in asked.split()][:_MOST_WORDS]
    for start, word in enumerate(words):
        named = start > 0 and word[:1].isupper()
        if not word or (is_idle(word) and not named):
            continue
        for end in range(start + 1, min(start + _LONGEST_PHRASE, len(words)) + 1):
            if words[end - 1] and not is_idle(words[end - 1]):
                found[" ".join(words[start:end])] = None
    return list(found)


def found_sentences(results: Sequence[ToolResult]) -> tuple[str, ...]:
    """What was found, each once, for whoever replies: data, to be given to a prompt as facts."""
    return tuple(dict.fromkeys(told for result in results for told in result.told))


def _naming(names: Sequence[str]) -> str:
    if not names:
        return ""
    return f" It is {names[0]}." if len(names) == 1 else f" They are {', '.join(names)}."


def _form(name: str, argument: dict[str, Any] | None) -> dict[str, Any]:
    told: dict[str, Any] = {"thought": {"type": "string", "maxLength": _LONGEST_THOUGHT},
                            "tool": {"const": name}}
    if argument is not None:
        told["input"] = argument
    return {"type": "object", "properties": told, "required": list(told),
            "additionalProperties": False}
