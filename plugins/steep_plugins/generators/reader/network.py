"""The networks: an encoder with a span head; an answer stands in the passage or, for "no answer", at the first mark.

Imports torch and transformers; import it only where a model is wanted.
"""

from __future__ import annotations

from typing import Any

import torch
from transformers import BertForQuestionAnswering, MPNetForQuestionAnswering
from transformers.modeling_outputs import QuestionAnsweringModelOutput
from transformers.models.mpnet.modeling_mpnet import MPNetSelfAttention

from steep.engine.device import mixed_precision
from steep_plugins.encoders.widths import alike, padded_width

_IMPOSSIBLE = -1e4


class _Spans:
    """As the network that it is mixed into, with the same parameters, but ``passage_mask`` is 1 where an answer can be.

    ``windows`` tells how many lines in sequence belong to each question, the answer's first; then it is learned which
    place of them all answers best. Without it each line is a question, and it is learned whether it has an answer too.

    Computes in mixed precision. All pieces are of segment 0, as they were when MiniLM was trained on sentences;
    besides, PEFT's wrapper for question answering drops ``token_type_ids`` on the way.
    """

    base_model: Any  # the encoder without its head, as transformers calls it
    qa_outputs: Any

    def forward(
        self,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor,
        passage_mask: torch.Tensor | None = None,
        windows: torch.Tensor | None = None,
        start_positions: torch.Tensor | None = None,
        end_positions: torch.Tensor | None = None,
        **_: Any,
    ) -> QuestionAnsweringModelOutput:
        with mixed_precision(input_ids.device.type):
            logits = self._logits(input_ids, attention_mask)
        if passage_mask is not None:
            logits = logits.masked_fill(passage_mask[..., None] == 0, _IMPOSSIBLE)
        start_logits, end_logits = logits.unbind(-1)
        loss = None
        if start_positions is not None and end_positions is not None:
            targets = (start_logits, start_positions), (end_logits, end_positions)
            if windows is None:
                loss = sum(torch.nn.functional.cross_entropy(*target) for target in targets) / 2
            else:
                loss = sum(among_windows(*target, windows.tolist()) for target in targets) / 2
        return QuestionAnsweringModelOutput(loss=loss, start_logits=start_logits, end_logits=end_logits)

    def _logits(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """(lines, width, 2) in fp32; on a CPU, where padding costs as much as text, lines of like length together."""
        if ids.device.type != "cpu":
            return self._read(ids, mask)
        lengths, order = mask.sum(1).sort()
        read = []
        for lines in alike(lengths.tolist()):
            some, width = order[lines], min(padded_width(lengths[lines].tolist()), ids.shape[1])
            found = self._read(ids[some, :width], mask[some, :width])
            read.append(torch.nn.functional.pad(found, (0, 0, 0, ids.shape[1] - width)))
        return torch.cat(read)[order.argsort()]

    def _read(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        hidden = self.base_model(ids, attention_mask=mask).last_hidden_state
        return self.qa_outputs(hidden).float()  # type: ignore[no-any-return]


class SpanNetwork(_Spans, BertForQuestionAnswering):  # type: ignore[misc]  # transformers has no usable types
    """On BERT, which MiniLM is."""


class MPNetSpanNetwork(_Spans, MPNetForQuestionAnswering):  # type: ignore[misc]
    """On MPNet."""


class FusedAttention(MPNetSelfAttention):  # type: ignore[misc]
    """MPNet's attention by PyTorch's fused kernel, which transformers has for BERT and not for MPNet."""

    def forward(
        self,
        hidden_states: torch.Tensor,
        attention_mask: torch.Tensor | None = None,
        position_bias: torch.Tensor | None = None,
        **_: Any,
    ) -> tuple[torch.Tensor]:
        """``hidden_states`` (windows, pieces, width); the mask and the bias of places are added to the scores."""
        shape = (*hidden_states.shape[:-1], -1, self.attention_head_size)
        q, k, v = (each(hidden_states).view(shape).transpose(1, 2) for each in (self.q, self.k, self.v))
        added = position_bias
        if attention_mask is not None:
            added = attention_mask if position_bias is None else position_bias + attention_mask
        dropped = self.dropout.p if self.training else 0.0
        bias = None if added is None else added.to(q.dtype)
        mixed = torch.nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=bias, dropout_p=dropped)
        return (self.o(mixed.transpose(1, 2).flatten(2)),)


def fused(network: Any) -> Any:
    """The network with the fused kernel in every block; BERT's by transformers, MPNet's by `FusedAttention`."""
    if network.config.model_type != "mpnet":
        network.set_attn_implementation("sdpa")
        return network
    for module in network.modules():
        if type(module) is MPNetSelfAttention:
            module.__class__ = FusedAttention
    return network


def among_windows(logits: torch.Tensor, positions: torch.Tensor, sizes: list[int]) -> torch.Tensor:
    """Mean cross-entropy over the questions, each a choice among the places of all its windows.

    They share one normalization (Clark and Gardner, arXiv 1710.10723), each place measured against its own window's "no
    answer", as reading does. "No answer" itself is no choice: taught on questions made by rule, it would be chosen for
    whatever people put differently.
    """
    losses = []
    for question, position in zip(torch.split(logits - logits[:, :1], sizes), positions, strict=True):
        losses.append(torch.nn.functional.cross_entropy(question[:, 1:].flatten(), position - 1))
    return torch.stack(losses).mean()
