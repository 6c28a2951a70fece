"""A tokenizer out of a GGUF gives the ids that the tokenizer it was made from gives."""

import io
import json
from pathlib import Path
from typing import Any

import gguf
import pytest
import sentencepiece
import tokenizers
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Regex, decoders, models, normalizers, pre_tokenizers, trainers

from engine.errors import EngineError
from engine.export.gguf_file import GgufFile
from engine.export.tokenizer_from_gguf import GgufTokenizer, read_tokenizer

SAID = ["Don't you know I'll be 1234 miles away?", "  two  spaces\n\n\tand a tab \r\n",
        "Ünïcödé, e\u0301, 日本語, 🎵🎶 and ½ ٣٤ x²",
        "WE'RE (really) $5 + 7% -- x_y/z", "", " ", "\n",
        "<|im_start|>user\nHi<|im_end|>", "aaaaaaaaaaaaaaaaaaaaaa", "end.\n\n\n  Begin"]
LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+"
          r"[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
SPECIAL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")


def pieces(name: str) -> Any:
    """How hubs write the pre-tokenizers down in the models' own tokenizer.json."""
    letters = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    own = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    if name == "gpt-2":
        return own
    if name == "smollm":
        return pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), own])
    pattern = LLAMA3 if name == "llama-bpe" else LLAMA3.replace("{1,3}", "")
    return pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(pattern), "isolated"), letters])


