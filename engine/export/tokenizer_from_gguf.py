"""The tokenizer inside a GGUF as tokenizer.json and the small files that hubs keep beside it.

Two kinds: byte-level BPE ("gpt2") and SentencePiece's BPE with byte fallback ("llama"). Knows
nothing of weights. Ids are those of the file, whatever happens.
"""
# The tokenizers library ships no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import tokenizers
from tokenizers import AddedToken, decoders, models, normalizers, processors

from engine.errors import EngineError
from engine.export.gguf_file import GgufFile
from engine.export.pre_tokenizers import byte_level, find_cutting

_UNKNOWN, _CONTROL, _USER_DEFINED = 2, 3, 4
_SPACE = "▁"
_ENDS = ("eos_token_id", "eot_token_id", "eom_token_id")


@dataclass(frozen=True, slots=True, eq=False)
class GgufTokenizer:
    """`inner` is the tokenizer itself. `start_ids` stand before every prompt, `stop_ids` end a
    reply; `roles` are the texts of its tokens for tokenizer_config.json; `template` may be ""."""

    inner: tokenizers.Tokenizer
    start_ids: tuple[int, ...]
    stop_ids: tuple[int, ...]
    roles: dict[str, str]
    template: str

    def write(self, folder: Path) -> None:
        """Leaves tokenizer.json, tokenizer_config.json, generation_config.json and, where there
        is one, chat_template.jinja in `folder`."""
        (folder / "tokenizer.json").write_text(self.inner.to_str(), "utf-8")
        _write_json(folder / "tokenizer_config.json",
                    {**self.roles, "add_bos_token": bool(self.start_ids)})
        _write_json(folder / "generation_config.json", {"eos_token_id": list(self.stop_ids)})
        if self.template:
            (folder / "chat_template.jinja").write_text(self.template, "utf-8")


def read_tokenizer(file: GgufFile) -> GgufTokenizer:
    """The tokenizer of an open GGUF. EngineError where it has none or one not supported."""
    kind = file.text("tokenizer.ggml.model")
    held = _Vocabulary(file)
    if kind == "gpt2":
        inner, begins = _byte_level(held)
    elif kind == "llama":
        inner, begins = _sentencepiece(held), True
    else:
        named = f'of the kind "{kind}"' if kind else "of no kind"
        raise EngineError(f"{file.path.name} has a tokenizer {named}, which is not supported.",
                          "Add the model from its folder of safetensors.")
    inner.add_special_tokens([AddedToken(text, normalized=False, special=True)
                              for text in held.of_kind(_CONTROL, _UNKNOWN)])
    inner.add_tokens([AddedToken(text, normalized=False) for text in held.of_kind(_USER_DEFINED)])
    if inner.get_vocab_size() != len(held.tokens):
        raise _broken(file)
    start = held.start(begins)
    if start:
        inner.post_processor = start_with(held.tokens[start[0]], start[0])
    return GgufTokenizer(inner, start, held.stops(), held.roles(),
                         file.text("tokenizer.chat_template"))


class _Vocabulary:
    """What the header says of tokens, checked once."""

    def __init__(self, file: GgufFile) -> None:
        self._file = file
        self.tokens = cast("list[str]", self._list("tokens", str))
        if not self.tokens:
            raise EngineError(f"{file.path.name} brings no tokenizer.",
                              "Choose another GGUF of this model.")
        self.kinds = cast("list[int]", self._list("token_type", int)) or [1] * len(self.tokens)
        self.ids = {text: number for number, text in enumerate(self.tokens)}
        if len(self.ids) != len(self.tokens) or len(self.kinds) != len(self.tokens):
            raise _broken(file)

    @property
    def cutting(self) -> str:
        return self._file.text("tokenizer.ggml.pre")

    @property
    def merges(self) -> list[tuple[str, str]]:
        """Pairs in the order they were learned; neither half is empty."""
        pairs: list[tuple[str, str]] = []
        for merge in cast("list[str]", self._list("merges", str)):
            middle = merge.find(" ", 1)
            pairs.append((merge[:middle], merge[middle + 1:]))
        return pairs

    @property
    def scores(self) -> list[float]:
        scores = cast("list[float]", self._list("scores", float))
        if len(scores) != len(self.tokens):
            raise _broken(self._file)
        return scores

    @property
    def starts_with_space(self) -> bool:
        return self._flag("add_space_prefix", True)

    def broken(self) -> EngineError:
        return _broken(self._file)

    def of_kind(self, *kinds: int) -> list[str]:
        return [text for text, kind in zip(self.tokens, self.kinds, strict=True) if kind in kinds]

    def named(self, role: str) -> int | None:
        """The id of a token by its role, where the file names one that exists."""
        number = self._file.facts.get(f"tokenizer.ggml.{role}")
        if not isinstance(number, int) or not 0 <= number < len(self.tokens):
            return None
        return number

    def start(self, begins: bool) -> tuple[int, ...]:
        number = self.named("bos_token_id")
        return () if number is None or not self._flag("add_bos_token", begins) else (number,)

    def stops(self) -> tuple[int, ...]:
        found = (self.named(role) for role in _ENDS)
        return tuple(dict.fromkeys(number for number in found if number is not None))

    def roles(self) -> dict[str, str]:
        """Texts by the names of tokenizer_config.json."""
        names = {"bos_token": "bos_token_id", "eos_token": "eos_token_id",
                 "unk_token": "unknown_token_id", "pad_token": "padding_token_id"}
        found = {name: self.named(role) for name, role in names.items()}
        return {name: self.tokens[at] for name, at in found.items() if at is not None}

    def _flag(self, name: str, default: bool) -> bool:
        value = self._file.facts.get(f"tokenizer.ggml.{name}")
        return value if isinstance(value, bool) else default

    def _list(self, name: str, kind: type) -> Sequence[object]:
        found = self._file.facts.get(f"tokenizer.ggml.{name}", [])
        if not isinstance(found, list) or not all(type(one) is kind for one in found):
            raise _broken(self._file)
        return cast("list[object]", found)


