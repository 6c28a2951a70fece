"""What of a conversation fits the model's window, and what had to be left out: never silently.

Counts with the model's own tokenizer and template. Knows no storage.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PromptBudget:
    """How a prompt fills the window: all counts are tokens.

    `prompt` is what the model reads, `reply` what is kept free for the answer; `whole` is what
    the prompt would take if nothing were left out. `dropped` is how many of the shown messages
    were left out, from the oldest on; `first_kept` is the id of the first message still read.
    """

    window: int
    prompt: int
    reply: int
    whole: int
    dropped: int = 0
    first_kept: int | None = None

    @property
    def share(self) -> float:
        """How full the window is with the reply at its longest, 0 to 1."""
        return min((self.prompt + self.reply) / self.window, 1.0)
