"""steep.toml, as a model: every key that a user may write, with its default and what it means.

An unknown key is an error that names the nearest known one. The options of a part, the keys beside ``use``, are
checked against the part's own config when it is built, or by ``steep config check``.
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, field_validator, model_validator

from steep.errors import ConfigError
from steep.kinds import CourseOptions
from steep.validation import nearest, validated
from steep.values import ARMS, PRESETS
from steep.workspace.defaults import default
from steep.workspace.sections import (
    GeneratorSpec,
    GuardSpec,
    MetricSpec,
    Name,
    NamedSpec,
    PartSpec,
    Section,
    SynthesizerSpec,
)
from steep.workspace.serving import AccessSection, LimitsSection, ServeSection

if TYPE_CHECKING:
    from pathlib import Path


class ProjectSection(Section):
    name: Name = Field("project", description="the first part of model names")
    documents: list[str] = Field(default=["**/*"], description="globs beside this file")
    exclude: list[str] = Field(default=[], description="globs to leave out")
    max_megabytes: float = Field(64, gt=0, description="a larger file is named and left out")
    read_seconds: float = Field(300, gt=0, description="a file that takes longer to read is named and left out")
    read_megabytes: int = Field(2048, ge=256, description="so is one that takes more memory")
    follow_links: bool = Field(False, description="read what links lead to outside of this folder")
    seed: int = Field(0, description="where randomness is used, it comes from this")
    device: str = Field(
        "auto", pattern=r"^(auto|cpu|mps|cuda(:\d+)?)$", description="where models run: auto, cuda, cuda:1, mps or cpu"
    )
    records: str = Field(
        "", description="postgresql+psycopg://user@host/database of this project alone; by default a file in .steep"
    )

    @field_validator("documents")
    @classmethod
    def _globs_stay_in_the_folder(cls, value: list[str]) -> list[str]:
        for glob in value:
            if glob.startswith(("/", "~")) or ".." in glob.split("/"):
                raise ValueError(
                    f"`{glob}` leads out of this folder; link the other folder into it instead, with follow_links"
                )
        return value


class PluginsSection(Section):
    allow: list[str] | None = Field(
        None, description="import only these third-party plugins; by default all that are installed"
    )
    disabled: list[str] = Field(default=[], description="never import these plugins")
    files: list[str] = Field(default=[], description="plugin modules beside this file, such as './house_rules.py'")


_FILTER_KEYS = {
    "round_trip": 'use = "round-trip", k = 5',
    "reader_f1": 'use = "agreement", least = 0.3',
    "max_overlap": 'use = "overlap", most = 0.9',
    "near_duplicate": 'use = "duplicates", similar = 0.8',
}


class SynthesizeSection(Section):
    unanswerable: float = Field(0.2, ge=0, le=0.9, description="share of pairs that cannot be answered")
    dev: float = Field(0.15, gt=0, lt=1, description="share of documents whose pairs only stop the training")

    @model_validator(mode="before")
    @classmethod
    def _filters_are_parts_now(cls, data: Any) -> Any:
        for key in _FILTER_KEYS if isinstance(data, dict) else ():
            if key in data:
                raise ValueError(f"`{key}` is a filter now: write [[filter]] with {_FILTER_KEYS[key]}, or leave it out")
        return data


class MixtureSpec(PartSpec):
    share: float = Field(gt=0, lt=1, description="share of the phase's rows that are this strategy's")


class PhaseSpec(NamedSpec, CourseOptions, extra="allow", frozen=True):
    """A strategy by name, with the course of its phase; keys that are neither are the strategy's options."""

    mixture: list[MixtureSpec] = Field(default=[], description="other strategies, whose rows stand among its own")


