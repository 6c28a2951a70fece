"""Sentences about facts that are made from values. No widgets."""

from engine.chat.fact import Fact, FactSource
from engine.chat.talk import TalkSetup
from gui.chat.wording import translate


def known_by(fact: Fact, setup: TalkSetup) -> str:
    """Who knows a fact, in words."""
    if fact.heard_by is None:
        return translate("Chat", "Everyone knows it")
    names = [member.persona.called for member in setup.cast
             if member.persona_id in fact.heard_by or member.persona_id == fact.persona_id]
    if not names:
        return translate("Chat", "Nobody here knows it")
    if len(names) == 1:
        return translate("Chat", "{name} knows it").format(name=names[0])
    return translate("Chat", "{names} and {last} know it").format(
        names=", ".join(names[:-1]), last=names[-1])


def about_fact(fact: Fact, setup: TalkSetup) -> str:
    """All that stands beneath a fact: pinned or not, who knows it, where it is from."""
    source = {FactSource.SCENE: translate("Chat", "of the scene"),
              FactSource.TALK: translate("Chat", "from this talk"),
              FactSource.PERSONA: translate("Chat", "of the character")}.get(fact.source, "")
    pinned = translate("Chat", "Pinned") if fact.pinned else ""
    return " \u00b7 ".join(filter(None, (pinned, known_by(fact, setup), source)))


def drawn_text(sentences: int, offered: int, known: int) -> str:
    """What came of drawing facts."""
    if not offered:
        return translate("Chat", "Nothing new was found in 1 sentence.") if sentences == 1 else (
            translate("Chat", "Nothing new was found in {n} sentences.").format(n=sentences))
    told = translate("Chat", "1 fact was found.") if offered == 1 else translate(
        "Chat", "{n} facts were found.").format(n=offered)
    if not known:
        return told
    rest = translate("Chat", "1 more was known.") if known == 1 else translate(
        "Chat", "{n} more were known.").format(n=known)
    return f"{told} {rest}"
