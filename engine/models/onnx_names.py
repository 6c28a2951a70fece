"""How hubs name the ONNX graphs of a model: by what they do, and by how their weights are kept."""

from collections.abc import Collection, Mapping

PRECISIONS: Mapping[str, str] = {
    "_quantized": "int8", "_int8": "int8", "_q4": "4-bit", "": "fp32", "_uint8": "uint8",
    "_fp16": "fp16", "_q4f16": "4-bit"}
"""What a name adds to say its precision, best for a processor first."""

WRITER = ("decoder_model_merged", "model")
ANSWERER, READER, CLASSIFIER = ("decoder_model_merged",), ("encoder_model",), ("model",)
_WHOLE = ((READER, ANSWERER), (WRITER,))


def best_graphs(names: Collection[str], wanted: Mapping[str, tuple[str, ...]]
                ) -> tuple[dict[str, str], str] | None:
    """For each of `wanted` (what it is, its stems) the graph among the file names `names`, all of
    the best precision in which there are all, and that precision. None where there is none."""
    for added, precision in PRECISIONS.items():
        found = {target: name for target, stems in wanted.items()
                 if (name := _first(names, stems, added))}
        if len(found) == len(wanted):
            return found, precision
    return None


def graphs_to_fetch(names: Collection[str]) -> tuple[str, ...]:
    """The graphs of one model among `names`, whatever it does; nothing where there are none."""
    for parts in _WHOLE:
        found = best_graphs(names, {stems[0]: stems for stems in parts})
        if found is not None:
            return tuple(found[0].values())
    return ()


def _first(names: Collection[str], stems: tuple[str, ...], added: str) -> str:
    return next((name for stem in stems if (name := f"{stem}{added}.onnx") in names), "")
