"""BERT's network and MPNet's on a CPU, for texts laid end to end: no padding is computed, transformers is not imported.

Attention looks within one text at a time; everything else sees one long run of tokens, a stretch of them at a time. In
int8 the two marks around each text are left out and computed whole: their activations are tens of times as large as
the others', every token attends to them, and rounding them is what would turn an embedding. MPNet (arXiv 2004.09297)
differs in the names of its weights, and in what attention adds for how far apart two tokens stand.

Imports torch; import it only where a network is wanted.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
import torch.nn.functional as F
from safetensors.torch import load_file

from steep.engine.device import compute_dtype
from steep.errors import ModelError
from steep_plugins.encoders.adding import added
from steep_plugins.encoders.distances import biases, bucket_biases
from steep_plugins.encoders.products import Bytes, Product, Whole, multiplies_bytes
from steep_plugins.encoders.widths import padded_width

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from torch import Tensor

    from steep_plugins.encoders.model import EncoderModel, Weights

_STRETCH = 256  # tokens whose widest activations stay in the processor's cache
_TYPES, _PLACES = "embeddings.token_type_embeddings.weight", "embeddings.position_embeddings.weight"


@dataclass(frozen=True, slots=True)
class _Names:
    """What the weights of a block's attention are called in a network's files."""

    query: str
    key: str
    value: str
    said: str
    norm: str


_NAMES = {
    "bert": _Names(
        *(f"attention.{part}" for part in ("self.query", "self.key", "self.value", "output.dense", "output.LayerNorm"))
    ),
    "mpnet": _Names(*(f"attention.{part}" for part in ("attn.q", "attn.k", "attn.v", "attn.o", "LayerNorm"))),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What config.json says about the network; ``kind`` is one of those read here."""

    kind: str
    layers: int
    heads: int
    width: int
    epsilon: float

    @staticmethod
    def of(config: Mapping[str, Any]) -> Shape:
        return Shape(
            kind=config["model_type"],
            layers=config["num_hidden_layers"],
            heads=config["num_attention_heads"],
            width=config["hidden_size"],
            epsilon=config["layer_norm_eps"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Formats:
    """``products`` is the format of most products, ``whole`` that of attention, and of the marks where it is int8."""

    products: torch.dtype
    whole: torch.dtype

    @property
    def between(self) -> torch.dtype:
        """That of the activations which layers hand on."""
        return torch.float32 if self.products == torch.int8 else self.products

    @staticmethod
    def on_this_cpu(precision: torch.dtype | None = None, *, bytes: bool = True) -> Formats:
        """Those of a precision; without one, those that this CPU is fastest at, int8 where ``bytes`` allows it."""
        products = precision or (torch.int8 if bytes and multiplies_bytes() else compute_dtype("cpu"))
        return Formats(products=products, whole=compute_dtype("cpu") if products == torch.int8 else products)


def reads(kind: str | None) -> bool:
    """Whether a network of this ``model_type`` is one of those read here."""
    return kind in _NAMES


class Bert:
    """``tensors`` are the weights, named as in the network's files; ``adapted`` tells the adapter in them from others.

    Thread-safe. Raises KeyError where a weight is missing.
    """

    def __init__(self, shape: Shape, tensors: Mapping[str, Tensor], formats: Formats, *, adapted: str = "") -> None:
        self.shape = shape
        self.formats = formats
        self.adapted = adapted
        self._words = tensors["embeddings.word_embeddings.weight"].to(formats.between)
        self._places = _places(shape, tensors).to(formats.between)
        self._apart = bucket_biases(tensors).to(formats.whole) if shape.kind == "mpnet" else None
        self._norm = _norm(tensors, "embeddings.LayerNorm", formats.between)
        names = [f"encoder.layer.{number}." for number in range(shape.layers)]
        self._layers = [_Layer(shape, tensors, name, formats) for name in names]

    @classmethod
    def read(cls, model: EncoderModel, weights: Weights, formats: Formats, *, adapter: Path | None = None) -> Bert:
        """Out of a model's files; ``adapter`` is the folder of a LoRA that is added into the weights.

        Raises ModelError where the files lack weights, and AdapterError for the adapter of another network.
        """
        shape, tensors = Shape.of(weights.settings), load_file(weights.model)
        try:
            adapted = added(lambda name: tensors[f"{name}.weight"], adapter, of="this embedder") if adapter else ""
            return cls(shape, tensors, formats, adapted=adapted)
        except KeyError as error:
            raise ModelError(f"{model.title}: {weights.model} lacks the weights {error.args[0]} …") from error

    @property
    def width(self) -> int:
        return self.shape.width

    @classmethod
    def of(cls, network: Any, formats: Formats) -> Bert:
        """Out of a BertModel or MPNetModel of transformers, in fp32 and without dropout."""
        return cls(Shape.of(network.config.to_dict()), network.state_dict(), formats)

    def share_words(self, other: Bert) -> None:
        """Hold the other's vectors of words, which are a third of all weights, in place of equal ones."""
        self._words = other._words

    def means(self, rows: Sequence[Sequence[int]]) -> Tensor:
        """The mean of the last layer over each text's tokens: float32, (texts, width)."""
        return torch.stack([states.mean(0) for states in self.states(rows)])

    @torch.inference_mode()
    def states(self, rows: Sequence[Sequence[int]]) -> list[Tensor]:
        """The last layer of each text: float32, (tokens, width). Each begins and ends with a mark."""
        batch = _Batch.of(rows, self._apart)
        hidden = self._words[batch.ids] + self._places[batch.places]  # (tokens, width)
        hidden = F.layer_norm(hidden, (self.shape.width,), *self._norm, self.shape.epsilon)
        for layer in self._layers:
            hidden = layer.forward(hidden, batch)
        return [hidden[start:end].float() for start, end in batch.spans]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Batch:
    """``spans`` is where each text lies; ``marks`` are its first and last token, and their like between them.

    ``bias``, by the width of a text with its padding, is what attention adds for distances, (heads, width, width); it
    is empty where the network adds nothing. What follows the last text is void.
    """

    ids: Tensor
    places: Tensor
    spans: list[tuple[int, int]]
    marks: Tensor
    bias: Mapping[int, Tensor]

    @staticmethod
    def of(rows: Sequence[Sequence[int]], apart: Tensor | None) -> _Batch:
        ends = list(itertools.accumulate(len(row) for row in rows))
        spans = [(end - len(row), end) for row, end in zip(rows, ends, strict=True)]
        # few lengths, for a kernel is compiled for each
        void = [0] * (padded_width([ends[-1]]) - ends[-1])
        return _Batch(
            ids=torch.tensor([*itertools.chain.from_iterable(rows), *void]),
            places=torch.tensor([*itertools.chain.from_iterable(range(len(row)) for row in rows), *void]),
            spans=spans,
            marks=torch.tensor(
                [
                    start + place
                    for row, (start, _) in zip(rows, spans, strict=True)
                    for place, token in enumerate(row)
                    if token in (row[0], row[-1])
                ]
            ),
            bias={} if apart is None else biases(apart, {padded_width([len(row)]) for row in rows}),
        )

    def stretches(self) -> Iterator[slice]:
        return (slice(start, start + _STRETCH) for start in range(0, len(self.ids), _STRETCH))


class _Layer:
    def __init__(self, shape: Shape, tensors: Mapping[str, Tensor], name: str, formats: Formats) -> None:
        self._shape = shape
        self._formats = formats

        def product(part: str) -> tuple[Product, Product]:
            weight, bias = tensors[f"{name}{part}.weight"], tensors[f"{name}{part}.bias"]
            return self._both(weight, bias)

        names = _NAMES[shape.kind]
        self._seen = self._both(
            *_looking(tensors, [name + part for part in (names.query, names.key, names.value)], shape)
        )
        self._said = product(names.said)[0]
        self._wide = product("intermediate.dense")
        self._narrow = product("output.dense")
        self._norms = [_norm(tensors, name + part, formats.between) for part in (names.norm, "output.LayerNorm")]

    def _both(self, weight: Tensor, bias: Tensor) -> tuple[Product, Product]:
        """A product for most tokens, and the one for marks."""
        whole = Whole(weight, bias, self._formats.whole)
        return (Bytes(weight, bias), whole) if self._formats.products == torch.int8 else (whole, whole)

    def forward(self, hidden: Tensor, batch: _Batch) -> Tensor:
        said = self._attended(self._looked(hidden, batch), batch)
        after, result = torch.empty_like(hidden), torch.empty_like(hidden)
        for rows in batch.stretches():
            mine = self._normed(hidden[rows] + self._said(said[rows].to(hidden.dtype)), 0)
            after[rows], result[rows] = mine, self._fed(mine, 0)
        if self._formats.products == torch.int8:
            result[batch.marks] = self._fed(after[batch.marks], 1).to(hidden.dtype)
        return self._normed(after.add_(result), 1)

    def _looked(self, hidden: Tensor, batch: _Batch) -> Tensor:
        """Question, key and value of each token, side by side."""
        looked = hidden.new_empty(len(hidden), 3 * self._shape.width, dtype=self._formats.whole)
        for rows in batch.stretches():
            looked[rows] = self._seen[0](hidden[rows])
        if self._formats.products == torch.int8:
            looked[batch.marks] = self._seen[1](hidden[batch.marks])
        return looked

    def _attended(self, looked: Tensor, batch: _Batch) -> Tensor:
        """What each token takes from the others of its text."""
        heads = self._shape.heads
        parts = looked.view(len(looked), 3 * heads, -1)
        found = looked.new_zeros(len(looked), heads, parts.shape[2])
        for start, end in batch.spans:
            width = padded_width([end - start])
            padded = looked.new_zeros(3 * heads, width, parts.shape[2])
            padded[:, : end - start] = parts[start:end].transpose(0, 1)
            question, key, value = padded.chunk(3)
            if batch.bias:
                scores = torch.baddbmm(batch.bias[width], question, key.transpose(1, 2))
            else:
                scores = torch.bmm(question, key.transpose(1, 2))
            scores[:, :, end - start :] = -torch.inf
            said = torch.bmm(torch.softmax(scores, -1), value)
            found[start:end] = said[:, : end - start].transpose(0, 1)
        return found.view(len(looked), self._shape.width)

    def _fed(self, rows: Tensor, which: int) -> Tensor:
        return self._narrow[which].after_gelu(torch.ops.aten.gelu_(self._wide[which](rows)))

    def _normed(self, rows: Tensor, which: int) -> Tensor:
        return F.layer_norm(rows, (self._shape.width,), *self._norms[which], self._shape.epsilon)


def _places(shape: Shape, tensors: Mapping[str, Tensor]) -> Tensor:
    """The vector of each place; MPNet counts places from behind the number of its padding, BERT adds a segment's."""
    if shape.kind == "mpnet":
        return tensors[_PLACES][2:]
    return tensors[_PLACES] + tensors[_TYPES][0]


def _looking(tensors: Mapping[str, Tensor], names: Sequence[str], shape: Shape) -> tuple[Tensor, Tensor]:
    """The three matrices of attention as one, the questions' with its scale."""
    scale = math.sqrt(shape.width // shape.heads)
    weights = [tensors[f"{name}.weight"] for name in names]
    added = [tensors[f"{name}.bias"] for name in names]
    return torch.cat([weights[0] / scale, *weights[1:]]), torch.cat([added[0] / scale, *added[1:]])


def _norm(tensors: Mapping[str, Tensor], name: str, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    return tensors[f"{name}.weight"].to(dtype), tensors[f"{name}.bias"].to(dtype)
