"""A tokenizer.json as SentencePiece models become: low lines for spaces, bytes for the unknown."""

import tokenizers
from tokenizers import decoders, models, normalizers

from engine.inference.tokenizer import Tokenizer

WORDS = ("\u2581rain", "\u2581sad", "ness", "\u2581the", "rain", "sad")
SPECIAL = ("<unk>", "<s>", "</s>")


def sentencepiece_tokenizer() -> Tokenizer:
    """BPE with byte fallback, a space before the first word, as Llama 2's."""
    letters = ("\u2581", *"abcdefghijklmnopqrstuvwxyz.,!?")
    names = dict.fromkeys([*SPECIAL, *(f"<0x{byte:02X}>" for byte in range(256)), *letters])
    merges: list[tuple[str, str]] = []
    for word in WORDS:
        for end in range(2, len(word) + 1):
            pair = (word[:end - 1], word[end - 1])
            if word[:end] not in names:
                names[word[:end]] = None
                merges.append(pair)
    vocabulary = {name: number for number, name in enumerate(names)}
    inner = tokenizers.Tokenizer(models.BPE(vocabulary, merges, unk_token="<unk>", fuse_unk=True,
                                            byte_fallback=True))
    inner.normalizer = normalizers.Sequence(
        [normalizers.Prepend("\u2581"), normalizers.Replace(" ", "\u2581")])
    inner.decoder = decoders.Sequence([decoders.Replace("\u2581", " "), decoders.ByteFallback(),
                                       decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    inner.add_special_tokens([tokenizers.AddedToken(name, normalized=False) for name in SPECIAL])
    return Tokenizer(inner)