class RecipeSpec(CourseOptions, frozen=True):
    """A recipe: what is tuned, in which phases. What it says of a course holds for each phase that does not say it."""

    model: str | None = Field(None, description="tune this model of [model.NAME]; by default what answers")
    generator: str | None = Field(None, description="tune this generator, or the model it answers with")
    adapter: Name | None = Field(
        None, description="the adapter's name; by default the project's for `default`, else the recipe's"
    )
    phases: list[PhaseSpec] = Field(
        default=[PhaseSpec(use="instruct")],
        min_length=1,
        description="strategies, in sequence; each may have a `mixture`",
    )
    begin: Literal["taught", "afresh"] = Field(
        "taught",
        description="go on from the adapter that the generator answers by untuned, where it has one and is what is "
        "tuned; its rank and alpha stay. Or begin `afresh`",
    )
    rank: int = Field(16, ge=1, description="of the LoRA matrices: more can learn more, and takes more memory")
    alpha: int = Field(32, ge=1, description="LoRA's scale is alpha / rank")
    dropout: float = Field(0.05, ge=0, lt=1, description="share of LoRA's inputs left out in a training step")
    distractors: int = Field(4, ge=0, description="other passages shown beside the right one, as when answering")
    dataset: str = Field("latest", description="a dataset version, or latest")
    forgetting: float = Field(
        0.2, ge=0, description="how much loss on general text may grow, for what writes, to be put in production"
    )
    unlearning: float = Field(
        0.05,
        ge=0,
        le=1,
        description="share of general instructions that may no longer be followed; more has to be shown to count",
    )

    @field_validator("phases")
    @classmethod
    def _shares_leave_something(cls, value: list[PhaseSpec]) -> list[PhaseSpec]:
        for phase in value:
            if sum(part.share for part in phase.mixture) >= 1:
                raise ValueError(f"the shares in the mixture of `{phase.use}` leave nothing for its own rows")
        return value

    def course(self, phase: PhaseSpec) -> CourseOptions:
        """How a phase is trained: what it says itself, else what the recipe says, else the defaults."""
        said: dict[str, Any] = {}
        for each in (self, phase):
            said.update({key: getattr(each, key) for key in each.model_fields_set & CourseOptions.model_fields.keys()})
        return CourseOptions(**said)


class GuardrailsSection(Section):
    input: list[GuardSpec] = Field(default=[GuardSpec(use="injection")], description="what checks the question")
    passages: list[GuardSpec] = Field(default=[GuardSpec(use="injection")], description="what checks what was found")
    output: list[GuardSpec] = Field(
        default=[GuardSpec(use=name) for name in ("citations", "markup", "personal-data", "secrets")],
        description="what checks the answer",
    )


class AnswerSection(Section):
    passages: int = Field(5, ge=1, description="how many passages to read")
    candidates: int = Field(20, ge=1, description="how many passages a [reranker] chooses from")
    prompt: str = Field("", description="a file with the system prompt, for generators that write")
    max_tokens: int = Field(256, ge=1, description="how long an answer may be, for generators that write")
    max_question: int = Field(10_000, ge=1, description="characters; a longer question is refused")
    keep: bool = Field(True, description="keep answers, so that `steep answers` and feedback find them again")


def _default_metrics() -> list[MetricSpec]:
    return [MetricSpec.model_validate(each) for each in default("measure", "metrics")]


class MeasureSection(Section):
    questions: str | None = Field(
        None, description="a JSONL file of questions with their answers; by default held-out pairs"
    )
    split: str | None = Field(None, description="measure only this split; questions of `dev` then settle tuning")
    arms: list[str] = Field(default=list(ARMS), description="which arms to compare; profiles can be named too")
    metrics: list[MetricSpec] = Field(
        default_factory=_default_metrics,
        min_length=1,
        description="which metrics to report; the first decides the verdict",
    )
    at_once: int = Field(
        1,
        ge=1,
        description="so many questions together, where a model writes for several; times are of the first eight, alone",
    )
    resamples: int = Field(2000, ge=100, description="bootstrap and permutation rounds")


class ProfileSpec(Section):
    arm: str = Field("rag", description="which of base, rag, tuned and both it starts from")
    generator: str | None = Field(None, description="a generator of [generator.NAME]; by default [generator]")
    model: str | None = Field(None, description="a model of [model.NAME]; by default the generator's")
    adapter: str | None = Field(None, description="name@alias or a version; by default <project>@production")
    passages: int | None = Field(None, ge=1, description="as in [answer], for this profile")
    retriever: PartSpec | None = Field(None, description="as [retriever], for this profile")
    reranker: PartSpec | None = Field(None, description="as [reranker], for this profile")
    prompt: str | None = Field(None, description="as in [answer], for this profile")
    guardrails: GuardrailsSection | None = Field(None, description="as [guardrails], for this profile")
    tools: list[str] = Field(default=[], description="tools of [tool.NAME] that a generator may call")

    @field_validator("arm")
    @classmethod
    def _known_arm(cls, value: str) -> str:
        if value not in PRESETS:
            raise ValueError(f"there is no arm named {value!r}; {nearest(value, PRESETS)}")
        return value