def trained(name: str) -> tokenizers.Tokenizer:
    whole = tokenizers.Tokenizer(models.BPE(ignore_merges=name == "llama-bpe"))
    whole.pre_tokenizer = pieces(name)
    whole.decoder = decoders.ByteLevel()
    if name == "qwen2":
        whole.normalizer = normalizers.NFC()
    whole.train_from_iterator(SAID * 3, trainers.BpeTrainer(
        vocab_size=420, special_tokens=list(SPECIAL), show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    return whole


def gguf_of(path: Path, tokens: list[str], kinds: list[int], more: dict[str, Any]) -> Path:
    """A GGUF with nothing but a tokenizer; `more` are calls of the writer by name."""
    writer = gguf.GGUFWriter(str(path), "llama")
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    for name, value in more.items():
        getattr(writer, f"add_{name}")(value)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def read(path: Path) -> GgufTokenizer:
    with GgufFile.open(path) as file:
        return read_tokenizer(file)


def carried(path: Path, whole: tokenizers.Tokenizer, name: str, **more: Any) -> GgufTokenizer:
    """The byte-level tokenizer after its way through a GGUF."""
    tokens = [token for token, _ in sorted(whole.get_vocab().items(), key=lambda held: held[1])]
    merges = json.loads(whole.to_str())["model"]["merges"]
    kinds = [3 if token in SPECIAL else 1 for token in tokens]
    return read(gguf_of(path, tokens, kinds, {
        "tokenizer_model": "gpt2", "tokenizer_pre": name,
        "token_merges": [" ".join(pair) for pair in merges], "eos_token_id": 2, **more}))


@pytest.mark.parametrize("name", ["gpt-2", "smollm", "llama-bpe", "qwen2"])
def test_byte_level_ids_stay_the_same(name: str, tmp_path: Path) -> None:
    whole = trained(name)
    ours = carried(tmp_path / "it.gguf", whole, name).inner
    for text in SAID:
        expected = whole.encode(text, add_special_tokens=False).ids
        assert ours.encode(text, add_special_tokens=False).ids == expected, text
        assert ours.decode(expected) == whole.decode(expected)


def test_any_text_comes_back(tmp_path: Path) -> None:
    whole = trained("smollm")
    ours = carried(tmp_path / "it.gguf", whole, "smollm").inner

    @settings(max_examples=150, deadline=None)
    @given(st.text())
    def comes_back(text: str) -> None:
        ids = ours.encode(text, add_special_tokens=False).ids
        assert ids == whole.encode(text, add_special_tokens=False).ids
        assert ours.decode(ids, skip_special_tokens=False) == text

    comes_back()


def test_what_has_no_name_is_cut_as_llama_cpp_cuts_it(tmp_path: Path) -> None:
    ours = carried(tmp_path / "it.gguf", trained("gpt-2"), "default").inner
    cut = [part for part, _ in ours.pre_tokenizer.pre_tokenize_str("Hi, it's 12345!")]
    assert cut == ["Hi", ",", "Ġit", "'", "s", "Ġ", "123", "45", "!"]


def spoken(byte_fallback: bool = True) -> tuple[Any, list[str], list[float], list[int]]:
    """A small SentencePiece BPE model and what a GGUF says of it."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(SAID * 3 + ["some other words to learn from"] * 3),
        model_writer=model, vocab_size=380, model_type="bpe", byte_fallback=byte_fallback,
        character_coverage=0.98, normalization_rule_name="identity", minloglevel=2,
        remove_extra_whitespaces=False, user_defined_symbols=["<|im_start|>"],
        hard_vocab_limit=False)
    held = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
    ids = range(held.get_piece_size())
    kinds = [2 if held.is_unknown(at) else 3 if held.is_control(at) else 6 if held.is_byte(at)
             else 4 if held.id_to_piece(at) == "<|im_start|>" else 1 for at in ids]
    return (held, [held.id_to_piece(at) for at in ids], [held.get_score(at) for at in ids], kinds)


def test_sentencepiece_ids_stay_the_same(tmp_path: Path) -> None:
    held, tokens, scores, kinds = spoken()
    ours = read(gguf_of(tmp_path / "it.gguf", tokens, kinds, {
        "tokenizer_model": "llama", "token_scores": scores, "unk_token_id": 0, "bos_token_id": 1,
        "eos_token_id": 2}))
    assert ours.start_ids == (1,) and ours.stop_ids == (2,)
    for text in SAID:
        if "<|im" in text or not text.strip():
            continue  # SentencePiece writes no space before its own symbols
        expected = held.encode(text)
        assert ours.inner.encode(text, add_special_tokens=False).ids == expected, text
        assert ours.inner.encode(text).ids == [1, *expected]
        assert ours.inner.decode(expected) == held.decode(expected)


def test_what_stands_for_something_is_told(tmp_path: Path) -> None:
    ours = carried(tmp_path / "it.gguf", trained("llama-bpe"), "llama-bpe", bos_token_id=0,
                   eot_token_id=1, chat_template="{{ bos_token }}")
    # Llama 3 begins with its BOS token though the file does not say so.
    assert ours.start_ids == (0,) and ours.stop_ids == (2, 1)
    assert ours.roles == {"bos_token": SPECIAL[0], "eos_token": SPECIAL[2]}
    assert ours.inner.encode("a").ids[0] == 0
    ours.write(tmp_path)
    assert (tmp_path / "chat_template.jinja").read_text() == "{{ bos_token }}"
    told = json.loads((tmp_path / "tokenizer_config.json").read_text())
    assert told["bos_token"] == SPECIAL[0] and told["add_bos_token"] is True
    assert json.loads((tmp_path / "generation_config.json").read_text()) == {
        "eos_token_id": [2, 1]}
    again = tokenizers.Tokenizer.from_file(str(tmp_path / "tokenizer.json"))
    assert again.encode(SAID[0]).ids == ours.inner.encode(SAID[0]).ids
    # AND a file that says it does not begin so is believed
    silent = carried(tmp_path / "no.gguf", trained("llama-bpe"), "llama-bpe", bos_token_id=0,
                     add_bos_token=False)
    assert silent.start_ids == () and silent.template == ""


def test_ids_beyond_the_vocabulary_are_nobody(tmp_path: Path) -> None:
    ours = carried(tmp_path / "it.gguf", trained("gpt-2"), "gpt-2", bos_token_id=10**6)
    assert "bos_token" not in ours.roles and ours.start_ids == ()


@pytest.mark.parametrize("more, sentence", [
    ({"tokenizer_model": "t5"}, 'of the kind "t5"'),
    ({}, "of no kind"),
    ({"tokenizer_model": "gpt2", "tokenizer_pre": "brand-new"}, '"brand-new"'),
    ({"tokenizer_model": "gpt2", "tokenizer_pre": "gpt-2", "token_merges": ["a zzz"]},
     "not whole"),
    ({"tokenizer_model": "gpt2", "tokenizer_pre": "gpt-2", "token_merges": ["nospace"]},
     "not whole"),
    ({"tokenizer_model": "llama"}, "not whole"),
    ({"tokenizer_model": "llama", "token_scores": [1.0]}, "not whole"),
])
def test_what_cannot_be_read_is_a_sentence(more: dict[str, Any], sentence: str,
                                           tmp_path: Path) -> None:
    file = gguf_of(tmp_path / "it.gguf", ["a", "b", "ab"], [1, 1, 1], more)
    with pytest.raises(EngineError) as caught:
        read(file)
    assert sentence in caught.value.message and caught.value.hint


def test_tokens_that_stand_twice_or_not_at_all_are_told(tmp_path: Path) -> None:
    named = {"tokenizer_model": "gpt2", "tokenizer_pre": "gpt-2"}
    with pytest.raises(EngineError, match="not whole"):
        read(gguf_of(tmp_path / "a.gguf", ["a", "a"], [1, 1], named))
    with pytest.raises(EngineError, match="not whole"):
        read(gguf_of(tmp_path / "b.gguf", ["a", "b"], [1], named))
    writer = gguf.GGUFWriter(str(tmp_path / "c.gguf"), "llama")
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()
    with pytest.raises(EngineError, match="brings no tokenizer"):
        read(tmp_path / "c.gguf")
