"""Everything else about a training that a person may decide, each said in a line."""

from collections.abc import Callable

import msgspec
from PySide6.QtWidgets import QWidget

from engine.training.recipe import Keep, LoopOptions, Method, Recipe, Tuning
from gui.controls import Choice, Number, Switch
from gui.form import FormCard
from gui.settings.fine_tuning import words
from gui.settings.fine_tuning.choosing import Choosing
from gui.settings.fine_tuning.decimal_field import DecimalField

PATIENCE = 4
MOST_EPOCHS, MOST_RATE, MOST_RANK, MOST_THREADS = 200.0, 0.1, 256, 64
TOKENS = (64, 32768, 64)
LENGTHS = (16, 8192, 16)


class MoreOptions(FormCard):
    """Shows the recipe of a Choosing and tells it every change."""

    def __init__(self, choosing: Choosing, parent: QWidget | None = None) -> None:
        super().__init__(*_heading(), parent)
        self._choosing = choosing
        self._shown: list[Callable[[Recipe], None]] = []
        self._weights()
        self._loop()
        self._data()
        choosing.changed.connect(self._show)
        self._show()

    def _weights(self) -> None:
        self.base = Choice([], self._choosing.set_base)
        self.add_row(self.tr("Begins with"), self.base)
        self.tuning = Choice([(each.value, words.tuning_words(each)) for each in Tuning],
                             lambda value: self._set(tuning=Tuning(value)))
        self.add_row(self.tr("What learns"), self.tuning, self.tr(
            "All weights learn most and take most memory; low-rank changes are small beside "
            "them; a head alone takes seconds."))
        self.keep = Choice([(each.value, words.keep_words(each)) for each in Keep],
                           lambda value: self._set(keep=Keep(value)))
        self.add_row(self.tr("Kept as"), self.keep, self.tr(
            "An adapter is small and can be changed while the base stays open."))
        self.rank = Number(1, MOST_RANK, 1, "", self._set_rank)
        self.add_row(self.tr("Rank"), self.rank, self.tr("How much low-rank changes can hold."))
        self._shown += [
            lambda recipe: self.tuning.show_value(recipe.tuning.value),
            lambda recipe: self.keep.show_value(recipe.keep.value),
            lambda recipe: self.rank.show_value(recipe.lora.rank)]

    def _loop(self) -> None:
        self.epochs = DecimalField(0.1, MOST_EPOCHS, lambda value: self._set_loop(epochs=value))
        self.add_row(self.tr("Times through the data"), self.epochs, self.tr(
            "Early stopping ends it sooner where it no longer helps."))
        self.rate = DecimalField(1e-7, MOST_RATE, lambda value: self._set_loop(rate=value))
        self.add_row(self.tr("Learning rate"), self.rate, self.tr(
            "How far each step goes, at its highest. Too high spoils the model, too low is slow."))
        self.tokens = Number(*TOKENS, self.tr(" tokens"),
                             lambda value: self._set_loop(batch_tokens=value))
        self.add_row(self.tr("A step learns from"), self.tokens, self.tr(
            "Fewer take less memory."))
        self.warmup = DecimalField(0.0, 0.9, lambda value: self._set_loop(warmup=value))
        self.add_row(self.tr("Warm-up"), self.warmup, self.tr(
            "The share of all steps in which the rate rises."))
        self.early = Switch(self.tr("Stops when it no longer gets better"), self._set_early)
        self.add_row(self.tr("Early stopping"), self.early)
        self.seed = Number(0, 99_999, 1, "", lambda value: self._set_loop(seed=value))
        self.add_row(self.tr("Seed"), self.seed, self.tr("The same seed gives the same training."))
        self._shown += [
            lambda recipe: self.epochs.show_value(recipe.loop.epochs),
            lambda recipe: self.rate.show_value(recipe.loop.rate),
            lambda recipe: self.tokens.show_value(recipe.loop.batch_tokens),
            lambda recipe: self.warmup.show_value(recipe.loop.warmup),
            lambda recipe: self.early.show_value(recipe.loop.patience > 0),
            lambda recipe: self.seed.show_value(recipe.loop.seed)]

    def _data(self) -> None:
        self.held = DecimalField(0.0, 0.9, lambda value: self._set_data(held_out=value))
        self.add_row(self.tr("Held back"), self.held, self.tr(
            "The share of songs or talks it is judged by. They are never learned from."))
        self.longest = Number(*LENGTHS, self.tr(" tokens"),
                              lambda value: self._set_data(most_tokens=value))
        self.add_row(self.tr("Longest example"), self.longest)
        self.threads = Number(0, MOST_THREADS, 1, "", self._set_threads, self.tr("Automatic"))
        self.add_row(self.tr("Processor threads"), self.threads)
        self._shown += [
            lambda recipe: self.held.show_value(recipe.data.held_out),
            lambda recipe: self.longest.show_value(recipe.data.most_tokens)]

    def _show(self) -> None:
        plan = self._choosing.plan
        if plan is None:
            return
        for show in self._shown:
            show(plan.recipe)
        self.threads.show_value(plan.manners.threads)
        bases = [(base.id, base.name) for base in self._choosing.bases]
        wanted = plan.base or plan.recipe.base
        if wanted and wanted not in dict(bases):
            bases.append((wanted, self.tr("{name} (not installed)").format(name=wanted)))
        self.base.offer(bases or [("", self.tr("No model is installed"))])
        base = self._choosing.base
        self.base.show_value(base.id if base else wanted)
        self._allow(plan.recipe)

    def _allow(self, recipe: Recipe) -> None:
        """What a method has no use for cannot be changed."""
        lora = recipe.tuning is Tuning.LORA
        talks = recipe.method in (Method.DIALOGUE, Method.PREFERENCE, Method.GENERATIVE_TAGGER)
        self.rank.setEnabled(lora)
        self.keep.setEnabled(lora and talks)
        self.tuning.setEnabled(recipe.method is not Method.MOOD)

    def _set(self, **changes: object) -> None:
        plan = self._choosing.plan
        if plan is not None:
            self._choosing.set_recipe(msgspec.structs.replace(plan.recipe, **changes))

    def _set_loop(self, **changes: object) -> None:
        plan = self._choosing.plan
        if plan is not None:
            self._set(loop=msgspec.structs.replace(plan.recipe.loop, **changes))

    def _set_data(self, **changes: object) -> None:
        plan = self._choosing.plan
        if plan is not None:
            self._set(data=msgspec.structs.replace(plan.recipe.data, **changes))

    def _set_rank(self, rank: int) -> None:
        plan = self._choosing.plan
        if plan is not None:
            lora = plan.recipe.lora
            self._set(lora=msgspec.structs.replace(lora, rank=rank,
                                                   alpha=lora.alpha / lora.rank * rank))

    def _set_early(self, early: bool) -> None:
        self._set_loop(patience=(LoopOptions().patience or PATIENCE) if early else 0)

    def _set_threads(self, threads: int) -> None:
        plan = self._choosing.plan
        if plan is not None:
            self._choosing.set_manners(msgspec.structs.replace(plan.manners, threads=threads))



def _heading() -> tuple[str, str]:
    return (words.translate("MoreOptions", "More"),
            words.translate("MoreOptions", "What stands here was chosen for you; every line can be "
                            "left as it is."))
