"""A plain picture for a card whose character has none: a figure on its colour. Draws no one."""

import zlib

import numpy as np

from engine.chat.cards.png_chunks import SIGNATURE, Chunk

WIDTH, HEIGHT = 400, 600
_GREY = (0x6b, 0x72, 0x80)


def plain_picture(colour: str) -> bytes:
    """A PNG, 400 x 600. `colour` is "#rrggbb"; anything else gives grey."""
    down, across = np.ogrid[0:HEIGHT, 0:WIDTH]
    head = (across - WIDTH / 2) ** 2 + (down - 250) ** 2 < 80 ** 2
    shoulders = ((across - WIDTH / 2) / 150) ** 2 + ((down - HEIGHT) / 230) ** 2 < 1
    ground = np.array(_parts(colour), dtype=np.float32) * (1 - 0.35 * down[..., None] / HEIGHT)
    figure = np.float32(255) - (np.float32(255) - ground) * np.float32(0.6)
    pixels = np.where((head | shoulders)[..., None], figure, ground).astype(np.uint8)
    # Every row opens with the number of its filter: 0, none.
    rows = np.pad(pixels.reshape(HEIGHT, WIDTH * 3), ((0, 0), (1, 0)))
    header = WIDTH.to_bytes(4) + HEIGHT.to_bytes(4) + bytes([8, 2, 0, 0, 0])
    chunks = (Chunk(b"IHDR", header), Chunk(b"IDAT", zlib.compress(rows.tobytes(), 9)),
              Chunk(b"IEND", b""))
    return SIGNATURE + b"".join(chunk.written for chunk in chunks)


def _parts(colour: str) -> tuple[int, int, int]:
    try:
        red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    except ValueError:
        return _GREY
    return red, green, blue
