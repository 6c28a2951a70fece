"""Labels that are probably wrong, by confident learning: what a light model that never saw a row
thinks of its labels, against how sure it is of rows that have them.

Northcutt, Jiang and Chuang (2021), Confident Learning: Estimating Uncertainty in Dataset Labels.
"""

from collections.abc import Sequence

from engine.training.rows.data_report import Suspect
from engine.training.rows.row import TextRow


def find_suspects(rows: Sequence[TextRow], seed: int = 7, most: int = 200) -> tuple[Suspect, ...]:
    """The `most` most doubtful labels, the most doubtful first; () where too few rows are there."""
    raise NotImplementedError
