"""Reading: a question and passages in, the spans that answer it best out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from steep_plugins.generators.reader.preference import Asked, bonus, clues
from steep_plugins.generators.reader.quantities import holds, sort_asked
from steep_plugins.generators.reader.sentences import sentence_around
from steep_plugins.generators.reader.spans import Candidate, candidates, distinct
from steep_plugins.generators.reader.whole import structural_breaks
from steep_plugins.generators.reader.windows import PAD, Encoder, Window
from steep_plugins.minilm.precision import compute_dtype

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import torch

    from steep_plugins.generators.reader.spans import Logits

    Job = tuple[int, int, Window]
    """The number of the task, that of the passage in it, and a window of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A passage as the network sees it. ``lead`` is read but never quoted; no answer may touch a barred range."""

    text: str
    lead: str = ""
    barred: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One question over its passages."""

    question: str
    texts: tuple[Text, ...]


NBEST = 20
"""Spans of a question that the clues choose among."""

WRONG_SORT = 16.0
"""What the margin of a span loses that holds no quantity of the sort asked for (see ``quantities.py``)."""


class SpanReader:
    """A network, its encoder and the weights of the clues. Holds no state between calls: threads can share it."""

    def __init__(
        self, model: Any, encoder: Encoder, *, preference: Sequence[float] = (), device: str = "cpu", batch: int = 16
    ) -> None:
        self.model = model
        self.encoder = encoder
        self.preference = tuple(preference)
        self.device = device
        self.batch = batch

    def read(self, task: Task, *, most: int = 5) -> list[Candidate]:
        """Up to ``most`` spans that do not overlap, best first; none where no passage has any word to quote."""
        return self.read_all([task], most=most)[0]

    def read_all(self, tasks: Sequence[Task], *, most: int = 5) -> list[list[Candidate]]:
        """As ``read`` for many questions; windows of all of them are batched together by length."""
        return [
            distinct(weighed(task, found, self.preference), most)
            for task, found in zip(tasks, self.nbest(tasks), strict=True)
        ]

    def nbest(self, tasks: Sequence[Task]) -> list[list[Candidate]]:
        """The ``NBEST`` spans of highest margin of each task, overlapping ones too, before clues are weighed.

        Quantities of the sort that is asked for come before spans that hold none.
        """
        jobs: list[Job] = [
            (number, passage, window)
            for number, task in enumerate(tasks)
            for passage, text in enumerate(task.texts)
            for window in self.encoder.windows(task.question, text.text, text.lead)
        ]
        jobs.sort(key=lambda job: len(job[2].ids))
        found: list[list[Candidate]] = [[] for _ in tasks]
        for part in _batches(jobs, self.batch):
            starts, ends = self._logits([window for _, _, window in part])
            for row, (number, passage, window) in enumerate(part):
                text = tasks[number].texts[passage]
                found[number] += candidates(
                    starts[row],
                    ends[row],
                    window,
                    self.encoder.pieces(text.text),
                    passage=passage,
                    barred=text.barred,
                    breaks=structural_breaks(text.text),
                    most=NBEST,
                )
        return [sorted(of_sort(task, spans), key=_rank)[:NBEST] for task, spans in zip(tasks, found, strict=True)]

    def _logits(self, windows: Sequence[Window]) -> tuple[Logits, Logits]:
        import torch

        batch = {name: tensor if tensor is None else tensor.to(self.device) for name, tensor in _padded(windows)}
        with torch.inference_mode():
            output = self.model(**batch)
        return output.start_logits.float().cpu().numpy(), output.end_logits.float().cpu().numpy()


def _batches(jobs: Sequence[Job], most: int) -> Iterator[Sequence[Job]]:
    """Jobs in order of length, cut where the longest would make the shortest an eighth longer by padding."""
    begin = 0
    for at, job in enumerate(jobs):
        if at - begin == most or 8 * len(job[2].ids) > 9 * len(jobs[begin][2].ids):
            yield jobs[begin:at]
            begin = at
    if jobs:
        yield jobs[begin:]


def weighed(task: Task, found: Sequence[Candidate], preference: Sequence[float]) -> list[Candidate]:
    """The candidates with the bonus of their clues added to the margin."""
    if not preference:
        return list(found)
    return [
        replace(candidate, margin=candidate.margin + bonus(preference, row))
        for candidate, row in zip(found, clues_of(task, found), strict=True)
    ]


def of_sort(task: Task, found: Sequence[Candidate]) -> list[Candidate]:
    """The candidates, with a lower margin where they hold no quantity of the sort that the question asks for."""
    sort = sort_asked(task.question)
    if sort is None:
        return list(found)
    return [
        one
        if holds(sort, task.texts[one.passage].text, one.start, one.end)
        else replace(one, margin=one.margin - WRONG_SORT)
        for one in found
    ]


def clues_of(task: Task, found: Sequence[Candidate]) -> list[tuple[float, ...]]:
    asked = Asked.of(task.question)
    rows = []
    for candidate in found:
        text = task.texts[candidate.passage].text
        left, right = sentence_around(text, candidate.start, candidate.end)
        rows.append(clues(asked, text[candidate.start : candidate.end], text[left:right]))
    return rows


def _rank(candidate: Candidate) -> tuple[float, int, int, int]:
    return (-candidate.margin, candidate.passage, candidate.start, candidate.end)


def _padded(windows: Sequence[Window]) -> Iterator[tuple[str, torch.Tensor | None]]:
    import torch

    width = max(len(window.ids) for window in windows)
    gaps = [width - len(window.ids) for window in windows]
    yield "input_ids", torch.tensor([[*w.ids, *[PAD] * gap] for w, gap in zip(windows, gaps, strict=True)])
    if any(gaps):
        yield "attention_mask", torch.tensor([[1] * (width - gap) + [0] * gap for gap in gaps])
    else:
        yield "attention_mask", None  # nothing is to be masked, which spares an addition in every layer


def ready(model: Any, device: str = "cpu") -> Any:
    """The network for answering: on its device, in the number format that is fastest there.

    Attention is PyTorch's fused kernel, which is the faster one where no gradient is wanted.
    """
    model.set_attn_implementation("sdpa")
    return model.to(device=device, dtype=compute_dtype(device)).eval()