class Config(Section):
    """The whole of steep.toml."""

    project: ProjectSection = ProjectSection()
    plugins: PluginsSection = PluginsSection()
    reader: dict[str, dict[str, Any]] = Field(default={}, description="options of readers, by their name")
    splitter: PartSpec = Field(default=PartSpec(use="sentences"), description="cuts documents into passages")
    embedder: PartSpec = Field(default=PartSpec(use="minilm"), description="turns texts into vectors")
    index: dict[Name, PartSpec] = Field(
        default={"dense": PartSpec(use="faiss"), "lexical": PartSpec(use="bm25")},
        min_length=1,
        description="what passages are found with; each under a name of its own",
    )
    retriever: PartSpec = Field(default=PartSpec(use="hybrid"), description="finds passages with the indexes")
    reranker: PartSpec | None = Field(None, description="orders what was found anew")
    model: dict[Name, PartSpec] = Field(default={}, description="language models, each under a name of its own")
    generator: GeneratorSpec = Field(default=GeneratorSpec(use="extract"), description="answers; what is tuned")
    formatter: PartSpec = Field(default=PartSpec(use="grounded"), description="lays pairs out for training")
    synthesizer: list[SynthesizerSpec] = Field(
        default=[SynthesizerSpec(use="structure")], description="write pairs from the documents; each adds its own"
    )
    filter: list[PartSpec] = Field(
        default=[
            PartSpec(use="duplicates"),
            PartSpec(use="overlap"),
            PartSpec(use="round-trip"),
            PartSpec(use="answered-after-all"),
        ],
        description="drop pairs, in this order",
    )
    synthesize: SynthesizeSection = Field(default=SynthesizeSection(), description="which pairs are kept")
    tune: dict[Name, RecipeSpec] = Field(default={"default": RecipeSpec()}, description="recipes, by their name")
    guardrails: GuardrailsSection = Field(
        default=GuardrailsSection(), description='names, or { use = "…", on_fail = "allow, rewrite, refuse, escalate" }'
    )
    answer: AnswerSection = AnswerSection()
    measure: MeasureSection = MeasureSection()
    profile: dict[Name, ProfileSpec] = Field(default={})
    router: PartSpec | None = Field(None, description="sends a question to the profile that suits it")
    tool: dict[Name, PartSpec] = Field(default={}, description="what a generator may call, by name")
    access: AccessSection = AccessSection()
    serve: ServeSection = ServeSection()
    limits: LimitsSection = Field(default=LimitsSection(), description="what callers of the server may ask for")
    rewriter: list[PartSpec] = Field(
        default=[PartSpec(use="english")], description="make follow-up questions stand alone, each in its language"
    )
    tracker: list[PartSpec] = Field(default=[], description="see what happens: audit, metrics, traces")

    @field_validator("reader")
    @classmethod
    def _readers_are_named_by_their_table(cls, value: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        for name, options in value.items():
            if "use" in options:
                raise ValueError(f"[reader.{name}] takes options only; its name says which reader it is about")
        return value

    def generator_named(self, name: str) -> GeneratorSpec | None:
        """The generator of that name: of [generator.NAME], or [generator] itself, which its ``use`` names too."""
        return self.generator if name in ("", self.generator.use) else self.generator.further.get(name)

    @field_validator("tune", mode="before")
    @classmethod
    def _recipes_have_names(cls, value: Any) -> Any:
        """Says how to write the nameless recipe of 0.1."""
        old = (
            sorted(key for key, each in value.items() if not isinstance(each, dict)) if isinstance(value, dict) else []
        )
        if not old:
            return value
        told = "recipes have names now: write [tune.default] for [tune], and [[tune.default.phases]] for [[tune.phase]]"
        if {"replay", "replay_share"} & set(old):
            told += (
                "; `replay` and `replay_share` are [[tune.default.phases.mixture]] below a phase, with "
                '`use = "replay"`, `file` and `share`'
            )
        raise ValueError(f"{told} (found: {', '.join(f'`{key}`' for key in old)})")

    def recipe(self, name: str = "default") -> RecipeSpec:
        """The recipe of that name; `default` is there in every project. Raises ConfigError for an unknown one."""
        if name not in self.tune and name != "default":
            raise ConfigError(f"steep.toml has no recipe [tune.{name}]; {nearest(name, {*self.tune, 'default'})}")
        return self.tune.get(name) or RecipeSpec()

    @field_validator("profile")
    @classmethod
    def _arms_keep_their_names(cls, value: dict[str, ProfileSpec]) -> dict[str, ProfileSpec]:
        for name in value:
            if name in ARMS:
                raise ValueError(f"the profile `{name}` always exists as an arm; choose another name")
        return value


def load_config(file: Path) -> Config:
    """Read steep.toml; raises ConfigError that names the file, the key, and the nearest known key."""
    try:
        data = tomllib.loads(file.read_text("utf-8-sig"))
    except FileNotFoundError:
        raise ConfigError(f"there is no {file.name} in {file.parent}; run `steep init` there first.") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file} is not UTF-8 (byte {error.start}); save it as UTF-8.") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigError(f"{file} is not valid TOML: {error}.") from None
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}.") from None
    return validated(Config, data, where=str(file), error=ConfigError)
