"""The prompt as it would be sent now: its text, its parts, and how full the window is with it.

A value, and how it is asked for on the chat queue.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.chat.conversation import ChatMessage, Conversation, Role
from engine.chat.prompt_budget import PromptBudget, fit_prompt
from gui.chat.services import ChatServices
from gui.chat.wording import translate

if TYPE_CHECKING:
    from engine.chat.prompts.format import PromptFormat
    from engine.chat.prompts.writing import PromptPart


@dataclass(frozen=True, slots=True)
class PromptView:
    """`shown` is the text as people read it, with a model's own marks. `parts` are what it is
    made of, kept or not."""

    budget: PromptBudget
    shown: str = ""
    parts: "tuple[PromptPart, ...]" = ()


def prompt_view(services: ChatServices, conversation: Conversation, draft: str,
                form: "PromptFormat | None" = None, author: str = "") -> PromptView:
    """What would be asked if `draft` were sent now, for the person or for `author`; of a cast also
    in another format. EngineError where there is no model, or the format cannot be used."""
    if conversation.id:
        ready = services.chatbot.preview(conversation.id, draft, form=form, author=author)
        parts = ready.grounds.parts or _plain_parts(
            services, conversation, _said(conversation, draft)[ready.budget.dropped:],
            ready.budget)
        return PromptView(ready.budget, ready.shown, parts)
    said = _said(conversation, draft)
    fitted = fit_prompt(services.models(""), conversation.system_prompt, said,
                        conversation.settings.max_tokens)
    return PromptView(fitted.budget, readable(fitted.text),
                      _plain_parts(services, conversation, said, fitted.budget))


def readable(prompt: str) -> str:
    """A prompt without the signs that keep a text from being read as marks."""
    from engine.inference.tokenizer import GUARD

    return prompt.replace(GUARD, "")


def _said(conversation: Conversation, draft: str) -> list[ChatMessage]:
    sent = [ChatMessage(0, None, Role.USER, draft)] if draft.strip() else []
    return [message for message in (*conversation.path, *sent) if message.text.strip()]


def _plain_parts(services: ChatServices, conversation: Conversation,
                 said: Sequence[ChatMessage], budget: PromptBudget) -> "tuple[PromptPart, ...]":
    """Of a talk with the model itself: what it is told, and the turns it still reads."""
    from engine.chat.prompts.writing import PromptPart

    model = services.models(conversation.model)
    told = conversation.system_prompt.strip()
    words = "\n".join(message.text for message in said)
    told_tokens = model.count(model.quote(told)) if told else 0
    turn_tokens = model.count(model.quote(words)) if words else 0
    frame = max(0, budget.prompt - told_tokens - turn_tokens)
    parts = [PromptPart("frame", translate("Prompt", "The template's own marks"), "", frame)]
    if told:
        parts.append(PromptPart("persona", translate("Prompt", "What the model is told"), told,
                                told_tokens))
    if words:
        parts.append(PromptPart("turns", translate("Prompt", "Turns"), words, turn_tokens))
    return tuple(parts)
