"""A hub-style folder's tokenizer made ready: tokenizer.json, and the files that tell of its marks.

A tokenizer.json is taken as it is; other vocabularies are converted, with the tokens that
tokenizer_config.json and added_tokens.json add, at the ids these say. Chat templates come along
unread.
"""
# The tokenizers library ships no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

import tokenizers

from engine.errors import EngineError
from engine.export.slow_tokenizers import build_tokenizer
from engine.inference.tokenizer import Tokenizer
from engine.models.folder_json import read_object, text_of

FILE_NAME = "tokenizer.json"
COMPANIONS = ("config.json", "generation_config.json", "tokenizer_config.json",
              "special_tokens_map.json", "chat_template.jinja", "chat_template.json",
              "additional_chat_templates")

_ROLES = ("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token",
          "mask_token")
_HINT = "Look for a variant of the model that carries a tokenizer.json."


def prepare_tokenizer(source: Path, target: Path) -> None:
    """Leaves tokenizer.json of the folder `source` in `target`, with all that stands beside it.

    EngineError where there is no tokenizer, or none that can be read; files may be left then.
    """
    for name in COMPANIONS:
        held = source / name
        if held.is_dir():
            shutil.copytree(held, target / name, dirs_exist_ok=True)
        elif held.is_file():
            shutil.copyfile(held, target / name)
    whole = source / FILE_NAME
    if whole.is_file():
        shutil.copyfile(whole, target / FILE_NAME)
    else:
        inner = build_tokenizer(source)
        add_tokens(inner, source)
        (target / FILE_NAME).write_text(inner.to_str(), "utf-8")
    Tokenizer.open(target / FILE_NAME)


def add_tokens(inner: tokenizers.Tokenizer, folder: Path) -> None:
    """Adds what the folder's small files name. EngineError where an id does not fit."""
    told = read_object(folder / "tokenizer_config.json")
    special = set(_special(told, read_object(folder / "special_tokens_map.json")))
    wanted = dict(_numbered(told, read_object(folder / "added_tokens.json"), special))
    for number in sorted(wanted):
        _add(inner, wanted[number])
        if inner.token_to_id(wanted[number].content) != number:
            raise EngineError(
                f'The tokenizer of {folder.name} puts its token "{wanted[number].content}" at a '
                "place it cannot have.", _HINT)
    known = {token.content for token in wanted.values()}
    for text in sorted(special - known):
        if inner.token_to_id(text) is not None:
            _add(inner, tokenizers.AddedToken(text, special=True, normalized=False))


def _add(inner: tokenizers.Tokenizer, token: tokenizers.AddedToken) -> None:
    if token.special:
        inner.add_special_tokens([token])
    else:
        inner.add_tokens([token])


def _special(told: Mapping[str, object], mapped: Mapping[str, object]) -> Iterator[str]:
    """The texts of tokens that have a role."""
    for source in (told, mapped):
        yield from filter(None, (text_of(source.get(role)) for role in _ROLES))
        more = source.get("additional_special_tokens")
        if isinstance(more, list):
            yield from filter(None, map(text_of, cast("list[object]", more)))


def _numbered(told: Mapping[str, object], added: Mapping[str, object],
              special: set[str]) -> Iterator[tuple[int, tokenizers.AddedToken]]:
    """Tokens with the ids they must have; tokenizer_config.json wins over added_tokens.json."""
    for text, number in added.items():
        if isinstance(number, int):
            yield number, tokenizers.AddedToken(text, special=text in special, normalized=False)
    table = told.get("added_tokens_decoder")
    for number, fields in (cast("Mapping[str, object]", table) if isinstance(table, dict)
                           else {}).items():
        if not number.isdigit() or not isinstance(fields, dict):
            continue
        token = cast("Mapping[str, object]", fields)
        text = text_of(token)
        if text:
            flags = {name: token.get(name) is True
                     for name in ("lstrip", "rstrip", "single_word", "normalized")}
            yield int(number), tokenizers.AddedToken(
                text, special=token.get("special") is True or text in special, **flags)
