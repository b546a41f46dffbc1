"""The rules: each reads a section and proposes candidates. Their order decides which of two equal questions stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from steep_plugins.synthesizers.structure.rules import (
    asked,
    causes,
    comparisons,
    conditions,
    dates,
    defaults,
    definitions,
    facts,
    finding,
    instances,
    keyvalues,
    limits,
    lists,
    naming,
    objects,
    options,
    people,
    permissions,
    places,
    polar,
    procedures,
    quantities,
    subjects,
    tables,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from steep_plugins.synthesizers.structure.candidate import Candidate
    from steep_plugins.synthesizers.structure.outline import Section
    from steep_plugins.synthesizers.structure.statements import Statement
    from steep_plugins.synthesizers.structure.voice import Voice

    Rule = Callable[[Section, tuple[Statement, ...], Voice], Iterator[Candidate]]

RULES: tuple[Rule, ...] = (
    asked.propose,
    tables.propose,
    keyvalues.propose,
    options.propose,
    defaults.propose,
    limits.propose,
    quantities.propose,
    dates.propose,
    people.propose,
    comparisons.propose,
    conditions.propose,
    causes.propose,
    procedures.propose,
    places.propose,
    finding.propose,
    definitions.propose,
    naming.propose,
    instances.propose,
    permissions.propose,
    polar.propose,
    lists.propose,
    objects.propose,
    facts.propose,
    subjects.propose,
)
