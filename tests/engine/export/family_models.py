"""Hub-style folders of every exported family: tiny, random, and wild enough not to repeat."""

import json
from pathlib import Path
from typing import Any

import torch
import transformers
from tokenizers import processors

from tests.tiny_decoder import tiny_bpe

SPECIALS = ("<s>", "</s>", "<pad>")
VOCABULARY = 448  # a little more than the tokenizer has, as hubs pad it
_SMALL = {"vocab_size": VOCABULARY, "bos_token_id": 0, "eos_token_id": 1, "pad_token_id": 2}
_ENCODER = {**_SMALL, "num_attention_heads": 4, "num_hidden_layers": 2, "hidden_size": 32,
            "intermediate_size": 64, "max_position_embeddings": 160}

DECODERS: dict[str, Any] = {
    "gpt2": transformers.GPT2Config(
        **_SMALL, n_positions=128, n_embd=32, n_layer=2, n_head=4),
    "gpt_neo": transformers.GPTNeoConfig(
        **_SMALL, max_position_embeddings=128, hidden_size=32, num_layers=2, num_heads=4,
        attention_types=[[["global", "local"], 1]], window_size=8),
    "gptj": transformers.GPTJConfig(
        **_SMALL, n_positions=128, n_embd=32, n_layer=2, n_head=4, rotary_dim=4),
    "gpt_neox": transformers.GPTNeoXConfig(
        **_SMALL, max_position_embeddings=128, hidden_size=32, intermediate_size=64,
        num_hidden_layers=2, num_attention_heads=4, rotary_pct=0.5),
    # Six heads: slopes of the bias are made another way where they are no power of two.
    "bloom": transformers.BloomConfig(**_SMALL, hidden_size=96, n_layer=2, n_head=6),
}
ENCODER_DECODERS: dict[str, Any] = {
    "t5": transformers.T5Config(
        **_SMALL, d_model=32, d_kv=8, d_ff=64, num_layers=2, num_decoder_layers=3, num_heads=4,
        decoder_start_token_id=2, feed_forward_proj="gated-gelu", tie_word_embeddings=False),
    "bart": transformers.BartConfig(
        **_SMALL, d_model=32, encoder_layers=2, decoder_layers=2, encoder_attention_heads=4,
        decoder_attention_heads=4, encoder_ffn_dim=64, decoder_ffn_dim=64,
        max_position_embeddings=128, decoder_start_token_id=1, forced_eos_token_id=None),
}
CLASSIFIERS: dict[str, Any] = {
    "bert": transformers.BertConfig(**_ENCODER),
    "distilbert": transformers.DistilBertConfig(
        **_SMALL, max_position_embeddings=160, dim=32, n_layers=2, n_heads=4, hidden_dim=64),
    "roberta": transformers.RobertaConfig(**_ENCODER),
    "albert": transformers.AlbertConfig(**_ENCODER, embedding_size=16),
}


def write_model(folder: Path, family: str, **changes: object) -> Path:
    """The folder as a hub has it: config, safetensors, tokenizer. Returns it."""
    torch.manual_seed(5)
    if family in DECODERS:
        config, kind = DECODERS[family], transformers.AutoModelForCausalLM
    elif family in ENCODER_DECODERS:
        config, kind = ENCODER_DECODERS[family], transformers.AutoModelForSeq2SeqLM
    else:
        config, kind = CLASSIFIERS[family], transformers.AutoModelForSequenceClassification
    model = kind.from_config(type(config).from_dict(config.to_dict() | changes))
    _stir(model)
    model.save_pretrained(folder)
    write_tokenizer(folder, ends=family in ENCODER_DECODERS, wraps=family in CLASSIFIERS)
    (folder / "README.md").write_text("---\nlicense: mit\n---\n", "utf-8")
    return folder


def _stir(model: torch.nn.Module) -> None:
    """Weights so great that every token and every place changes what comes next."""
    with torch.no_grad():
        for name, weights in model.named_parameters():
            if weights.dim() > 1:
                weights.normal_(0, _spread(name))
            elif name.endswith("bias"):
                weights.normal_(0, 0.1)


def _spread(name: str) -> float:
    if any(part in name for part in ("embed_positions", "wpe", "relative_attention")):
        return 3.0
    if "encoder_attn" in name:  # or the source alone would say what comes
        return 0.1
    tables = ("embed", "wte", "shared", "lm_head")
    return 1.0 if any(part in name for part in tables) else 0.3


def write_tokenizer(folder: Path, ends: bool = False, wraps: bool = False) -> None:
    inner = tiny_bpe(*SPECIALS)
    single = "<s> $A </s>" if wraps else "$A </s>" if ends else "$A"
    inner.post_processor = processors.TemplateProcessing(
        single=single, special_tokens=[("<s>", 0), ("</s>", 1)])
    inner.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(
        json.dumps({"eos_token": "</s>", "pad_token": "<pad>"}), "utf-8")
