"""Tells of models that arrived, or could not, where the person is not looking at them."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from gui.models.adding import Arrival
from gui.models.model_card import ModelCard
from gui.models.presenter import ModelsPresenter
from gui.notifications import Notifier


class ArrivalNews(QObject):
    """`page` names the page that is shown; `waits` says whether the Chat page waits for its first
    model and so tells itself what became of it."""

    def __init__(self, models: ModelsPresenter, notifier: Notifier, page: Callable[[], str],
                 waits: Callable[[], bool], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._notifier, self._page, self._waits = notifier, page, waits
        models.arrived.connect(self._tell_arrival)
        models.adding.came_to_nothing.connect(self._tell_failure)

    def _tell_arrival(self, card: ModelCard) -> None:
        """On the Models page the card says it."""
        if self._page() == "models":
            return
        if card.problem:
            self._notifier.show_message(f"{card.name}: {card.problem}", card.hint)
        else:
            self._notifier.show_news(self.tr("{name} is ready.").format(name=card.name))

    def _tell_failure(self, arrival: Arrival) -> None:
        if self._page() == "models" or (
                arrival.wanted and self._page() == "chat" and self._waits()):
            return
        named = arrival.name in arrival.message
        self._notifier.show_message(
            arrival.message if named else f"{arrival.name}: {arrival.message}", arrival.hint)
