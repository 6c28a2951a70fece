"""Tokenizers kept as vocabulary files, without a tokenizer.json: each family's own way with them.

vocab.json and merges.txt (byte-level, GPT-2 and its kin), vocab.txt (BERT's WordPiece), and
SentencePiece files. Which family it is the folder says; one not known is refused, since a guess
would give other ids. Knows nothing of chat templates.
"""
# The tokenizers library ships no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import tokenizers
from tokenizers import decoders, models, normalizers, pre_tokenizers, processors

from engine.errors import EngineError
from engine.export.pre_tokenizers import byte_level, find_cutting
from engine.export.sentencepiece_file import read_sentencepiece
from engine.export.sentencepiece_tokenizer import sentencepiece_tokenizer
from engine.models.folder_json import read_object, text_of

Told = Mapping[str, object]
_HINT = "Look for a variant of the model that carries a tokenizer.json."
_PIECES = ("spiece.model", "tokenizer.model", "sentencepiece.bpe.model")
_SENTINELS = 100

_FAMILIES = {
    "gpt2": "gpt2", "gpt_neo": "gpt2", "gptj": "gpt2", "codegen": "gpt2", "gptneox": "gpt2",
    "gpt_neox": "gpt2", "roberta": "roberta", "bart": "roberta", "qwen2": "qwen2",
    "qwen3": "qwen2", "bert": "bert", "distilbert": "bert", "electra": "bert", "llama": "llama",
    "mistral": "llama", "codellama": "llama", "gemma": "llama", "t5": "t5", "albert": "albert",
}


def build_tokenizer(folder: Path) -> tokenizers.Tokenizer:
    """The tokenizer of a folder without tokenizer.json. EngineError where it has none we know."""
    told = read_object(folder / "tokenizer_config.json")
    family = _family(folder, told)
    build = _BUILDERS.get(family)
    if build is None:
        raise EngineError(
            f"The tokenizer of {folder.name} is of a kind that cannot be converted.", _HINT)
    try:
        return build(folder, told)
    except EngineError:
        raise
    except Exception as broken:  # tokenizers raises bare Exception for bad vocabularies
        raise EngineError(
            f"The tokenizer of {folder.name} cannot be read: {broken}",
            "Get the model's folder again from where it came.",
        ) from broken


def surround(inner: tokenizers.Tokenizer, before: Sequence[str], after: Sequence[str]) -> None:
    """Makes these tokens stand around every text. EngineError where one does not exist."""
    tokens = [*before, *after]
    # Under names of ours: a token's own text may hold what the template's syntax needs.
    named = [{"id": f"T{at}", "ids": [_number(inner, text)], "tokens": [text]}
             for at, text in enumerate(tokens)]
    names = [str(one["id"]) for one in named]
    single = " ".join([*names[: len(before)], "$A", *names[len(before) :]])
    inner.post_processor = processors.TemplateProcessing(single=single, special_tokens=named)


def _mark(inner: tokenizers.Tokenizer, *texts: str) -> None:
    """Makes tokens of the vocabulary special. EngineError where one is not in it."""
    for text in texts:
        _number(inner, text)
    inner.add_special_tokens(list(texts))


def _number(inner: tokenizers.Tokenizer, text: str) -> int:
    number = inner.token_to_id(text)
    if number is None:
        raise EngineError(f'The tokenizer of this model lacks its token "{text}".', _HINT)
    return number


def _family(folder: Path, told: Told) -> str:
    named = text_of(told.get("tokenizer_class")).removesuffix("Fast").removesuffix("Tokenizer")
    family = named.lower() or text_of(read_object(folder / "config.json").get("model_type"))
    return _FAMILIES.get(family, "")


def _file(folder: Path, *names: str) -> Path:
    found = next((folder / name for name in names if (folder / name).is_file()), None)
    if found is None:
        raise EngineError(
            f"{folder.name} has no tokenizer: neither tokenizer.json nor {names[0]}.",
            "Get the model's folder whole, with its tokenizer.")
    return found


def _token(told: Told, role: str, usual: str) -> str:
    return text_of(told.get(role)) or usual


