"""Conversations to write and read again."""

from engine.chat.conversation import ChatMessage, Conversation, MessageState, ReplySettings, Role
from engine.chat.lorebook import Lorebook, LoreEntry
from engine.chat.persona import Persona
from engine.chat.scene import AuthorsNote, Scene
from engine.chat.talk import CastMember, TalkSetup, TurnOrder
from engine.inference.sampling import SamplingSettings

AT = "2026-03-04T05:06:07.000008+00:00"
TREE = Conversation(
    7, "Über Regen", "Be kind.", ReplySettings(99, SamplingSettings(0.5, seed=7)), "smol",
    "weather", True, AT, AT, messages=(
        ChatMessage(11, None, Role.USER, "What is *rain*?", created_at=AT),
        ChatMessage(12, 11, Role.ASSISTANT, "Water.", model="smol",
                    settings=ReplySettings(5), state=MessageState.LENGTH),
        ChatMessage(13, 17, Role.ASSISTANT, "Nässe.\n\nLex:\nNo!", "Lex", created_at=AT),
        ChatMessage(14, 13, Role.USER, " "),
        ChatMessage(15, 11, Role.ASSISTANT, "", state=MessageState.FAILED, problem="It broke."),
        ChatMessage(16, 12, Role.SYSTEM, "It rains."),
        ChatMessage(17, None, Role.USER, "What is rain, Lex?")),  # a correction: 13 follows it
    chosen={None: 17, 11: 12, 17: 13, 13: 14, 12: 16})
SETUP = TalkSetup(
    (CastMember(3, Persona("Lex Luger", "Lex", extensions={"x/y": {"big": 2**70}}), True, 0.25),),
    Scene("A window", "It rains.", ("The roof leaks.",)), TurnOrder.ROUND, 1.5, "movie", "Sam",
    AuthorsNote("Be brief.", 2, 3), Lorebook((LoreEntry(("rain",), "Wet."),)))
