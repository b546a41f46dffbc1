"""What a course can learn by: which rows an objective takes, and the losses of language models.

A trainee of another sort (the reader's) has its own loss; these are for models that predict the next token.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from steep.engine.packing import packed
from steep.errors import DatasetError
from steep.values import ChatRow, PreferenceRow, SpanRow, TextRow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import torch

    from steep.engine.packing import Packed
    from steep.kinds import Objective
    from steep.values import Row

TAKES: Mapping[Objective, tuple[type[Any], ...]] = {
    "next-token": (TextRow,),
    "reply": (ChatRow, TextRow),
    "preference": (PreferenceRow,),
    "span": (SpanRow,),
}
"""Rows by objective; running text may stand among replies, and is learned whole."""


def check_rows(rows: Sequence[Row], objective: Objective, *, where: str) -> None:
    """Raise DatasetError for the first row of a sort that the objective cannot take."""
    for row in rows:
        if not isinstance(row, TAKES[objective]):
            wanted = " or ".join(each.__name__ for each in TAKES[objective])
            raise DatasetError(
                f"{where} learns by `{objective}`, which takes {wanted}, and was given a {type(row).__name__}: give "
                "the strategy that makes such rows a phase of its own."
            )


def token_losses(model: Any, row: Packed) -> torch.Tensor:
    """The loss of every target of a packed row, in the order of its ``targets``.

    Only the positions that predict a target go through the output layer, which with a large vocabulary is most of the
    work of a small model.
    """
    import torch

    device, known = model.device, _arguments(model)
    places = torch.tensor(row.places, device=device)
    given: dict[str, Any] = {
        "input_ids": torch.tensor([row.ids], device=device),
        "position_ids": torch.tensor([row.positions], device=device),
        "logits_to_keep": places,
        "use_cache": False,
    }
    if not row.alone:
        given["attention_mask"] = row.mask(next(model.parameters()).dtype, device)
    logits = model(**{name: value for name, value in given.items() if name in known}).logits[0]
    if "logits_to_keep" not in known:
        logits = logits[places]
    targets = torch.tensor(row.targets, device=device)
    return torch.nn.functional.cross_entropy(logits.float(), targets, reduction="none")  # (targets)


def by_row(losses: torch.Tensor, row: Packed, count: int) -> torch.Tensor:
    """The sum of the losses of each of the ``count`` rows that were packed."""
    import torch

    numbers = torch.tensor(row.rows, device=losses.device)
    return torch.zeros(count, device=losses.device, dtype=losses.dtype).index_add(0, numbers, losses)


def can_pack(model: Any, one: Sequence[int], other: Sequence[int]) -> bool:
    """Whether the model reads two stretches of tokens side by side as it reads each alone.

    It does where its attention goes by the mask and the positions that it is given; one that does not (recurrent, or
    with positions of its own) would mix rows silently, so it is tried.
    """
    import torch

    if not {"attention_mask", "position_ids"} <= _arguments(model):
        return False
    rows = [{"input_ids": [*ids], "labels": [*ids]} for ids in (one, other)]
    was_training = model.training
    model.eval()
    try:
        with torch.no_grad():
            apart = torch.cat([token_losses(model, packed([row])) for row in rows])
            together = token_losses(model, packed(rows))
    except (RuntimeError, ValueError, TypeError, IndexError):  # a mask of this form is not one it knows
        return False
    finally:
        model.train(was_training)
    exact = next(model.parameters()).dtype == torch.float32
    return bool(((together - apart).abs() <= (1e-3 if exact else 0.1) * (1 + apart)).all())


def preference_losses(model: torch.Tensor, reference: torch.Tensor, betas: Sequence[float]) -> torch.Tensor:
    """The loss of each preference; chosen and rejected replies alternate in both, which hold summed token losses.

    A beta says how strongly its preference holds the model to its reference: a smaller one lets it go further.

    Direct preference optimization (Rafailov et al., arXiv 2305.18290, equation 7).
    """
    import torch

    gained = reference - model  # log-probability gained over the reference, (2 * pairs)
    beta = torch.tensor(betas, device=model.device, dtype=model.dtype)
    return -torch.nn.functional.logsigmoid(beta * (gained[0::2] - gained[1::2]))


def _arguments(model: Any) -> frozenset[str]:
    bare = model.get_base_model() if hasattr(model, "get_base_model") else model
    return frozenset(inspect.signature(bare.forward).parameters)
