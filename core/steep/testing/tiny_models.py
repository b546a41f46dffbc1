"""Language models small enough to be made inside a test: random weights, a tokenizer trained on the given texts.

They know nothing, and learn fast; what is tested with them is the machinery, with real files of Hugging Face's layout.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["CHATML", "tiny_gguf", "tiny_model", "tiny_tokenizer"]

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
_SPECIAL = ("<pad>", "</s>", "<|im_start|>", "<|im_end|>")


def tiny_model(
    folder: Path,
    texts: Iterable[str],
    *,
    kind: Literal["llama", "qwen2", "t5"] = "llama",
    template: str | None = CHATML,
    width: int = 64,
    context: int = 1024,
    seed: int = 0,
) -> Path:
    """Write a two-layer model with its tokenizer to a folder, in float32; the same bytes for the same arguments."""
    import torch
    from transformers.utils import logging

    tokenizer = tiny_tokenizer(texts, template=template)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = _t5(len(tokenizer), width) if kind == "t5" else _decoder(kind, len(tokenizer), width, context)
    bars = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    model.save_pretrained(str(folder))
    if bars:
        logging.enable_progress_bar()
    tokenizer.save_pretrained(str(folder))
    return folder


def tiny_tokenizer(texts: Iterable[str], *, template: str | None = CHATML, vocabulary: int = 2000) -> Any:
    """A byte-level BPE tokenizer that ends turns with ``<|im_end|>`` and texts with ``</s>``."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    trained = Tokenizer(models.BPE())
    trained.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trained.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=list(_SPECIAL),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    trained.train_from_iterator(texts, trainer)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=trained,
        pad_token="<pad>",
        eos_token="</s>",
        extra_special_tokens=["<|im_start|>", "<|im_end|>"],
    )
    tokenizer.chat_template = template
    return tokenizer


def _decoder(kind: Literal["llama", "qwen2"], vocabulary: int, width: int, context: int) -> Any:
    """Qwen2 differs by biases in what attention reads; drawn here, since the usual ones of 0 would change nothing."""
    from transformers import AutoModelForCausalLM, LlamaConfig, Qwen2Config

    model = AutoModelForCausalLM.from_config(
        {"llama": LlamaConfig, "qwen2": Qwen2Config}[kind](
            vocab_size=vocabulary,
            hidden_size=width,
            intermediate_size=2 * width,
            num_hidden_layers=2,
            num_attention_heads=4,
            num_key_value_heads=2,
            max_position_embeddings=context,
            bos_token_id=None,
            eos_token_id=1,
            pad_token_id=0,
            initializer_range=0.15,  # the usual 0.02 leaves so small a model too flat to learn through LoRA
        )
    )
    for name, weight in model.named_parameters():
        if name.endswith(".bias"):
            weight.data.normal_(std=0.5)
    return model


def _t5(vocabulary: int, width: int) -> Any:
    from transformers import T5Config, T5ForConditionalGeneration

    return T5ForConditionalGeneration(
        T5Config(
            vocab_size=vocabulary,
            d_model=width,
            d_ff=2 * width,
            d_kv=width // 4,
            num_layers=2,
            num_heads=4,
            decoder_start_token_id=0,
            eos_token_id=1,
            pad_token_id=0,
        )
    )


def tiny_gguf(file: Path, texts: Iterable[str], *, architecture: str = "llama", seed: int = 0) -> Path:
    """Write a two-layer Llama with the tokenizer of ``tiny_tokenizer`` to a GGUF file, in float32."""
    import gguf
    import torch

    tokenizer = tiny_tokenizer(texts)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = _decoder("llama", len(tokenizer), 64, 512)
    writer = gguf.GGUFWriter(str(file), architecture)
    _describe(writer, model.config)
    backend = tokenizer.backend_tokenizer.to_str()
    writer.add_tokenizer_model("gpt2")
    writer.add_token_list([name for name, _ in sorted(tokenizer.get_vocab().items(), key=lambda each: each[1])])
    writer.add_token_merges([" ".join(each) for each in json.loads(backend)["model"]["merges"]])
    writer.add_eos_token_id(tokenizer.convert_tokens_to_ids("<|im_end|>"))
    writer.add_pad_token_id(0)
    writer.add_chat_template(CHATML)
    for name, weight in model.state_dict().items():
        if name != "lm_head.weight" or not model.config.tie_word_embeddings:
            writer.add_tensor(_named(name), _turned(name, weight, model.config).numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return file


def _describe(writer: Any, config: Any) -> None:
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_freq_base(config.rope_parameters["rope_theta"])
    writer.add_vocab_size(config.vocab_size)


_GGUF_NAMES = {
    "model.embed_tokens": "token_embd",
    "model.norm": "output_norm",
    "lm_head": "output",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
    "post_attention_layernorm": "ffn_norm",
    "input_layernorm": "attn_norm",
    "model.layers": "blk",
}


def _named(name: str) -> str:
    for one, other in _GGUF_NAMES.items():
        name = name.replace(one, other)
    return name


def _turned(name: str, weight: Any, config: Any) -> Any:
    """GGUF keeps the two halves of a rotated head interleaved."""
    heads = {"q_proj": config.num_attention_heads, "k_proj": config.num_key_value_heads}.get(name.split(".")[-2])
    if heads is None:
        return weight
    return weight.view(heads, 2, -1, weight.shape[1]).transpose(1, 2).reshape(weight.shape)
