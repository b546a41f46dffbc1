"""Answer: a question becomes an answer with checked citations, or a refusal that says why.

    Ask ─ guards(input) ─ route ─ rewrite ─ retrieve ─ rerank ─ guards(passages)
                                           ─ generate ─ cite ─ guards(output) ─▶ Answer

Passages are data. Words that a guardrail bars are blanked before a generator reads them, are never cited, and stay in
the verdicts. An answer from passages that no passage supports is not given. What leaves, an answer with all that is
shown beside it or what a search found, passes through ``leaving``, and nothing else makes an Answer that is returned;
what is kept, and what trackers are told, is what left.
"""

from __future__ import annotations

import os
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from steep.answering.condense import condense
from steep.answering.finishing import Delta
from steep.answering.hearing import checked_history, checked_since, heard_as, prompt_of
from steep.answering.identity import new_id
from steep.answering.keeping import remember
from steep.answering.leaving import answer_leaves, chances_leave, document_leaves, hits_leave, question_leaves
from steep.answering.looking import Looking
from steep.answering.policy import check_stage
from steep.answering.profiles import AUTO
from steep.answering.requests import DEFAULT, AnswerRequest, Finished, Found, SearchRequest
from steep.answering.saying import said
from steep.answering.searching import Search
from steep.answering.seats import Seat, Seats
from steep.answering.trail import Trail
from steep.errors import AdapterError, ConfigError, QuestionError, Unable, WorkspaceError
from steep.flows.rollout import Watch
from steep.hooks import blamed
from steep.kinds import Asked, Loads, RetrievalRequest, RouteRequest
from steep.values import OPERATOR, Caller

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from steep.kinds import Route
    from steep.values import Answer, Document, Message, Passage
    from steep.workspace.project import Project

__all__ = ["AnswerRequest", "Answerer", "Delta", "Finished", "Found", "SearchRequest"]

_FIRST = "What is in these documents?"
_LONGEST = 200  # characters of a title in a question that is asked for nobody
# what cannot be left out where it is asked for, and what a generator does then
_NEEDED = {
    "schema": "puts its answer into the form of a JSON schema",
    "chances": "gives the probability of each token",
    "functions": "calls functions of whoever asks",
}


