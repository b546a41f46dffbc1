"""Everything that steep raises on purpose, in one tree.

    SteepError
    ├── ConfigError            steep.toml or an option is wrong: the user's to mend
    │   └── BadOptions         a part's options do not fit its config
    ├── WorkspaceError         the folder, or what .steep/ holds, is not as it should be
    │   ├── NotIndexed         nothing has been indexed yet
    │   ├── NotThere           what was named is not there, or is not this caller's to see
    │   ├── Busy               something else is at work, or what should be changed was changed meanwhile
    │   └── Damaged            a file steep wrote is not as it wrote it
    ├── SourceError            a document cannot be read (the rest goes on)
    ├── DatasetError           no pairs, or rows that cannot be trained on
    ├── AdapterError           damaged, made for another base, or of no use here: the operator's to mend
    │   ├── UnknownAdapter     no version, or no single one, is meant by that name
    │   └── AdapterConflict      what should be done to an alias does not fit how it, or the version, stands
    ├── ModelError             model files are missing or not the ones expected, or a model misbehaved
    │   ├── Misfit             a model's reply has not the form that was asked for
    │   └── Unable             a request asks for what its profile, generator or model cannot do
    ├── ToolError              a tool cannot do what a model asked of it; the model is told
    ├── QuestionError          a question, or a question file, cannot be used
    ├── KeyRefused             a caller's key is unknown, expired or revoked
    ├── GivenUp                nobody waits any more for what was asked
    ├── Interrupted            stopped by the user; the next run resumes
    └── PluginError
        ├── PluginNotFound     nobody offers that name
        ├── AmbiguousName      several plugins offer it
        ├── BrokenPlugin       it could not be loaded, or broke its contract
        │   └── PartFailed         it raised, or returned what its kind must not; another request may go well
        └── MissingDependency  a library that the part needs is not installed

A message says what was asked, what was found and what to do; the command line prints it as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "AdapterConflict",
    "AdapterError",
    "AmbiguousName",
    "BadOptions",
    "BrokenPlugin",
    "Busy",
    "ConfigError",
    "Damaged",
    "DatasetError",
    "GivenUp",
    "Interrupted",
    "KeyRefused",
    "Misfit",
    "MissingDependency",
    "ModelError",
    "NotIndexed",
    "NotThere",
    "PartFailed",
    "PluginError",
    "PluginNotFound",
    "QuestionError",
    "SourceError",
    "SteepError",
    "ToolError",
    "Unable",
    "UnknownAdapter",
    "WorkspaceError",
]


class SteepError(Exception):
    """The root: catch this to catch all that steep raises on purpose.

    ``exit_code`` is what the command line ends with.
    """

    exit_code: int = 1


class ConfigError(SteepError):
    exit_code = 2


class BadOptions(ConfigError):
    pass


class WorkspaceError(SteepError):
    exit_code = 3


class NotIndexed(WorkspaceError):
    pass


class NotThere(WorkspaceError):
    pass


class Busy(WorkspaceError):
    pass


class Damaged(WorkspaceError):
    pass


class SourceError(SteepError):
    """A document that cannot be read; ``path`` is relative to the project."""

    exit_code = 4

    def __init__(self, message: str, *, path: str) -> None:
        super().__init__(message)
        self.path = path


class DatasetError(SteepError):
    exit_code = 5


class AdapterError(SteepError):
    exit_code = 6


class UnknownAdapter(AdapterError):
    pass


class AdapterConflict(AdapterError):
    pass


class ModelError(SteepError):
    exit_code = 7


class Misfit(ModelError):
    """A reply that has not the form that was asked for; the message says nothing of its words."""


class Unable(ModelError):
    """Asked for what cannot be done here; ``setting`` names it as `Asked` does: schema, functions, chances."""

    def __init__(self, message: str, *, setting: str) -> None:
        super().__init__(message)
        self.setting = setting


class QuestionError(SteepError):
    exit_code = 8


class ToolError(SteepError):
    exit_code = 12


class KeyRefused(SteepError):
    exit_code = 10


class GivenUp(SteepError):
    exit_code = 130


class Interrupted(SteepError):
    exit_code = 130


class PluginError(SteepError):
    exit_code = 9


class PluginNotFound(PluginError):
    pass


class AmbiguousName(PluginError):
    pass


class BrokenPlugin(PluginError):
    pass


class PartFailed(BrokenPlugin):
    pass


_NAMED = 3  # libraries that are named in a sentence


class MissingDependency(PluginError):
    """A library is missing, or several; the message holds the command that installs them."""

    def __init__(
        self, *, library: str | Sequence[str], wanted_by: str, extra: str | None = None, command: str | None = None
    ) -> None:
        names = [library] if isinstance(library, str) else list(library)
        install = command or (f"pip install 'steep[{extra}]'" if extra else f"pip install {' '.join(names)}")
        named = ", ".join(f"`{name}`" for name in names[:_NAMED])
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""  # the command names them all
        what = f"the library {named}, which is" if len(names) == 1 else f"the libraries {named}{more}, which are"
        super().__init__(f"{wanted_by} needs {what} not installed. Run: {install}")
        self.library = " ".join(names)
        self.extra = extra
