"""Replies on the command line: their words as they come on stdout, all else about them on stderr.

Knows events and options; makes no reply and stores none.
"""

import argparse
from typing import Any

from engine.chat.conversation import ChatMessage, MessageState
from engine.chat.prompt_budget import PromptBudget
from engine.chat.replies import (
    ReplyAnew,
    ReplyEnded,
    ReplyEvent,
    ReplyFigures,
    ReplyStarted,
    ReplyText,
)
from engine.cli.json_lines import print_object
from engine.cli.plain_text import plain, say
from engine.inference.process_figures import resident_bytes, seconds_since_start

_MEGABYTE = 1e6


class ReplyTeller:
    """Tells the replies of one conversation. Of a cast each is told with its name where `named`.

    What a character says is told once it is certain: on paper nothing can be taken back.
    """

    def __init__(self, options: argparse.Namespace, conversation: int,
                 named: bool = False) -> None:
        self._options = options
        self._conversation = conversation
        self._named = named
        self._held: str | None = None

    def tell(self, event: ReplyEvent) -> None:
        """One event of a reply."""
        match event:
            case ReplyStarted():
                _warn_of_what_is_left_out(event.budget)
                for sentence in event.grounds.said:
                    say(sentence)
                self._held = event.message.text if event.message.author else None
            case ReplyText():
                self._tell_text(event.text)
            case ReplyAnew() if self._held is not None:
                self._held = event.text
            case ReplyEnded():
                self._tell_end(event)
            case _:
                pass

    def tell_line(self, message: ChatMessage) -> None:
        """A message that stood there before."""
        if self._options.json:
            print_object({"speaker": message.author, "text": message.text,
                          "state": message.state.value})
        else:
            print(self._with_name(message.author, message.text), flush=True)

    def tell_stopped(self, leaf: ChatMessage | None) -> None:
        """What was said until now."""
        if self._options.json:
            if leaf is not None and leaf.state is MessageState.STOPPED:
                print_object(self._object(leaf, None))
        else:
            author = leaf.author if leaf else ""
            print(self._with_name(author, self._held) if self._held else "", flush=True)
        say("Stopped. What was said is kept." if self._options.store else "Stopped.")

    def _tell_text(self, text: str) -> None:
        if self._held is not None:
            self._held += text
        elif not self._options.json:
            print(plain(text), end="", flush=True)

    def _tell_end(self, ended: ReplyEnded) -> None:
        message, figures = ended.message, ended.figures
        if self._options.json:
            print_object(self._object(message, figures))
        elif self._held is not None:
            print(self._with_name(message.author, message.text), flush=True)
        else:
            print(flush=True)
        self._held = None
        if message.problem:
            say(message.problem)
        if message.state is MessageState.LENGTH and not self._named:
            say("The reply reached its longest; --max-tokens allows more.")
        if self._options.timings:
            say(_timings(figures))

    def _with_name(self, author: str, text: str) -> str:
        named = self._named and author
        return plain(f"{' '.join(author.split())}: {text}" if named else text)

    def _object(self, message: ChatMessage, figures: ReplyFigures | None) -> dict[str, Any]:
        told: dict[str, Any] = {"speaker": message.author} if message.author else {}
        told |= {"text": message.text, "state": message.state.value, "model": message.model}
        if message.settings is not None:
            told["seed"] = message.settings.sampling.seed
        if self._options.store:
            told["conversation"] = self._conversation
        if figures is not None:
            told |= {"prompt_tokens": figures.prompt_tokens, "tokens": figures.tokens,
                     "first_seconds": round(figures.first_seconds, 4),
                     "seconds": round(figures.seconds, 4),
                     "tokens_per_second": round(figures.tokens_per_second, 2)}
        return told


def _warn_of_what_is_left_out(budget: PromptBudget) -> None:
    if budget.dropped:
        say(f"The talk is longer than the model can read: its first {budget.dropped} messages "
            f"were left out ({budget.prompt:,} of about {budget.whole:,} tokens are read).")


def _timings(figures: ReplyFigures) -> str:
    told = [f"first token after {figures.first_seconds:.2f} s"]
    begun, held = seconds_since_start(), resident_bytes()
    if begun is not None:
        told.append(f"{begun - figures.seconds + figures.first_seconds:.2f} s after the start")
    told.append(f"{figures.tokens_per_second:.1f} tokens a second")
    told.append(f"{figures.prompt_tokens} tokens read, {figures.tokens} written")
    if held is not None:
        told.append(f"{held / _MEGABYTE:.0f} MB resident")
    return ", ".join(told)
