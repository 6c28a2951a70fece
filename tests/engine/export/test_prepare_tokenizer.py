"""Tokenizers without tokenizer.json give the ids their own classes give; files come along."""

import json
from pathlib import Path

import pytest
import tokenizers
import transformers
from tokenizers import models, pre_tokenizers, trainers

from engine.errors import EngineError
from engine.export.prepare_tokenizer import prepare_tokenizer
from engine.inference.tokenizer import Tokenizer
from tests.engine.export.sentencepiece_models import WORDS, texts, train
from tests.tiny_encoder import tiny_tokenizer

PLAIN = [text for text in texts(60) if "▁" not in text and "<" not in text and "[" not in text]


def write(file: Path, content: object) -> None:
    file.write_text(json.dumps(content, ensure_ascii=False), "utf-8")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    return folder


def prepared(source: Path) -> Tokenizer:
    target = source.parent / "target"
    target.mkdir(exist_ok=True)
    prepare_tokenizer(source, target)
    return Tokenizer.open(target / "tokenizer.json")


def agree(ours: Tokenizer, theirs: transformers.PreTrainedTokenizer,
          samples: list[str] = PLAIN) -> None:
    for text in samples:
        assert ours.wrap(ours.encode(text).ids).tolist() == theirs(text)["input_ids"], repr(text)


def byte_pairs(folder: Path, specials: list[str]) -> None:
    """vocab.json and merges.txt, learned on the words of the tests."""
    inner = tokenizers.Tokenizer(models.BPE())
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=400, special_tokens=specials, show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    inner.train_from_iterator([" ".join(WORDS)] * 20, trainer)
    inner.model.save(str(folder))


def test_gpt2(source: Path) -> None:
    byte_pairs(source, ["<|endoftext|>"])
    write(source / "tokenizer_config.json", {"tokenizer_class": "GPT2Tokenizer",
                                             "eos_token": "<|endoftext|>"})
    ours = prepared(source)
    theirs = transformers.GPT2Tokenizer(str(source / "vocab.json"), str(source / "merges.txt"))
    agree(ours, theirs)
    assert ours.special_id("<|endoftext|>") == 0
    assert ours.decode(ours.encode("naïve 夜 moon").ids) == "naïve 夜 moon"


def test_gpt2_that_begins_with_a_token(source: Path) -> None:
    byte_pairs(source, ["</s>"])
    write(source / "config.json", {"model_type": "gpt2"})
    write(source / "tokenizer_config.json", {"add_bos_token": True, "bos_token": "</s>"})
    assert prepared(source).wrap(prepared(source).encode("love").ids)[0] == 0


