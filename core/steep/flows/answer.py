"""Answer: a question becomes an answer with checked citations, or a refusal that says why.

    question ─ guards(input) ─ condense ─ retrieve ─ guards(passages) ─ generate ─ cite ─ guards(output) ─▶ Answer

Passages are data. Words that a guardrail bars are blanked before a generator reads them, are never cited, and stay in
the verdicts. An answer from passages that no passage supports is not given. What leaves, an answer with all that is
shown beside it or what a search found, passes through ``leaving``, and nothing else makes an Answer that is returned.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from steep.answering.citing import Cited, cite, verify
from steep.answering.condense import condense
from steep.answering.leaving import answer_leaves, hits_leave, question_leaves
from steep.answering.policy import Guards, check_stage, guards_of, masked
from steep.answering.profiles import find_profile, profile_names
from steep.answering.trail import Trail
from steep.errors import AdapterError, QuestionError, WorkspaceError
from steep.kinds import AdapterRef, GenerationRequest, GuardRequest, RetrievalRequest
from steep.prompts import ABSTENTION
from steep.values import OPERATOR, Caller

if TYPE_CHECKING:
    from collections.abc import Callable

    from steep.answering.policy import StageResult
    from steep.answering.profiles import Profile
    from steep.kinds import Draft, Generator, Guardrail, Retriever
    from steep.values import Answer, Hit, Message
    from steep.workspace.config import GuardSpec
    from steep.workspace.library import Library
    from steep.workspace.project import Project

__all__ = ["AnswerRequest", "Answered", "Answerer", "Found", "SearchRequest"]

_FIRST = "What is in these documents?"
_NOTHING_FOUND = "No passage was found for this question."
_NOT_SUPPORTED = "What was written does not stand in the passages that were found, so it is not given."


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRequest:
    """``caller`` is who asks, and says what may be seen; ``within`` (document ids) can only narrow it.

    ``history`` holds the turns before, oldest first; its system messages are added to the profile's prompt.
    ``max_tokens`` can only lower what steep.toml sets. ``adapter`` replaces the profile's, where its arm uses one.
    """

    question: str
    caller: Caller
    history: tuple[Message, ...] = ()
    profile: str = "rag"
    within: frozenset[str] | None = None
    max_tokens: int | None = None
    adapter: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """``k`` None stands for the number of passages that steep.toml sets; ``profile`` is whose guardrails are heeded."""

    question: str
    caller: Caller
    k: int | None = None
    within: frozenset[str] | None = None
    profile: str = "rag"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search found, and in which generation."""

    hits: tuple[Hit, ...]
    generation: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An answer, and what the generator read and wrote for it, in tokens: 0 where it counts none, as one may."""

    answer: Answer
    prompt_tokens: int
    tokens: int


class Answerer:
    """Answers questions from an opened project; thread-safe.

    It keeps the generation it has opened until another is current; a request runs on one generation to its end.
    ``clock`` gives seconds from any beginning, for the timings.
    """

    def __init__(self, project: Project, *, clock: Callable[[], float] = time.perf_counter) -> None:
        self._project = project
        self._clock = clock
        self._lock = threading.RLock()
        self._opened: tuple[Library, Retriever] | None = None
        self._guardrails: dict[str, Guardrail] = {}
        self._profiles: dict[str, tuple[Profile, Guards]] = {}
        self._whole: set[str] = set()

    @property
    def profiles(self) -> tuple[str, ...]:
        return profile_names(self._project.config)

    def check(self) -> None:
        """Build every profile, its guardrails and its prompt; raises ConfigError or PluginError for a wrong one."""
        for name in self.profiles:
            self._profile(name)

    def lacks(self, name: str) -> str:
        """What keeps a profile from answering now, and what to do about it; "" where nothing does."""
        profile, _ = self._profile(name)
        generator = self._project.generator()
        if not profile.retrieves and not generator.closed_book:
            return self._only_from_passages(profile)
        try:
            self._adapter(profile.adapter, generator)
            if profile.retrieves:
                self._open()
        except (AdapterError, WorkspaceError) as error:
            return str(error)
        return ""

    def prepare(self) -> None:
        """Build, open and load what the profiles need: what is wrong shows now, and the first question need not wait.

        A generator that writes is built and not asked: it may be far away, and paid by the token.
        """
        self.check()
        generator = self._project.generator()
        _, retriever = self._open()
        hits = retriever.retrieve(RetrievalRequest(question=_FIRST, k=1, caller=OPERATOR))
        if not generator.writes:
            generator.generate(GenerationRequest(question=_FIRST, hits=hits))

    def search(self, request: SearchRequest) -> Found:
        """Find passages, without an answer."""
        question = self._checked(request.question)
        library, retriever = self._open()
        wanted = RetrievalRequest(
            question=question,
            k=request.k or self._project.config.answer.passages,
            caller=request.caller,
            within=request.within,
        )
        _, guards = self._profile(request.profile)
        hits = hits_leave(retriever.retrieve(wanted), guards.output, question)
        return Found(hits=hits, generation=library.generation.number)

    def answer(self, request: AnswerRequest) -> Answer:
        """Answer a question; raises QuestionError, ConfigError (profile), AdapterError, NotIndexed, ModelError."""
        return self.counted(request).answer

    def counted(self, request: AnswerRequest) -> Answered:
        """Answer a question, and count tokens: ``answer`` for a caller who accounts for them."""
        profile, guards = self._profile(request.profile)
        generator = self._project.generator()
        question = self._checked(request.question)
        trail = Trail(question=question, profile=profile, emit=self._project.emit, clock=self._clock)
        answer = answer_leaves(self._answer(question, request, guards, trail, generator), guards.output)
        return Answered(answer=answer, prompt_tokens=trail.prompt_tokens, tokens=trail.tokens)

    def _answer(
        self, question: str, request: AnswerRequest, guards: Guards, trail: Trail, generator: Generator
    ) -> Answer:
        profile = trail.profile
        with trail.stage("guards-input"):
            heard = trail.note(check_stage(guards.input, GuardRequest(stage="input", text=question, question=question)))
            trail.question = heard.text
            history = _checked_history(request.history, guards, trail)
        if heard.stopped:
            trail.question = question_leaves(heard.text, guards.input)
            return trail.stopped(heard.stopped)
        if not profile.retrieves and not generator.closed_book:
            return trail.abstained(self._only_from_passages(profile))
        wanted = request.adapter if request.adapter and profile.adapter else profile.adapter
        adapter = self._adapter(wanted, generator)
        trail.adapter = adapter.version if adapter else None

        with trail.stage("condense"):
            turns = [turn for turn in history if turn.role != "system"]
            standalone = condense(heard.text, turns, self._project.rewriters(), generator)
        asked = GenerationRequest(
            question=standalone,
            history=tuple(turns),
            prompt=_prompt(profile, history),
            adapter=adapter,
            max_tokens=min(self._project.config.answer.max_tokens, request.max_tokens or 1_000_000),
            seed=self._project.config.project.seed,
        )
        if profile.retrieves:
            return self._from_passages(asked, request, guards, trail, generator)
        return _closed_book(asked, guards, trail, generator)

    def _from_passages(
        self, asked: GenerationRequest, request: AnswerRequest, guards: Guards, trail: Trail, generator: Generator
    ) -> Answer:
        library, retriever = self._open()
        trail.generation = library.generation.number
        with trail.stage("retrieve"):
            wanted = RetrievalRequest(
                question=asked.question, k=trail.profile.passages, caller=request.caller, within=request.within
            )
            hits = trail.hits = retriever.retrieve(wanted)
        if not hits:
            return trail.abstained(_NOTHING_FOUND)

        with trail.stage("guards-passages"):
            seen = trail.note(
                check_stage(
                    guards.passages, GuardRequest(stage="passages", text="", question=asked.question, hits=hits)
                )
            )
        if seen.stopped:
            return trail.stopped(seen.stopped)

        with trail.stage("generate"):
            shown = masked(hits, seen.barred)
            draft = trail.drafted(generator.generate(replace(asked, hits=shown, barred=seen.barred)))
        if _says_nothing(draft):
            return trail.abstained(_unanswered(draft))

        with trail.stage("cite"):
            cited = _cite(draft, draft.text, asked.question, hits, seen)
            citations = verify(cited.citations, library.document)
        if not citations:
            return trail.abstained(_NOT_SUPPORTED)

        with trail.stage("guards-output"):
            said = trail.note(
                check_stage(
                    guards.output,
                    GuardRequest(
                        stage="output", text=draft.text, question=asked.question, hits=shown, quotes=cited.quotes
                    ),
                )
            )
        if said.stopped:
            return trail.stopped(said.stopped)
        if said.text == draft.text:
            return trail.answered(cited.text, citations)
        again = _cite(draft, said.text, asked.question, hits, seen)
        return trail.answered(again.text, verify(again.citations, library.document) or citations)

    def _only_from_passages(self, profile: Profile) -> str:
        return (
            f"The arm `{profile.arm}` answers without passages, and the generator "
            f"`{self._project.config.generator.use}` answers only from passages; use rag or both."
        )

    def _checked(self, question: str) -> str:
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

    def _adapter(self, wanted: str | None, generator: Generator) -> AdapterRef | None:
        if wanted is None:
            return None
        version = self._project.adapters.resolve(wanted)
        if version.base != generator.digest:
            raise AdapterError(
                f"the adapter {wanted!r} (version {version.version}) was tuned on {version.base}, but "
                f"`{self._project.config.generator.use}` is {generator.digest} now; run `steep tune` again."
            )
        if version.version not in self._whole:  # once: its files are read for it
            if damage := self._project.adapters.damage(version.version):
                raise AdapterError(
                    f"the adapter {wanted!r} is damaged: {damage}. Restore the folder from a backup, point to another "
                    "version with `steep adapters promote`, or run `steep tune`, which writes the same one again."
                )
            self._whole.add(version.version)
        return AdapterRef(version=version.version, folder=Path(version.folder))

    def _profile(self, name: str) -> tuple[Profile, Guards]:
        with self._lock:
            if name not in self._profiles:
                profile = find_profile(self._project.config, name, self._project.folder)
                self._profiles[name] = profile, guards_of(profile.guardrails, self._guardrail)
            return self._profiles[name]

    def _guardrail(self, spec: GuardSpec) -> Guardrail:
        key = repr((spec.use, sorted(spec.options.items())))
        if key not in self._guardrails:
            self._guardrails[key] = self._project.build("guardrail", spec, where=f"guardrails: {spec.use}")
        return self._guardrails[key]

    def _open(self) -> tuple[Library, Retriever]:
        with self._lock:
            current = self._project.generations.current()
            if self._opened is None or current is None or self._opened[0].generation.number != current.number:
                library = self._project.library()
                self._opened = library, self._project.retriever(library)
            return self._opened


def _closed_book(asked: GenerationRequest, guards: Guards, trail: Trail, generator: Generator) -> Answer:
    with trail.stage("generate"):
        draft = trail.drafted(generator.generate(asked))
    if _says_nothing(draft):
        return trail.abstained(draft.reason or ABSTENTION)
    with trail.stage("guards-output"):
        said = trail.note(
            check_stage(guards.output, GuardRequest(stage="output", text=draft.text, question=asked.question))
        )
    return trail.stopped(said.stopped) if said.stopped else trail.answered(said.text, ())


def _checked_history(history: tuple[Message, ...], guards: Guards, trail: Trail) -> tuple[Message, ...]:
    """The turns before, under the policy of the input: a turn that would not be answered is left out."""
    kept: list[Message] = []
    for turn in history:
        if turn.role == "system":
            kept.append(turn)
            continue
        result = check_stage(guards.input, GuardRequest(stage="input", text=turn.content, question=turn.content))
        if result.stopped:
            verdict = result.stopped
            reason = f"an earlier turn is left out: {verdict.reason}"
            trail.verdicts.append(replace(verdict, action="rewrite", reason=reason))
        else:
            kept.append(replace(turn, content=result.text))
    return tuple(kept)


def _prompt(profile: Profile, history: tuple[Message, ...]) -> str:
    system = [turn.content for turn in history if turn.role == "system"]
    return "\n\n".join(part for part in (profile.prompt, *system) if part.strip())


def _says_nothing(draft: Draft) -> bool:
    text = draft.text.strip()
    return draft.abstained or not text or text.startswith(ABSTENTION)


def _unanswered(draft: Draft) -> str:
    """For whoever asked: that there is no answer, and then what the generator says of why."""
    return f"{ABSTENTION.removesuffix('.')} ({draft.reason.rstrip('.')})." if draft.reason else ABSTENTION


def _cite(draft: Draft, text: str, question: str, hits: tuple[Hit, ...], seen: StageResult) -> Cited:
    return cite(text, question=question, hits=hits, quotes=draft.quotes, barred=seen.barred)
