"""Parts that keep nothing back: what a generator, a model or a guardrail is handed, these say."""

import json
import re

from steep import hookimpl, offer
from steep.kinds import Abstain, Check, Piece, Quote, Said, ToolCall
from steep.values import Finding

DOUBT = "doubtful"


class Reciter:
    """Says all that it was given or can find, word for word: passages, history, and the titles at hand."""

    digest = "reciter-1"
    closed_book = True
    others = ()
    heeds = frozenset({"schema", "functions", "prompt", "max_tokens", "temperature", "top_p", "seed"})

    def answer(self, asked, at_hand):
        found = {hit.passage.id: hit.passage for hit in (*asked.hits, *at_hand.find(asked.question, 50))}
        said = [f"{turn.role}: {turn.content}" for turn in asked.history]
        said += [f"{path}: {title}" for path, title in sorted(at_hand.titles().items())]
        if not found and not said:
            yield Abstain(reason="There is nothing to say.")
            return
        for passage in found.values():
            yield Quote(passage=passage.id, start=0, end=len(passage.text))
            yield Said(text=passage.text + "\n\n")
        yield Said(text="\n".join(said) + (f" {DOUBT}" if DOUBT in asked.question else ""))


class Prober:
    """A model that reads whatever document the question names, and searches for the question; then it says it all."""

    digest, context = "prober-1", 100_000

    def chat(self, asks):
        for number, ask in enumerate(asks):
            question = next((each.content for each in reversed(ask.messages) if each.role == "user"), "")
            if ask.tools and ask.messages[-1].role != "tool":
                paths = re.findall(r"\S+\.(?:md|xyz|pdf)", question)[-3:]
                calls = [("read", {"path": path}) for path in paths] + [("look", {"question": question[-300:]})]
                made = [
                    ToolCall(id=f"c{at}", name=name, arguments=json.dumps(each))
                    for at, (name, each) in enumerate(calls)
                ]
                yield Piece(ask=number, end="tool_calls", calls=tuple(made), prompt_tokens=1, tokens=1)
            else:
                told = "\n".join(each.content for each in ask.messages if each.role == "tool")
                yield Piece(ask=number, text=f"{told} [1].")
                yield Piece(ask=number, end="stop", prompt_tokens=1, tokens=1)

    def score(self, asks):
        return [-1.0 for _ in asks]


class Doubt:
    """Lets a person look at an answer that says it is doubtful."""

    stages = ("output",)
    on_fail = "escalate"

    def check(self, request):
        at = request.text.find(DOUBT)
        if at < 0 or request.place != "draft":
            return Check(passed=True)
        return Check(passed=False, reason="it is doubtful", findings=(Finding(rule="doubt", start=at, end=at + 1),))


@hookimpl
def steep_offers():
    yield offer(kind="generator", name="reciter", summary="Says all", build=lambda options, context: Reciter())
    yield offer(kind="model", name="prober", summary="Reads all", build=lambda options, context: Prober())
    yield offer(kind="guardrail", name="doubt", summary="Doubts", build=lambda options, context: Doubt())