def test_roberta_and_bart(source: Path) -> None:
    byte_pairs(source, ["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    write(source / "config.json", {"model_type": "bart"})
    theirs = transformers.RobertaTokenizer(str(source / "vocab.json"),
                                           str(source / "merges.txt"))
    agree(prepared(source), theirs)


@pytest.mark.parametrize("told", [{}, {"do_lower_case": False}, {"strip_accents": False},
                                  {"tokenize_chinese_chars": False}], ids=str)
def test_bert(source: Path, told: dict[str, object]) -> None:
    letters = sorted({letter for word in WORDS for letter in word})
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS, *letters,
                  *(f"##{letter}" for letter in letters), "!", ".", "-"]
    (source / "vocab.txt").write_text(
        "\n".join(dict.fromkeys(vocabulary)) + "\n", "utf-8")
    write(source / "tokenizer_config.json", {"tokenizer_class": "BertTokenizer", **told})
    theirs = transformers.BertTokenizer(str(source / "vocab.txt"), **told)
    agree(prepared(source), theirs)


def test_t5(source: Path) -> None:
    (source / "spiece.model").write_bytes(train(
        pad_id=0, eos_id=1, unk_id=2, bos_id=-1, unk_piece="<unk>"))
    write(source / "config.json", {"model_type": "t5"})
    write(source / "tokenizer_config.json", {"extra_ids": 10, "eos_token": "</s>"})
    theirs = transformers.T5Tokenizer(str(source / "spiece.model"), extra_ids=10, legacy=False)
    ours = prepared(source)
    agree(ours, theirs)
    for at in (0, 9):
        name = f"<extra_id_{at}>"
        assert ours.special_id(name) == theirs.convert_tokens_to_ids(name)


@pytest.mark.parametrize("told", [{}, {"add_bos_token": False}, {"add_eos_token": True}], ids=str)
def test_llama(source: Path, told: dict[str, object]) -> None:
    (source / "tokenizer.model").write_bytes(train(
        model_type="bpe", byte_fallback=True, vocab_size=500,
        normalization_rule_name="identity", remove_extra_whitespaces=False))
    write(source / "tokenizer_config.json", {"tokenizer_class": "LlamaTokenizer", **told})
    theirs = transformers.LlamaTokenizer(str(source / "tokenizer.model"), legacy=False, **told)
    agree(prepared(source), theirs)


def test_albert(source: Path) -> None:
    (source / "spiece.model").write_bytes(train(
        control_symbols=["[CLS]", "[SEP]", "[MASK]"], pad_id=0, unk_id=1, bos_id=-1, eos_id=-1,
        pad_piece="<pad>", unk_piece="<unk>"))
    write(source / "config.json", {"model_type": "albert"})
    theirs = transformers.AlbertTokenizer(str(source / "spiece.model"))
    # Its own class also splits a comma after a digit, which no text here has.
    agree(prepared(source), theirs)


def test_added_tokens_have_the_ids_the_config_says(source: Path) -> None:
    # GIVEN a chat model whose marks were added behind the pieces
    raw = train(model_type="bpe", byte_fallback=True, vocab_size=500)
    (source / "tokenizer.model").write_bytes(raw)
    size = transformers.LlamaTokenizer(str(source / "tokenizer.model")).vocab_size
    marks = {str(size): {"content": "<|im_start|>", "special": True},
             str(size + 1): {"content": "<|im_end|>", "special": True},
             str(size + 2): {"content": "<think>", "special": False}}
    write(source / "tokenizer_config.json", {
        "tokenizer_class": "LlamaTokenizer", "added_tokens_decoder": marks,
        "eos_token": {"content": "<|im_end|>"}, "chat_template": "x"})
    (source / "chat_template.jinja").write_text("{{ messages }}", "utf-8")
    (source / "additional_chat_templates").mkdir()
    (source / "additional_chat_templates" / "tools.jinja").write_text("t", "utf-8")
    # WHEN it is made ready
    ours = prepared(source)
    # THEN the marks are whole and special, and the templates are there
    assert ours.special_id("<|im_end|>") == size + 1
    assert ours.special_id("<think>") is None
    assert ours.encode("<think>").ids.tolist() == [size + 2]
    target = source.parent / "target"
    assert (target / "chat_template.jinja").read_text("utf-8") == "{{ messages }}"
    assert (target / "additional_chat_templates" / "tools.jinja").is_file()


def test_an_id_that_cannot_be_is_refused(source: Path) -> None:
    byte_pairs(source, ["<|endoftext|>"])
    write(source / "config.json", {"model_type": "gpt2"})
    write(source / "added_tokens.json", {"<far>": 9999})
    with pytest.raises(EngineError, match="<far>"):
        prepared(source)


def test_a_whole_tokenizer_is_taken_as_it_is(source: Path) -> None:
    content = tiny_tokenizer().to_str()
    (source / "tokenizer.json").write_text(content, "utf-8")
    (source / "tokenizer.model").write_bytes(b"never looked at")
    prepared(source)
    assert (source.parent / "target" / "tokenizer.json").read_text("utf-8") == content


@pytest.mark.parametrize("files, config, said", [
    ({}, {"model_type": "gpt2"}, "no tokenizer"),
    ({}, {"model_type": "marian"}, "cannot be converted"),
    ({}, {}, "cannot be converted"),
    ({"vocab.json": "[]", "merges.txt": ""}, {"model_type": "gpt2"}, "no JSON object"),
    ({"vocab.json": '{"a": 0}', "merges.txt": "a b\n"}, {"model_type": "gpt2"}, "cannot be read"),
    ({"vocab.json": '{"a": 0}', "merges.txt": "a\n"}, {"model_type": "gpt2"}, "cannot be read"),
    ({"vocab.json": '{"a": "x"}', "merges.txt": ""}, {"model_type": "gpt2"}, "cannot be read"),
    ({"vocab.txt": "a\nb\n"}, {"model_type": "bert"}, "lacks its token|cannot be read"),
    ({"spiece.model": "nonsense"}, {"model_type": "t5"}, "no whole SentencePiece"),
    ({"tokenizer.json": "{}"}, {"model_type": "t5"}, "cannot be read"),
])
def test_what_is_missing_or_broken_is_a_sentence(
    source: Path, files: dict[str, str], config: dict[str, object], said: str
) -> None:
    for name, content in files.items():
        (source / name).write_text(content, "utf-8")
    write(source / "config.json", config)
    with pytest.raises(EngineError, match=said):
        prepared(source)
