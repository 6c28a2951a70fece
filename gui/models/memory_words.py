"""How much memory a model takes, and whether that is there, in words for its card."""

from PySide6.QtCore import QCoreApplication

from engine.models.fit import Fit
from gui.figures import count_text
from gui.models.model_card import Here

translate = QCoreApplication.translate
_GIGABYTE = 1e9


def memory_words(here: Here) -> str:
    """A range at a context, whether it fits now, and what was measured; "" where nothing is
    known."""
    need, trial = here.need, here.trial
    if need is None:
        return ""
    told = translate("Models", "{low} to {high} GB for {n} tokens").format(
        low=_gigabytes(need.low), high=_gigabytes(need.high), n=count_text(need.context))
    measured = trial.memory_bytes if trial is not None and trial.outcome == "works" else None
    parts = [told, _fit_words(here.fit)]
    if measured:
        parts.append(translate("Models", "{n} GB when it was tried").format(
            n=_gigabytes(measured)))
    return ", ".join(part for part in parts if part)


def _fit_words(fit: Fit) -> str:
    return {Fit.FITS: translate("Models", "fits"),
            Fit.TIGHT: translate("Models", "tight: close other programs first"),
            Fit.TOO_LARGE: translate("Models", "more than is free now")}.get(fit, "")


def _gigabytes(count: float) -> str:
    size = count / _GIGABYTE
    return f"{size:.2f}" if size < 1 else f"{size:.1f}"
