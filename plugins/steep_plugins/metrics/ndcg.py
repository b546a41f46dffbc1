from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from steep.values import Score
from steep_plugins.metrics.relevance import newly_covered, unmeasurable

if TYPE_CHECKING:
    from steep.kinds import Case


@dataclass(frozen=True, slots=True)
class Ndcg:
    """nDCG@k with binary gains (Järvelin and Kekäläinen 2002).

    A passage gains 1 if it covers a gold span that none before it did, so repeated passages gain nothing. The ideal
    order has those passages first, and one more for each span that none covered.
    """

    k: int = 10
    higher_is_better: bool = True

    def score(self, case: Case) -> Score:
        return unmeasurable(case) or Score(value=self._ndcg(case))

    def _ndcg(self, case: Case) -> float:
        counts = newly_covered(case, self.k)
        useful = [rank for rank, count in enumerate(counts, start=1) if count]
        wanted = len(useful) + len(case.gold) - sum(counts)
        return _gain(useful) / _gain(list(range(1, min(wanted, self.k) + 1)))


def _gain(ranks: list[int]) -> float:
    return sum(1.0 / math.log2(rank + 1) for rank in ranks)
