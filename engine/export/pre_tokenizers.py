"""How byte-level vocabularies cut a text before they merge, by the names GGUF files use.

The patterns are those the models were trained with. A name not listed here is refused: a wrong
cut gives other tokens, and a model that talks nonsense.
"""
# The tokenizers library ships no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tokenizers import Regex, pre_tokenizers

from engine.errors import EngineError


@dataclass(frozen=True, slots=True)
class Cutting:
    """`patterns` cut one after the other. `whole_words`: a piece that is a token stays one, even
    where the merges would not lead there. `composes`: letters and accents are joined first.
    `begins`: a BOS token stands first unless the file says otherwise."""

    patterns: tuple[str, ...]
    whole_words: bool = False
    composes: bool = False
    begins: bool = False


_GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
_ENDINGS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)"
_REST = r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
_LLAMA3 = rf"{_ENDINGS}|[^\r\n\p{{L}}\p{{N}}]?\p{{L}}+|\p{{N}}{{1,3}}|{_REST}"
_QWEN2 = rf"{_ENDINGS}|[^\r\n\p{{L}}\p{{N}}]?\p{{L}}+|\p{{N}}|{_REST}"
_UPPER, _LOWER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
_TEKKEN = (rf"[^\r\n\p{{L}}\p{{N}}]?{_UPPER}*{_LOWER}+|[^\r\n\p{{L}}\p{{N}}]?{_UPPER}+{_LOWER}*"
           r"|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+")

_PLAIN = Cutting((_GPT2,))
_DIGITS_APART = Cutting((r"\p{N}", _GPT2))
_LIKE_LLAMA3 = Cutting((_LLAMA3,), whole_words=True, begins=True)
_LIKE_QWEN2 = Cutting((_QWEN2,), composes=True)

_KNOWN: Mapping[str, Cutting] = {
    "": Cutting((r"[\p{P}\$\+<=>\^~\|]+", _GPT2, r"\p{N}+", r"[0-9][0-9][0-9]")),
    "gpt-2": _PLAIN,
    **dict.fromkeys(("smollm", "starcoder", "refact", "codeshell", "command-r"), _DIGITS_APART),
    **dict.fromkeys(("llama-bpe", "llama3", "llama-v3", "falcon3", "pixtral", "lfm2"),
                    _LIKE_LLAMA3),
    "smaug-bpe": Cutting((_LLAMA3,)),
    **dict.fromkeys(("qwen2", "deepseek-r1-qwen", "megrez", "hunyuan"), _LIKE_QWEN2),
    "tekken": Cutting((_TEKKEN,), whole_words=True, begins=True),
}
DEFAULT = "default"


def find_cutting(name: str) -> Cutting:
    """The cutting of that name. EngineError for one not known."""
    found = _KNOWN.get("" if name == DEFAULT else name)
    if found is None:
        raise EngineError(f'The tokenizer of this model cuts words in a way called "{name}", which '
                          "is not supported.", "Add the model from its folder of safetensors.")
    return found


def byte_level(cutting: Cutting) -> Any:
    """The pre-tokenizer that cuts so, then writes each byte as a letter."""
    cuts = [pre_tokenizers.Split(Regex(pattern), "isolated") for pattern in cutting.patterns]
    letters = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    return pre_tokenizers.Sequence([*cuts, letters])
