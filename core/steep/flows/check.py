"""check: all that steep.toml names is there and fits, before anything takes long.

Options of every part, prompt files, guardrails at the stages where they work, and the question file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from steep.flows.answer import Answerer
from steep.flows.questions import load_questions
from steep.workspace.checking import check_parts

if TYPE_CHECKING:
    from steep.workspace.project import Project


def check(project: Project) -> tuple[str, ...]:
    """The qualified names of the parts in use; raises ConfigError, PluginError or QuestionError for what is wrong."""
    parts = check_parts(project)
    Answerer(project).check()
    if project.config.measure.questions:
        load_questions(project.folder / project.config.measure.questions)
    return parts
