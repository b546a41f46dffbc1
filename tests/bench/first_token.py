"""How long a streamed answer keeps people waiting for its first words, against the language model alone.

    python tests/bench/first_token.py [--rounds 24]

Serves the sample domain with the language model on board and the generator `chat`, asks by `POST /v1/chat/completions`
with `stream`, and then asks a second copy of the same model, which has seen nothing, with the very same messages.
Prints JSON, all of it medians in milliseconds over the questions that were not declined:

- `bare`: until the first token of the model alone; `bare_sentence`: until its first sentence and the beginning of the
  next;
- `token`: until the model wrote its first token in the service, which has looked, checked, and judged whether there is
  an answer; `streamed`: until the client had the first words. The service shows whole sentences, each once the
  guardrails have let it pass.
- `token_over_bare`, `streamed_over_sentence`, `streamed_over_bare`: medians of the ratios of each question.
"""

from __future__ import annotations

import argparse
import http.client
import json
import re
import statistics
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from overhead import PLAIN, questions, served

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from steep.kinds import Ask, Model, Piece
    from steep.workspace.project import Project

CONFIG = PLAIN + '[model.small]\nuse = "smollm2"\n[generator]\nuse = "chat"\nmodel = "small"\n'
# what the service waits for: the end of a sentence, and so many characters behind it
SENTENCE = re.compile(r"[.!?:;\n].{14}", re.DOTALL)


@dataclass(slots=True)
class Heard:
    """What the served model is asked, and when it wrote its first token."""

    model: Model
    asks: list[tuple[Ask, float]] = field(default_factory=list)

    def chat(self, asks: Sequence[Ask]) -> Iterator[Piece]:
        first = True
        for piece in self.model.chat(asks):
            if first and piece.text:
                self.asks.append((asks[0], time.perf_counter()))
                first = False
            yield piece

    def __getattr__(self, name: str) -> Any:
        return getattr(self.model, name)


def listening(project: Project) -> Heard:
    """Has the project's model heard by whoever wants to know what it was asked."""
    heard = Heard(project.model("small"))
    project.model = lambda name: heard  # type: ignore[assignment,method-assign,return-value]
    return heard


def streamed(port: int, question: str) -> tuple[float, float]:
    """When the question was sent, and when its first words came."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    body = json.dumps({"model": "rag", "stream": True, "messages": [{"role": "user", "content": question}]})
    begun, came = time.perf_counter(), 0.0
    connection.request("POST", "/v1/chat/completions", body, {"content-type": "application/json"})
    for line in connection.getresponse():
        if not came and line.startswith(b"data: {"):
            choices = json.loads(line[6:])["choices"]
            if choices and choices[0]["delta"].get("content"):
                came = time.perf_counter()
    connection.close()
    return begun, came


def bare(model: Model, ask: Ask) -> tuple[float, float]:
    """Milliseconds until the first token of a model that is asked this, and until its first sentence."""
    begun, first, said = time.perf_counter(), 0.0, ""
    for piece in model.chat([ask]):
        said += piece.text
        first = first or (time.perf_counter() - begun if piece.text else 0.0)
        if SENTENCE.search(said):
            break
    return 1000 * first, 1000 * (time.perf_counter() - begun)


def measured(rounds: int) -> dict[str, Any]:
    rows: list[dict[str, float]] = []
    with served(CONFIG) as (project, port, _):
        fresh: Model = project.build("model", project.config.model["small"])
        heard = listening(project)
        wanted = questions()
        streamed(port, wanted[-1])
        if heard.asks:  # both have loaded then
            bare(fresh, heard.asks[-1][0])
        for question in wanted[:rounds]:
            heard.asks.clear()
            begun, came = streamed(port, question)
            if not heard.asks:
                continue  # it was declined before the model wrote anything
            ask, wrote = heard.asks[0]
            alone, sentence = bare(fresh, ask)
            row = {"bare": alone, "bare_sentence": sentence, "token": 1000 * (wrote - begun)}
            rows.append({**row, "streamed": 1000 * (came - begun)})
    middle = {name: round(statistics.median(row[name] for row in rows)) for name in rows[0]}
    ratios = {
        f"{name}_over_{under.removeprefix('bare_')}": round(statistics.median(r[name] / r[under] for r in rows), 2)
        for name, under in (("token", "bare"), ("streamed", "bare_sentence"), ("streamed", "bare"))
    }
    return {"questions": rounds, "answered": len(rows), **middle, **ratios}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=24)
    print(json.dumps(measured(options.parse_args().rounds), indent=2))


if __name__ == "__main__":
    main()
