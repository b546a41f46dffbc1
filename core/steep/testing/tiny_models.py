"""Language models small enough to be made inside a test: random weights, a tokenizer trained on the given texts.

They know nothing, and learn fast; what is tested with them is the machinery, with real files of Hugging Face's layout.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["CHATML", "tiny_model", "tiny_tokenizer"]

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
_SPECIAL = ("<pad>", "</s>", "<|im_start|>", "<|im_end|>")


def tiny_model(
    folder: Path,
    texts: Iterable[str],
    *,
    kind: Literal["llama", "t5"] = "llama",
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
        model = _t5(len(tokenizer), width) if kind == "t5" else _llama(len(tokenizer), width, context)
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


def _llama(vocabulary: int, width: int, context: int) -> Any:
    from transformers import LlamaConfig, LlamaForCausalLM

    return LlamaForCausalLM(
        LlamaConfig(
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
