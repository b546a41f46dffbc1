"""An answer as programs of OpenAI's interface are shown it: its text, its end, what it cost, and its citations.

There is no one field for citations, so they come in several ways: as markers and a list of sources in the text, which
any client shows, as ``annotations`` that lead to the documents, as ``citations``, and as ``steep`` with all that is
known of how the answer came about.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from steep.answering.showing import NEAREST, nearest_places, place
from steep.answering.stopping import before_stop
from steep.prompts import MARKER
from steep.server.openai.tools import handed
from steep.server.page.links import document_link
from steep.wire import answer_json, citation_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.flows.answer import Finished
    from steep.kinds import Chance
    from steep.values import Answer, Citation

__all__ = ["Form", "beside", "cited_at", "finish_reason", "likelihoods", "rest", "shown_text", "usage"]

# what of an answer's JSON stands under `steep`: the rest is in the completion itself
_TOLD = (
    "id",
    "caller",
    "confidence",
    "abstained",
    "escalated",
    "refusal",
    "nearest",
    "verdicts",
    "timings",
    "arm",
    "profile",
    "adapter",
    "generation",
    "versions",
    "note",
    "route",
    "calls",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How answers to one request are shown: ``plain`` without anything but their text, up to the first of ``stops``.

    ``parallel`` says whether several calls may be handed over at once; ``address`` is where this server is reached, so
    that citations can lead to it, and ``folder`` where the project is, which errors do not tell.
    """

    plain: bool = False
    stops: tuple[str, ...] = ()
    address: str = ""
    folder: str = ""
    parallel: bool = True

    def text(self, answer: Answer) -> str:
        """What is shown of an answer, or of why there is none."""
        return before_stop(self.whole(answer), self.stops)

    def whole(self, answer: Answer) -> str:
        """The same, as if there were no stops."""
        return answer.text if self.plain else shown_text(answer)

    def refusal(self, answer: Answer) -> str | None:
        """Why there is no answer, where its text had to be of a form that a refusal has not."""
        return answer.refusal if self.plain and answer.abstained else None

    def calls(self, answer: Answer) -> list[dict[str, str]]:
        """Calls of the client's functions, which stand in place of a text."""
        return handed(answer, parallel=self.parallel)

    def annotations(self, answer: Answer) -> list[dict[str, Any]]:
        """Each citation with the place of its marker in the text, and the address of the document, at the words."""
        if self.plain or answer.abstained:
            return []
        text = self.text(answer)
        return [
            {
                "type": "url_citation",
                "url_citation": {
                    **dict(zip(("start_index", "end_index"), cited_at(text, number), strict=True)),
                    "title": place(citation),
                    "url": f"{self.address.rstrip('/')}{_link(citation)}",
                },
            }
            for number, citation in enumerate(answer.citations, start=1)
        ]

    def files(self, answer: Answer) -> list[dict[str, Any]]:
        """The same as citations of files, with the words that are cited and where they stand."""
        if self.plain or answer.abstained:
            return []
        text = self.text(answer)
        return [
            {
                "type": "file_citation",
                "file_id": citation.document,
                "filename": citation.path,
                "index": cited_at(text, number)[0],
                "url": f"{self.address.rstrip('/')}{_link(citation)}",
                **{key: value for key, value in citation_json(citation).items() if key != "path"},
            }
            for number, citation in enumerate(answer.citations, start=1)
        ]


def shown_text(answer: Answer) -> str:
    """The text for a chat: the answer with markers and sources, or the refusal."""
    if answer.abstained:
        places = "\n".join(f"- {each}" for each in nearest_places(answer))
        return f"{answer.refusal}\n\n{NEAREST}\n{places}" if places else answer.refusal
    if not answer.citations:
        return answer.text
    marks = "" if MARKER.search(answer.text) else " " + "".join(f"[{n}]" for n in range(1, len(answer.citations) + 1))
    sources = "\n".join(f"[{number}] {place(citation)}" for number, citation in enumerate(answer.citations, 1))
    return f"{answer.text}{marks}\n\nSources:\n{sources}"


def cited_at(text: str, number: int) -> tuple[int, int]:
    """Where the first marker of a citation stands in a text; its end where there is none."""
    for found in MARKER.finditer(text):
        if number in (int(each) for each in found[1].split(",")):
            return found.span()
    return len(text), len(text)


def finish_reason(finished: Finished) -> str:
    answer = finished.answer
    if answer.abstained and any(verdict.action in ("refuse", "escalate") for verdict in answer.verdicts):
        return "content_filter"
    if handed(answer):
        return "tool_calls"
    return "length" if finished.cut and not answer.abstained else "stop"


def usage(answered: Sequence[Finished]) -> dict[str, int]:
    """As the generators count their tokens: 0 where they counted none. The prompt counts once, whatever the answers."""
    read, written = answered[0].answer.prompt_tokens, sum(each.answer.tokens for each in answered)
    return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}


def likelihoods(chances: Sequence[Chance]) -> dict[str, Any] | None:
    """The tokens of an answer, as its model wrote them: the markers in the text are those that were checked."""
    if not chances:
        return None
    told = [
        {**_token(each.token, each.log_probability), "top_logprobs": [_token(*other) for other in each.others]}
        for each in chances
    ]
    return {"content": told, "refusal": None}


def rest(finished: Finished, form: Form) -> str:
    """What is still to be shown of a stream; where what was sent no longer stands, what replaces it."""
    shown = form.whole(finished.answer)
    if shown.startswith(finished.sent):
        return shown[len(finished.sent) :]
    return f"\n\n{shown}"


def beside(answer: Answer) -> dict[str, Any]:
    told = answer_json(answer)
    return {
        "citations": [citation_json(citation) for citation in answer.citations],
        "steep": {key: told[key] for key in _TOLD},
    }


def _token(text: str, log_probability: float) -> dict[str, Any]:
    return {"token": text, "logprob": log_probability, "bytes": list(text.encode("utf-8", "replace"))}


def _link(citation: Citation) -> str:
    """The page of the document, open at the words."""
    return document_link(citation.path, version=citation.version, start=citation.start, end=citation.end)
