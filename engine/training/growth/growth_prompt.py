"""What a model is asked so that a set grows: a few rows of it as turns of a talk, then one more.

Small models follow examples better than orders. Texts of the person stand in messages, where they
are text and nothing else. Knows no model.
"""

from collections.abc import Sequence

from engine.models.template_manners import ASSISTANT, SYSTEM, USER, Message
from engine.training.growth.grown import GrownText, GrowthKind

_ORDERS = {
    GrowthKind.LABELLED: "You write short texts. Each is new, and of the kind that is asked for.",
    GrowthKind.PLAIN: "You write short texts. Each is new, and of the same kind as those before.",
    GrowthKind.ANSWERED: "You think of questions and tasks. Each is new, and of the same kind as"
                         " those before.",
}
_ASKED = {GrowthKind.LABELLED: "Write a text of this kind: {labels}.",
          GrowthKind.PLAIN: "Write another text.",
          GrowthKind.ANSWERED: "Think of another question or task."}
_NO_LABELS = "none of them"


def asking_for_text(kind: GrowthKind, examples: Sequence[GrownText],
                    labels: Sequence[str] = ()) -> tuple[Message, ...]:
    """The talk whose next turn is a new text, or a new question."""
    turns = [Message(SYSTEM, _ORDERS[kind])]
    for example in examples:
        turns += [Message(USER, _wish(kind, example.labels)), Message(ASSISTANT, example.text)]
    return (*turns, Message(USER, _wish(kind, labels)))


def asking_for_answer(examples: Sequence[GrownText], question: str,
                      system: str = "") -> tuple[Message, ...]:
    """The talk whose next turn answers a question as those before were answered."""
    turns = [Message(SYSTEM, system)] if system else []
    for example in examples:
        turns += [Message(USER, example.text), Message(ASSISTANT, example.answer)]
    return (*turns, Message(USER, question))


def _wish(kind: GrowthKind, labels: Sequence[str]) -> str:
    named = ", ".join(label.replace("_", " ") for label in labels)
    return _ASKED[kind].format(labels=named or _NO_LABELS)
