"""What models a project names, what they are made of, and whether they can run here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from steep.errors import SteepError
from steep.kinds import Described

if TYPE_CHECKING:
    from steep.hooks import Offer
    from steep.kinds import Model
    from steep.workspace.project import Project
    from steep.workspace.sections import PartSpec

__all__ = ["OnBoard", "Stocked", "inventory", "on_board"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stocked:
    """A model of steep.toml. ``problem`` says why it cannot run here, with the line to type."""

    name: str
    use: str
    state: Literal["ready", "missing"]
    digest: str = ""
    source: str = ""
    runs: str = ""
    megabytes: float | None = None
    licence: str = ""
    problem: str = ""

    @property
    def described(self) -> str:
        size = "" if self.megabytes is None else f"{self.megabytes:,.0f} MB"
        licence = self.licence or ("licence unknown" if self.source else "")
        return ", ".join(part for part in (self.digest, self.source, size, licence, self.runs) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnBoard:
    """A model that needs no hub and no server: ``found`` is where it is, or ``problem`` the line to type."""

    name: str
    summary: str
    found: str = ""
    problem: str = ""


def on_board(project: Project) -> list[OnBoard]:
    """The models that any project can name, whether or not this one does."""
    known = [each.offer for each in project.plugins.offers("model") if each.offer.where is not None]
    return [_looked_for(each) for each in known]


def _looked_for(offered: Offer[Any]) -> OnBoard:
    try:
        found = offered.where() if offered.where else ""
    except SteepError as error:
        return OnBoard(name=offered.name, summary=offered.summary, problem=str(error))
    return OnBoard(name=offered.name, summary=offered.summary, found=found)


def inventory(project: Project) -> list[Stocked]:
    """The models of [model.NAME] by name; one that is broken does not hide the others."""
    return [_stocked(project, name, spec) for name, spec in sorted(project.config.model.items())]


def _stocked(project: Project, name: str, spec: PartSpec) -> Stocked:
    try:
        return _found(name, spec, project.model(name))
    except SteepError as error:
        return Stocked(name=name, use=spec.use, state="missing", problem=str(error))


def _found(name: str, spec: PartSpec, model: Model) -> Stocked:
    if not isinstance(model, Described):
        return Stocked(name=name, use=spec.use, state="ready", digest=model.digest)
    card = model.card()
    return Stocked(
        name=name,
        use=spec.use,
        state="ready",
        digest=model.digest,
        source=card.source,
        runs=card.runs,
        megabytes=None if card.megabytes is None else round(card.megabytes, 1),
        licence=card.licence,
    )
