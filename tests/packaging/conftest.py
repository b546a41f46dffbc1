from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """A fresh virtual environment: it sees the libraries of this one, but not its editable installs."""

    folder: Path

    @property
    def scripts(self) -> Path:
        return self.folder / ("Scripts" if sys.platform == "win32" else "bin")

    @property
    def python(self) -> Path:
        return self.scripts / "python"

    def install(self, wheel: Path) -> None:
        command = [sys.executable, "-m", "pip", "--python", str(self.python), "--disable-pip-version-check"]
        self._run(*command, "install", "--quiet", "--no-deps", "--no-index", str(wheel))

    def run(self, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        return self._run(str(self.python), *arguments, cwd=cwd)

    def test(self, folder: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        """Run a folder's tests, with temporary files of its own: in the usual place it would tidy up after others."""
        own = f"--basetemp={cwd / 'inner'}"
        return self.run("-m", "pytest", "-q", "-p", "no:cacheprovider", own, folder, cwd=cwd)

    def steep(self, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        return self._run(str(self.scripts / "steep"), *arguments, cwd=cwd)

    def _run(self, *command: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd or self.folder)
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
        return done


@pytest.fixture(scope="session")
def build_wheel(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Path]:
    """Builds a source folder's wheel without network."""

    def build(source: Path) -> Path:
        out = tmp_path_factory.mktemp("wheel")
        command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(source)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        (wheel,) = out.glob("*.whl")
        return wheel

    return build


@pytest.fixture(scope="session")
def steep_wheel(build_wheel: Callable[[Path], Path]) -> Path:
    return build_wheel(ROOT)


@pytest.fixture
def environment(tmp_path: Path, steep_wheel: Path) -> Environment:
    """A fresh environment with steep's wheel in it."""
    folder = tmp_path / "environment"
    venv.create(folder, with_pip=False, symlinks=sys.platform != "win32")
    made = Environment(folder=folder)
    purelib = made.run("-c", "import sysconfig; print(sysconfig.get_path('purelib'))").stdout.strip()
    here = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (Path(purelib) / "libraries.pth").write_text("\n".join([*sorted(here), ""]), "utf-8")
    made.install(steep_wheel)
    return made