class Answerer:
    """Answers questions from an opened project; thread-safe. A request runs on one generation to its end.

    ``clock`` gives seconds from any beginning, for the timings; ``random`` gives the random bytes of ids. ``keep`` says
    whether answers are kept, as ``[answer] keep`` says by default.
    """

    def __init__(
        self,
        project: Project,
        *,
        clock: Callable[[], float] = time.perf_counter,
        random: Callable[[int], bytes] = os.urandom,
        keep: bool | None = None,
    ) -> None:
        self._project = project
        self._clock = clock
        self._random = random
        self._keep = project.config.answer.keep if keep is None else keep
        self._seats = Seats(project)
        project.follow(Watch(project))

    @property
    def profiles(self) -> tuple[str, ...]:
        """What a request can name: the arms, the profiles of steep.toml, and `auto` where there is a router."""
        return (*self._seats.names, *((AUTO,) if self._project.config.router else ()))

    def check(self) -> None:
        """Build every profile, its guardrails and its prompt; raises ConfigError or PluginError for a wrong one."""
        for name in self._seats.names:
            self._seats.seat(name)
        if self._project.config.router:
            self._project.router()

    def heeds(self, name: str) -> frozenset[str]:
        """What of a request makes a difference in a profile (`SETTINGS`, `confirm` where it has tools).

        In any of them, for the one that the router chooses.
        """
        seats = [self._seats.seat(each) for each in (self._seats.names if name == AUTO else (name,))]
        confirms = frozenset({"confirm"} if any(seat.tools for seat in seats) else ())
        return confirms.union(*(seat.speaker.heeds for seat in seats))

    def rules_out(self, name: str) -> str:
        """Why a profile does not exist with the generator that it has, whatever is done beside; "" where it does."""
        return _ruled_out(self._seats.seat(DEFAULT if name == AUTO else name))

    def lacks(self, name: str) -> str:
        """What keeps a profile from answering now, and what to do about it; "" where nothing does."""
        if ruled_out := self.rules_out(name):
            return ruled_out
        seat = self._seats.seat(DEFAULT if name == AUTO else name)
        profile = seat.profile
        try:
            self._seats.adapter(profile.adapter, seat)
            if profile.retrieves:
                self._seats.opened(profile)
        except (AdapterError, WorkspaceError, ConfigError) as error:
            return str(error)
        return ""

    def outdated(self, *, generation: int | None = None) -> str:
        """How the index was made otherwise than it would be now, or ""; of a ``generation`` what is known already."""
        return self._seats.look_at_index() if generation is None else self._seats.outdated.get(generation, "")

    def prepare(self) -> None:
        """Build what the profiles need, and open the index: what is wrong with them shows now."""
        self.check()
        self._seats.opened(self._seats.seat(DEFAULT).profile)

    def warm(self) -> None:
        """Ask the project's generator a question of nobody, bare and with its adapter, so that the first need not wait.

        One that answers with a model, or with others, is passed over: they may be far away, and paid by the token.
        """
        default = self._seats.seat(DEFAULT)
        generator = default.speaker.generator
        if not generator.digest or generator.others:
            return
        _, retriever, _ = self._seats.opened(default.profile)
        hits = retriever.retrieve(RetrievalRequest(question=_FIRST, k=1, caller=OPERATOR))
        title = hits[0].passage.title if hits else _FIRST
        question = f"Which day does {title[:_LONGEST]} name?"
        for name in (DEFAULT, "both"):
            if not self.lacks(name):
                self._tried(AnswerRequest(question=question, profile=name, caller=OPERATOR))

    def load(self) -> None:
        """Load the weights of the models that the project's generator answers with, where they are loaded here."""
        for model in self._seats.seat(DEFAULT).speaker.models:
            if isinstance(model, Loads):
                model.load()

    def _tried(self, request: AnswerRequest) -> None:
        """Go all the way, with nothing kept and nobody told."""
        seat = self._seats.seat(request.profile)
        trail = Trail(
            id="", question=request.question, caller=OPERATOR, seat=seat, emit=lambda event: None, clock=self._clock
        )
        steps = self._answer(request.question, request, trail, stream=False)
        while True:
            try:
                next(steps)
            except StopIteration as end:
                answer_leaves(end.value, seat.guards.output)
                return

    def look(self, caller: Caller, *, within: frozenset[str] | None = None, profile: str = DEFAULT) -> Looking:
        """What a model of somebody else's is shown of the documents, for a caller."""
        seat = self._seats.seat(profile)
        return Looking(search=self._search(seat, caller, within, note=lambda result: result), guards=seat.guards.output)

    def search(self, request: SearchRequest) -> Found:
        """Find passages, without an answer."""
        question = self.checked(request.question)
        seat = self._seats.seat(request.profile)
        k = request.k or self._project.config.answer.passages
        search = self._search(seat, request.caller, request.within, note=lambda result: result)
        hits = search.ranked(question, search.retrieved(question, k), k)
        hits = hits_leave(hits, seat.guards.output, question)
        return Found(hits=hits, generation=search.library.generation.number)

    def checked(self, question: str) -> str:
        """The question, with half characters replaced; raises QuestionError for an empty or overlong one."""
        limit = self._project.config.answer.max_question
        if len(question) > limit:
            raise QuestionError(
                f"the question has {len(question):,} characters; the limit is {limit:,}. Ask a shorter one, or raise "
                "`max_question` under [answer] in steep.toml."
            )
        if not question.strip():
            raise QuestionError("the question is empty; ask something.")
        return question.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

    def document_leaves(
        self, document: Document, passages: tuple[Passage, ...]
    ) -> tuple[Document, tuple[Passage, ...]]:
        """A document as it may be shown: what may not be sent of a hit is blanked in it, and every offset stays."""
        return document_leaves(document, passages, self._seats.seat(DEFAULT).guards.output)

    def answer(self, request: AnswerRequest) -> Answer:
        """Answer a question; raises QuestionError, ConfigError (profile), AdapterError, NotIndexed, ModelError."""
        return self.finished(request).answer

    def finished(self, request: AnswerRequest) -> Finished:
        """Answer a question: ``answer`` for a caller who wants to know how the text ended."""
        *_, last = self._run(request, stream=False)
        assert isinstance(last, Finished)
        return last

    def stream(self, request: AnswerRequest) -> Iterator[Delta | Finished]:
        """The answer sentence by sentence, each once the guardrails let it pass, and at last the whole answer.

        Closing the iterator ends the work. The answer is the one that ``answer`` gives.
        """
        return self._run(request, stream=True)

    def _run(self, request: AnswerRequest, *, stream: bool) -> Iterator[Delta | Finished]:
        question = self.checked(request.question)
        trail = Trail(
            id=new_id(self._project.clock(), self._random(10)),
            question=question,
            caller=request.caller,
            earlier=request.rests_on,
            seat=self._seats.seat(DEFAULT if request.profile == AUTO else request.profile),
            emit=self._project.emit,
            clock=self._clock,
            confirm=request.confirm,
            given_up=request.given_up,
        )
        steps = self._answer(question, request, trail, stream=stream)
        sent = ""
        while True:
            try:
                delta = next(steps)
            except StopIteration as end:
                whole: Answer = end.value
                answer = answer_leaves(whole, trail.seat.guards.output)
                break
            sent += delta.text
            yield delta
        if answer.text.startswith(sent) and len(answer.text) > len(sent) and stream:
            yield Delta(text=answer.text[len(sent) :])
            sent = answer.text
        held, guards = trail.held or whole, trail.seat.guards.output
        draft = trail.draft
        remember(self._project, answer, request.caller, draft=held, guards=guards, keep=self._keep)
        yield Finished(
            answer=answer,
            sent=sent,
            cut=draft.cut if draft else False,
            chances=chances_leave(draft.chances, answer) if draft else (),
        )

    def _answer(
        self, question: str, request: AnswerRequest, trail: Trail, *, stream: bool
    ) -> Generator[Delta, None, Answer]:
        with trail.stage("guards-input"):
            heard = trail.note(check_stage(trail.seat.guards.input, heard_as(question)))
            trail.question = heard.text
            history = checked_history(request.history, trail)
        if heard.stopped:
            trail.question = question_leaves(heard.text, trail.seat.guards.input)
            return trail.stopped(heard.stopped)

        if request.profile == AUTO:
            with trail.stage("route"):
                route = self._routed(heard.text, history, request)
            trail.seat, trail.route = self._seats.seat(route.profile), route.reason
            heard = trail.note(check_stage(trail.seat.guards.input, heard_as(heard.text)))
            trail.question = heard.text
            if heard.stopped:
                return trail.stopped(heard.stopped)
        seat, profile = trail.seat, trail.seat.profile
        if ruled_out := _ruled_out(seat):
            return trail.abstained(ruled_out)
        self._check_able(request, seat)
        if request.functions and "functions" not in seat.speaker.heeds:
            trail.left_out = f"no function was called: the generator `{seat.speaker.name}` calls none"
        wanted = (request.adapter and profile.adapter and request.adapter) or profile.adapter
        adapter, trail.rollout = self._seats.served(wanted, seat, request.caller)
        trail.adapter = adapter.version if adapter else None

        with trail.stage("rewrite"):
            turns = tuple(turn for turn in history if turn.role != "system")
            standalone = trail.standalone = condense(heard.text, turns, self._project.rewriters())
        asked = Asked(
            question=standalone,
            history=turns,
            prompt=prompt_of(profile, history),
            max_tokens=min(self._project.config.answer.max_tokens, request.max_tokens or 1_000_000),
            temperature=request.temperature,
            top_p=request.top_p,
            stop=request.stop,
            chances=request.chances,
            functions=request.functions if "functions" in seat.speaker.heeds else (),
            must_call=request.must_call,
            since=checked_since(request.since, standalone, trail),
            seed=self._project.config.project.seed if request.seed is None else request.seed,
            schema=request.schema,
            grounded=profile.retrieves,
        )
        if not profile.retrieves:
            return (yield from said(asked, trail, adapter, stream=stream))

        search = trail.search = self._search(seat, request.caller, request.within, note=trail.note)
        trail.generation = search.library.generation.number
        with trail.stage("retrieve"):
            hits = search.retrieved(standalone, profile.passages)
        if search.reranker is not None:
            with trail.stage("rerank"):
                hits = search.ranked(standalone, hits, profile.passages)
        with trail.stage("guards-passages"):
            seen = search.checked(standalone, hits)
        if seen.stopped:
            return trail.stopped(seen.stopped)
        asked = replace(asked, hits=search.shown, barred=dict(search.barred))
        return (yield from said(asked, trail, adapter, stream=stream))

    def _check_able(self, request: AnswerRequest, seat: Seat) -> None:
        """Raises Unable for what would be left out silently; says which profiles can."""
        # a function that may be called need not be: clients of every kind send theirs along with each question
        called = request.since + (request.functions if request.must_call else ())
        needed = {"schema": request.schema, "chances": request.chances, "functions": called}
        for setting, does in _NEEDED.items():
            if needed[setting] in (None, ()) or setting in seat.speaker.heeds:
                continue
            able = [f"`{name}`" for name in self._seats.names if setting in self._seats.seat(name).speaker.heeds]
            told = f"profiles that can: {', '.join(able)}" if able else "no profile here has one that does"
            raise Unable(
                f"the profile `{seat.profile.name}` answers with the generator `{seat.speaker.name}`, which never "
                f"{does}; {told}. The generator `chat` does, where the model of its [model.NAME] can.",
                setting=setting,
            )

    def _search(
        self, seat: Seat, caller: Caller, within: frozenset[str] | None, *, note: Callable[[Any], Any]
    ) -> Search:
        library, retriever, reranker = self._seats.opened(seat.profile)
        return Search(
            library=library,
            retriever=retriever,
            reranker=reranker,
            candidates=self._project.config.answer.candidates,
            caller=caller,
            within=within,
            guards=seat.guards.passages,
            passages=seat.profile.passages,
            note=note,
        )

    def _routed(self, question: str, history: tuple[Message, ...], request: AnswerRequest) -> Route:
        names = (DEFAULT, *(name for name in self._seats.names if name != DEFAULT))
        with blamed("router", self._project.config.router.use if self._project.config.router else AUTO):
            return self._project.router().route(
                RouteRequest(question=question, caller=request.caller, profiles=names, history=history)
            )


def _ruled_out(seat: Seat) -> str:
    if seat.profile.retrieves or seat.speaker.generator.closed_book:
        return ""
    return (
        f"The arm `{seat.profile.arm}` does not exist with the generator `{seat.speaker.name}`: it answers without "
        f"passages, and `{seat.speaker.name}` answers only from passages; use rag or both."
    )
