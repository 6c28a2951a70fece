"""A decoder's weights out of its installed model: what our graph multiplies with, exactly.

The reverse of decoder_graph, so that training begins with the model itself and needs no source.
Knows the names and nodes that decoder_graph writes; refuses graphs of other makers.
"""

from pathlib import Path

from engine.export.decoder_weights import DecoderWeights


def read_installed(folder: Path) -> DecoderWeights:
    """The decoder of an installed model folder (layout "shared-cache").

    EngineError where the folder holds another kind of model, or a graph that is not ours.
    """
    raise NotImplementedError
