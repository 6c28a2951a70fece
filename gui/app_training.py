"""The part of gui.app that connects the page of trainings to the other rooms."""

from typing import TYPE_CHECKING

from engine.settings import Settings
from gui.tagger_choices import TaggerChoice

if TYPE_CHECKING:
    from gui.app import Program

PART = "settings/part"
MOOD_HEAD = "mood-head"


def connect_training(program: "Program") -> None:
    """Everything the page of trainings asks of the rest of the window."""
    room, page, window = program.fine_tuning, program.settings_page, program.window

    def show() -> None:
        window.show_page("settings")
        page.show_fine_tuning()

    def compare(tagger: str, name: str) -> None:
        """Has the Library read by a tagger beside what it shows."""
        window.show_page("library")
        program.library.retagging.run.start(TaggerChoice(tagger, name))

    page.part_chosen.connect(lambda part: program.memory.setValue(PART, part))
    room.wanted.connect(show)
    room.adopted.connect(program.settings.use)
    room.models_changed.connect(program.models.load)
    room.model_wanted.connect(program.models.adding.get)
    program.models.models_changed.connect(room.look_again)
    room.change_wanted.connect(compare)
    room.problem_raised.connect(program.notifier.show_problem)
    connect_moods(program)


def connect_moods(program: "Program") -> None:
    """Moods of one's own show everywhere at once, and follow the tagger."""
    moods, settings = program.new_moods, program.settings
    moods.problem_raised.connect(program.notifier.show_problem)
    moods.changed.connect(program.tag.mark_stale)
    moods.changed.connect(program.models.load)
    used = [settings.current.tagger]

    def follow(now: Settings) -> None:
        """They are heads upon one tagger: another one has to learn them first."""
        if now.tagger != used[0]:
            used[0] = now.tagger
            moods.check()

    settings.changed.connect(follow)
    heads = [own_heads(program)]

    def look() -> None:
        """One came by a training, or was removed among the models, or put back there."""
        now = own_heads(program)
        if now != heads[0]:
            heads[0] = now
            moods.check()

    program.models.changed.connect(look)
    program.window.first_painted.connect(moods.check)


def own_heads(program: "Program") -> tuple[str, ...]:
    """The models of moods of one's own, as the Models page lists them."""
    return tuple(sorted(card.id for card in program.models.cards if card.task == MOOD_HEAD))
