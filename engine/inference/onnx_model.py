"""The one door to ONNX Runtime: opens a graph and runs it on named arrays.

Chooses threads and session options; knows nothing of tokens, moods or folders' manifests.
"""
# ONNX Runtime ships no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

import numpy as np
import numpy.typing as npt
import onnxruntime

from engine.errors import EngineError

Array = npt.NDArray[np.generic]


class OnnxModel:
    """An open inference session on the CPU."""

    def __init__(self, session: onnxruntime.InferenceSession) -> None:
        self._session = session
        self.inputs: tuple[str, ...] = tuple(value.name for value in session.get_inputs())
        self.outputs: tuple[str, ...] = tuple(value.name for value in session.get_outputs())

    @classmethod
    def open(cls, graph: Path, threads: int = 0) -> "OnnxModel":
        """Opens a graph whose runs use `threads` threads each (0: one a physical core).

        Raises EngineError where the file is missing, cut off or not understood.
        """
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # Spinning threads win little here and take the processor from the window.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            # Read by Python: paths with any letters work on every system.
            content = graph.read_bytes()
            session = onnxruntime.InferenceSession(
                content, options, providers=["CPUExecutionProvider"]
            )
        except Exception as broken:  # onnxruntime's exceptions share no public parent
            raise EngineError(
                f"The model file {graph.name} in {graph.parent.name} cannot be opened: {broken}",
                "Add the model again from its source.",
            ) from broken
        return cls(session)

    @property
    def device(self) -> str:
        """The name of the provider that really runs it."""
        return str(self._session.get_providers()[0]).removesuffix("ExecutionProvider")

    def run(self, outputs: Sequence[str], inputs: Mapping[str, Array]) -> list[Array]:
        """The named outputs for the named inputs."""
        return cast("list[Array]", self._session.run(list(outputs), dict(inputs)))
