"""What is said of a new mood in the making: how far it is, how good, what to do next."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from gui.figures import count_text

if TYPE_CHECKING:
    from engine.export.own_moods_desk import Trial
    from engine.training.new_mood.quality import Quality
    from gui.settings.fine_tuning.new_mood import NewMood

translate = QCoreApplication.translate


def state_words(making: "NewMood") -> str:
    """One sentence for the person: a trouble, what is wanted, or what would come of it."""
    if making.problem is not None:
        return f"{making.problem.message} {making.problem.hint}".strip()
    if making.keeping:
        return translate("NewMood", "Keeping it, and filling it into your songs…")
    if making.missing:
        return missing_words(making)
    if making.busy and making.unread:
        return translate("NewMood", "Reading songs the tagger has not read yet: {count} left…") \
            .format(count=count_text(making.unread))
    if making.busy or making.trial is None:
        return translate("NewMood", "Learning…")
    return trial_words(making.trial)


def missing_words(making: "NewMood") -> str:
    """How many songs are wanted yet."""
    if not making.draft.yes:
        return translate("NewMood", "Choose at least 8 songs that carry it; 20 are better. Find "
                                    "them by words, title or artist.")
    return translate("NewMood", "{count} more to go: a mood is learned from at least 8 songs that "
                                "carry it.").format(count=making.missing)


def trial_words(trial: "Trial") -> str:
    """What the mood would do to the library, and how far to believe it."""
    told = translate("NewMood", "{called} of {songs} songs would carry it.").format(
        called=count_text(trial.called), songs=count_text(trial.songs))
    return f"{told} {quality_words(trial.quality)}"


def quality_words(quality: "Quality") -> str:
    """How well it is told apart, in words and with the figure."""
    figures = translate("NewMood", "AUC {auc:.2f}, {low:.2f} to {high:.2f}").format(
        auc=quality.auc, low=quality.low, high=quality.high)
    if not quality.proven:
        words = translate("NewMood", "It cannot be told from chance yet ({figures}): add songs, "
                                     "above all from “Not sure”.")
    elif quality.auc >= 0.75:
        words = translate("NewMood", "It tells such songs well from others ({figures}).")
    else:
        words = translate("NewMood", "It tells such songs from others, with many mistakes "
                                     "({figures}). More songs from “Not sure” help most.")
    return words.format(figures=figures)


def empty_words(tab: str, making: "NewMood") -> str:
    """Why a list is empty, and what to do."""
    if tab == "found":
        if making.wanted:
            return translate("NewMood", "No song of your Library holds these words.")
        return translate("NewMood", "Your Library holds no songs yet. Drop some on the Tag page "
                                    "first.")
    if tab == "said":
        return translate("NewMood", "No songs yet. Find some, or choose them in the Library and "
                                    "take “New mood from these songs”.")
    if making.missing:
        return translate("NewMood", "This fills once 8 songs carry the mood.")
    if making.busy:
        return translate("NewMood", "Learning…")
    return translate("NewMood", "There is no other song.")
