"""What leaves: every text that a client is shown, checked in the form in which it is shown.

A draft was checked before its citations were made. What is sent is more: the answer with its markers, each citation
widened to its sentence, headings, paths, and the passages that were found. Each of them goes through the guards of the
output here, and nowhere else; what a policy takes out is out of the Answer itself, so that it is out of JSON, logs,
reports and stored answers.

The answer with its citations is one thing: a finding in any of them that should refuse or escalate stops it. A hit
stands for itself, and so does a call of a tool: the texts of one that should be refused or escalated are withheld,
which leaves it empty, and the others stay. A piece of what is taken out of a hit ("a number cut at its +") is taken out
of the answer as well, though no rule would know it there, unless it stands in what remains of the hits.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from steep.answering.policy import check_stage, refusal_of
from steep.kinds import GuardRequest
from steep.prompts import MARKER
from steep.values import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.answering.policy import Guard
    from steep.kinds import Chance
    from steep.values import Answer, Called, Citation, Document, Finding, Hit, Passage

    Place = Literal["answer", "citation", "heading", "path", "hit", "call", "reason"]

__all__ = ["answer_leaves", "chances_leave", "document_leaves", "hits_leave", "question_leaves"]

# the least that counts as a piece of a value: half of it, within these limits (characters)
_SHORTEST, _LONGEST = 6, 10
# a value of more characters, such as a private key, is known by its beginning
_KNOWN = 400
_INSTEAD = "[…]"
_UNSAID = "the reason holds what may not be shown"


def answer_leaves(answer: Answer, guards: Sequence[Guard]) -> Answer:
    """The answer that may be sent: with nothing in it, its citations and its hits that the guards' policies take out.

    An answer that is stopped here keeps its hits, each as far as it may be shown.
    """
    if not guards:
        return answer
    gate = _Gate(guards=guards, question=answer.question, hits=answer.hits)
    answer = replace(
        answer,
        hits=gate.all_hits(),
        calls=tuple(gate.call(each) for each in answer.calls),
        route=gate.shown(answer.route, "reason"),
    )
    text = gate.own(answer.text, "answer")
    citations = tuple(gate.citation(each) for each in answer.citations)
    stopped = next((each for each in answer.verdicts if each.action in ("refuse", "escalate")), gate.stopped)
    if gate.stopped is not None:
        text, citations = "", ()
    refusal = refusal_of(gate.stopped) if gate.stopped else answer.refusal
    nearest = tuple(gate.beside(each) for each in answer.nearest) if gate.stopped is None else ()
    return replace(
        answer,
        text=text,
        citations=citations,
        abstained=answer.abstained or gate.stopped is not None,
        refusal=gate.reason(refusal, of_a_guard=stopped is not None),
        nearest=tuple(each for each in nearest if each.text.strip()),
        verdicts=tuple(
            replace(each, reason=gate.reason(each.reason, of_a_guard=True))
            for each in (*answer.verdicts, *gate.verdicts)
        ),
    )


def hits_leave(hits: Sequence[Hit], guards: Sequence[Guard], question: str) -> tuple[Hit, ...]:
    """The hits of a search, each as far as it may be shown."""
    return _Gate(guards=guards, question=question, hits=tuple(hits)).all_hits() if guards else tuple(hits)


def chances_leave(chances: Sequence[Chance], answer: Answer) -> tuple[Chance, ...]:
    """The tokens of an answer that left as they were written, but for markers and white space; none of another one."""
    written = "".join(each.token for each in chances)
    return tuple(chances) if written and _words(written) == _words(answer.text) else ()


def document_leaves(
    document: Document, passages: Sequence[Passage], guards: Sequence[Guard]
) -> tuple[Document, tuple[Passage, ...]]:
    """A document with its passages, as they may be shown: what a policy takes out of a hit is blanked in the text.

    Every offset stays. A text that a guard stops without saying where is blanked as a whole.
    """
    text = _blanked(document.text, guards)
    shown = tuple(
        replace(
            each,
            text=text[each.start : each.end],
            title=_blanked(each.title, guards),
            heading=tuple(_blanked(above, guards) for above in each.heading),
            lead=_blanked(each.lead, guards),
        )
        for each in passages
    )
    beside = tuple(replace(each, text=_blanked(each.text, guards)) for each in document.left_out)
    return replace(document, text=text, title=_blanked(document.title, guards), left_out=beside), shown


def question_leaves(question: str, guards: Sequence[Guard]) -> str:
    """A question that guards of the input stopped, as an answer repeats it, and logs and records keep it.

    What such a guard would take out of an answer is taken out here; "" where it cannot. The others, which look for
    orders and not for what must not be seen, leave the question as it was asked.
    """
    for guard in guards:
        if "output" in guard.part.stages and guard.on_fail in ("refuse", "escalate"):
            request = GuardRequest(stage="input", text=question, question=question)
            result = check_stage((replace(guard, on_fail="rewrite"),), request)
            question = "" if result.stopped else result.text
    return question


@dataclass(slots=True, kw_only=True)
class _Gate:
    """The guards of one answer; ``taken`` are the values that each took out of a hit, ``kept`` what is left of them."""

    guards: Sequence[Guard]
    question: str
    hits: tuple[Hit, ...]
    verdicts: list[Verdict] = field(default_factory=list)
    stopped: Verdict | None = None
    taken: dict[str, list[str]] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)

    def all_hits(self) -> tuple[Hit, ...]:
        hits = tuple(self._hit(hit) for hit in self.hits)
        self.kept += [text for hit in hits for text in (hit.passage.text, *hit.passage.heading)]
        return hits

    def call(self, call: Called) -> Called:
        """What a tool was asked and said, as far as it may be shown; what is taken out goes from the answer as well."""
        result = self.shown(call.result, "call")
        self.kept.append(result)
        if call.outcome == "handed":  # it is the answer
            return replace(call, arguments=self.own(call.arguments, "call"))
        return replace(call, arguments=self.shown(call.arguments, "call"), result=result)

    def citation(self, citation: Citation) -> Citation:
        return replace(
            citation,
            text=self.own(citation.text, "citation"),
            heading=tuple(self.own(each, "heading") for each in citation.heading),
            path=self.own(citation.path, "path"),
        )

    def beside(self, citation: Citation) -> Citation:
        """What an abstention points at, as far as it may be shown."""
        return replace(
            citation,
            text=self.shown(citation.text, "hit"),
            heading=tuple(self.shown(each, "heading") for each in citation.heading),
            path=self.shown(citation.path, "path"),
        )

    def own(self, text: str, place: Place) -> str:
        """A text of the answer's own, rewritten where a policy says so; what should not be sent stops the answer."""
        for guard in self.guards if text else ():
            text = self._whole(guard, text, place)
            text = self._cut(guard, text, place)
        return text

    def shown(self, text: str, place: Place) -> str:
        """A text beside the answer: what should not be sent is withheld, and the answer goes on."""
        for guard in self.guards if text else ():
            if not text:
                break
            result = check_stage((guard,), self._request(text, place))
            (verdict,) = result.verdicts
            if verdict.action != "allow":
                self.taken.setdefault(guard.name, []).extend(text[each.start : each.end] for each in verdict.findings)
                verdict = replace(verdict, action="rewrite")
            self._note(verdict, place)
            if result.stopped:
                self.kept.append(_without(text, result.stopped.findings))
            text = "" if result.stopped else result.text
        return text

    def reason(self, text: str, *, of_a_guard: bool) -> str:
        """Why there is no answer, rewritten where any policy but ``allow`` would take something out of it.

        A guardrail that fails here has refused all else; the words of another one may still say so.
        """
        for guard in self.guards if text else ():
            if guard.on_fail != "allow":
                result = check_stage((replace(guard, on_fail="rewrite"),), self._request(text, "reason"))
                if result.stopped and (result.stopped.findings or not of_a_guard):
                    return _UNSAID
                text = text if result.stopped else result.text
        return text

    def _hit(self, hit: Hit) -> Hit:
        passage = hit.passage
        return replace(
            hit,
            passage=replace(
                passage,
                text=self.shown(passage.text, "hit"),
                heading=tuple(self.shown(each, "heading") for each in passage.heading),
                title=self.shown(passage.title, "heading"),
                path=self.shown(passage.path, "path"),
            ),
            also=tuple(self._place(each) for each in hit.also),
        )

    def _place(self, passage: Passage) -> Passage:
        """A copy of a hit: only where it stands is shown, so its text goes."""
        return replace(
            passage,
            text="",
            lead="",
            heading=tuple(self.shown(each, "heading") for each in passage.heading),
            title=self.shown(passage.title, "heading"),
            path=self.shown(passage.path, "path"),
        )

    def _whole(self, guard: Guard, text: str, place: Place) -> str:
        result = check_stage((guard,), self._request(text, place))
        self._note(result.verdicts[0], place)
        if result.stopped:
            self._stop(result.stopped, place)
        return result.text

    def _cut(self, guard: Guard, text: str, place: Place) -> str:
        """The text without pieces of what this guard took out of a hit."""
        for value in self.taken.get(guard.name, ()):
            for piece in _pieces(value[:_KNOWN].strip(), text):
                if any(piece.strip() in left for left in self.kept):
                    continue
                action = guard.on_fail
                verdict = Verdict(
                    guardrail=guard.name,
                    stage="output",
                    action=action,
                    reason="it holds a piece of what is taken out of a passage",
                )
                self._note(verdict, place)
                if action != "rewrite":
                    self._stop(verdict, place)
                text = text.replace(piece, _INSTEAD)
        return text

    def _request(self, text: str, place: Place) -> GuardRequest:
        return GuardRequest(stage="output", text=text, question=self.question, hits=self.hits, place=place)

    def _stop(self, verdict: Verdict, place: Place) -> None:
        if self.stopped is None:
            self.stopped = _of(verdict, place)

    def _note(self, verdict: Verdict, place: Place) -> None:
        """Keep a verdict that says something, once; positions are those of no text that is sent, so they go."""
        if verdict.action != "allow" or verdict.findings:
            verdict = replace(_of(verdict, place), findings=())
            if verdict not in self.verdicts:
                self.verdicts.append(verdict)


def _words(text: str) -> str:
    return "".join(MARKER.sub("", text).split())


def _of(verdict: Verdict, place: Place) -> Verdict:
    return replace(verdict, reason=f"in a {place}: {verdict.reason}" if place != "answer" else verdict.reason)


def _blanked(text: str, guards: Sequence[Guard]) -> str:
    for guard in guards if text else ():
        result = check_stage((guard,), GuardRequest(stage="output", text=text, question="", place="hit"))
        (verdict,) = result.verdicts
        if verdict.action != "allow":
            text = _without(text, verdict.findings) or " " * len(text)
    return text


def _without(text: str, findings: Sequence[Finding]) -> str:
    for each in findings:
        text = text[: each.start] + " " * (each.end - each.start) + text[each.end :]
    return text if findings else ""


def _pieces(value: str, text: str) -> list[str]:
    """The longest pieces of a value that stand in a text, each long enough to say something."""
    size = min(len(value), max(_SHORTEST, min(len(value) // 2, _LONGEST)))
    found: list[str] = []
    start = 0
    while size and start + size <= len(value):
        end = start + size
        if value[start:end] in text:
            while end < len(value) and value[start : end + 1] in text:
                end += 1
            found.append(value[start:end])
            start = end
        else:
            start += 1
    return found