def _byte_pairs(folder: Path, cutting: str, **more: Any) -> tokenizers.Tokenizer:
    vocabulary = cast("dict[str, int]", read_object(_file(folder, "vocab.json")))
    lines = _file(folder, "merges.txt").read_text("utf-8").split("\n")
    # The first line names the version of the format; a merge can begin with its mark too.
    merges = [tuple(line.split(" ")) for line in lines
              if line and not line.startswith("#version")]
    inner = tokenizers.Tokenizer(models.BPE(vocabulary, merges, **more))
    way = find_cutting(cutting)
    if way.composes:
        inner.normalizer = normalizers.NFC()
    inner.pre_tokenizer = byte_level(way)
    inner.decoder = decoders.ByteLevel()
    return inner


def _gpt2(folder: Path, told: Told) -> tokenizers.Tokenizer:
    inner = _byte_pairs(folder, "gpt-2")
    if told.get("add_prefix_space") is True:
        inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    if told.get("add_bos_token") is True:
        surround(inner, [_token(told, "bos_token", "<|endoftext|>")], [])
    return inner


def _roberta(folder: Path, told: Told) -> tokenizers.Tokenizer:
    inner = _byte_pairs(folder, "gpt-2")
    if told.get("add_prefix_space") is True:
        inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    start, end = _token(told, "cls_token", "<s>"), _token(told, "sep_token", "</s>")
    _mark(inner, start, end)
    surround(inner, [start], [end])
    return inner


def _qwen2(folder: Path, _told: Told) -> tokenizers.Tokenizer:
    return _byte_pairs(folder, "qwen2")


def _bert(folder: Path, told: Told) -> tokenizers.Tokenizer:
    lines = _file(folder, "vocab.txt").read_text("utf-8").split("\n")
    words = lines[:-1] if lines[-1] == "" else lines
    unknown = _token(told, "unk_token", "[UNK]")
    vocabulary = {word: at for at, word in enumerate(words)}
    inner = tokenizers.Tokenizer(models.WordPiece(vocabulary, unk_token=unknown))
    accents = told.get("strip_accents")
    inner.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.BertNormalizer(
        clean_text=True,
        handle_chinese_chars=told.get("tokenize_chinese_chars", True) is not False,
        strip_accents=accents if isinstance(accents, bool) else None,
        lowercase=told.get("do_lower_case", True) is not False,
    )])
    inner.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    inner.decoder = decoders.WordPiece()
    start, end = _token(told, "cls_token", "[CLS]"), _token(told, "sep_token", "[SEP]")
    _mark(inner, unknown, start, end)
    surround(inner, [start], [end])
    return inner


def _pieces(folder: Path) -> tokenizers.Tokenizer:
    return sentencepiece_tokenizer(read_sentencepiece(_file(folder, *_PIECES)))


def _llama(folder: Path, told: Told) -> tokenizers.Tokenizer:
    """Begins with the BOS token unless told not to."""
    inner = _pieces(folder)
    before = [_token(told, "bos_token", "<s>")] if told.get("add_bos_token", True) else []
    after = [_token(told, "eos_token", "</s>")] if told.get("add_eos_token") is True else []
    surround(inner, before, after)
    return inner


def _t5(folder: Path, told: Told) -> tokenizers.Tokenizer:
    """Ends with EOS. Its sentinels come after the pieces, the highest number first."""
    inner = _pieces(folder)
    extra = told.get("extra_ids")
    count = extra if isinstance(extra, int) else _SENTINELS
    inner.add_special_tokens([
        tokenizers.AddedToken(f"<extra_id_{at}>", lstrip=True, rstrip=True, normalized=False)
        for at in reversed(range(count))])
    surround(inner, [], [_token(told, "eos_token", "</s>")])
    return inner


def _albert(folder: Path, told: Told) -> tokenizers.Tokenizer:
    """Quotes are made plain, accents and capitals dropped before the pieces' own rules."""
    inner = _pieces(folder)
    steps: list[Any] = [normalizers.Replace("``", '"'), normalizers.Replace("''", '"')]
    if told.get("keep_accents") is not True:
        steps += [normalizers.NFKD(), normalizers.StripAccents()]
    if told.get("do_lower_case", True) is not False:
        steps += [normalizers.Lowercase()]
    inner.normalizer = normalizers.Sequence([*steps, inner.normalizer])
    surround(inner, [_token(told, "cls_token", "[CLS]")], [_token(told, "sep_token", "[SEP]")])
    return inner


_BUILDERS: Mapping[str, Callable[[Path, Told], tokenizers.Tokenizer]] = {
    "gpt2": _gpt2, "roberta": _roberta, "qwen2": _qwen2, "bert": _bert, "llama": _llama,
    "t5": _t5, "albert": _albert,
}
