"""The rules: each reads a section and proposes candidates. Their order decides which of two equal questions stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from steep_plugins.languages.en.rules import (
    asked,
    causes,
    comparisons,
    conditions,
    defaults,
    definitions,
    facts,
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
    tables,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from steep_plugins.languages.en.statements import Statement
    from steep_plugins.languages.en.voice import Voice
    from steep_plugins.synthesizers.structure.outline import Section
    from steep_plugins.synthesizers.structure.plain import Candidate

    Rule = Callable[[Section, tuple[Statement, ...], Voice], Iterator[Candidate]]

RULES: tuple[Rule, ...] = (
    asked.propose,
    tables.propose,
    keyvalues.propose,
    options.propose,
    defaults.propose,
    limits.propose,
    quantities.propose,
    quantities.propose_dates,
    people.propose,
    comparisons.propose,
    conditions.propose,
    causes.propose,
    procedures.propose,
    places.propose,
    places.propose_finding,
    definitions.propose,
    naming.propose,
    lists.propose_instances,
    permissions.propose,
    polar.propose,
    lists.propose,
    objects.propose,
    facts.propose,
    objects.propose_subjects,
)