def _byte_level(held: _Vocabulary) -> tuple[tokenizers.Tokenizer, bool]:
    cutting = find_cutting(held.cutting)
    inner = _bpe(held, held.merges, ignore_merges=cutting.whole_words)
    if cutting.composes:
        inner.normalizer = normalizers.NFC()
    inner.pre_tokenizer = byte_level(cutting)
    inner.decoder = decoders.ByteLevel()
    inner.post_processor = processors.ByteLevel(trim_offsets=False)
    return inner, cutting.begins


def _sentencepiece(held: _Vocabulary) -> tokenizers.Tokenizer:
    unknown = held.named("unknown_token_id")
    inner = _bpe(held, _merges_by_score(held), byte_fallback=True, fuse_unk=True,
                 unk_token=None if unknown is None else held.tokens[unknown])
    spaced = [normalizers.Prepend(_SPACE)] if held.starts_with_space else []
    inner.normalizer = normalizers.Sequence([*spaced, normalizers.Replace(" ", _SPACE)])
    stripped = [decoders.Strip(" ", 1, 0)] if held.starts_with_space else []
    inner.decoder = decoders.Sequence([decoders.Replace(_SPACE, " "), decoders.ByteFallback(),
                                       decoders.Fuse(), *stripped])
    return inner


def _merges_by_score(held: _Vocabulary) -> list[tuple[str, str]]:
    """SentencePiece joins the pair whose whole scores highest; so each way to make a token of two
    is a merge, in the order of the scores."""
    found: list[tuple[float, int, str, str]] = []
    plain = [kind not in (_CONTROL, _UNKNOWN) for kind in held.kinds]
    for number, (text, score) in enumerate(zip(held.tokens, held.scores, strict=True)):
        if not plain[number]:
            continue
        for middle in range(1, len(text)):
            left, right = text[:middle], text[middle:]
            if left in held.ids and right in held.ids:
                found.append((-score, number, left, right))
    # Ties go to the token that stands first; how it was cut does not matter to the score.
    found.sort(key=lambda merge: merge[:2])
    return [(left, right) for _, _, left, right in found]


def _bpe(held: _Vocabulary, merges: Sequence[tuple[str, str]], **more: Any
         ) -> tokenizers.Tokenizer:
    try:
        return tokenizers.Tokenizer(models.BPE(held.ids, list(merges), **more))
    except Exception as refused:  # tokenizers raises bare Exception for bad merges
        raise held.broken() from refused


def start_with(text: str, number: int) -> Any:
    """The post-processor that puts this token before every text."""
    # Under a name of ours: a token's own text may hold what the template's syntax needs.
    start = {"id": "BOS", "ids": [number], "tokens": [text]}
    return processors.TemplateProcessing(single="BOS $A", special_tokens=[start])


def _broken(file: GgufFile) -> EngineError:
    return EngineError(f"The tokenizer in {file.path.name} is not whole.", "Fetch the file again.")


def _write_json(file: Path, content: dict[str, object]) -> None:
    file.write_text(json.dumps(content, ensure_ascii=False, indent=1), "utf-8")
