"""Each algorithm, those to come too: outputs whole or not there, and nothing in the current folder."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsProcessingProvider
from support import sensible_runs

# No group that a system has.
GROUP = 54321
WALK = [pytest.param(name, marks=pytest.mark.slow) for name in sensible_runs.RUNS]


@pytest.fixture(scope="module")
def inputs(
    tmp_path_factory: pytest.TempPathFactory, provider: QgsProcessingProvider, sample_town: Path
) -> Path:
    """Folder with the town and files of others, which is copied for each run."""
    folder = tmp_path_factory.mktemp("inputs")
    sensible_runs.prepare(provider, folder, sample_town)
    return folder


@pytest.fixture
def own(inputs: Path, tmp_path: Path) -> Path:
    """Folder of one run, with its inputs and an empty folder for what it makes."""
    shutil.copytree(inputs, tmp_path / "inputs")
    (tmp_path / "made").mkdir()
    return tmp_path


@pytest.fixture
def umask_of_all() -> Iterator[None]:
    """Have files be open to all where nobody closes them."""
    before = os.umask(0)
    yield
    os.umask(before)


def _refuse_names(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Have no file of a folder get its name, as a kill right before would."""

    def guarded(real: Any) -> Any:
        def renamed(source: Any, target: Any, *more: Any, **others: Any) -> Any:
            if Path(os.path.abspath(target)).parent == folder:
                raise PermissionError(errno.EACCES, "not now", str(target))
            return real(source, target, *more, **others)

        return renamed

    for name in ("replace", "rename", "link"):
        monkeypatch.setattr(os, name, guarded(getattr(os, name)))


def test_each_algorithm_has_a_sensible_run(provider: QgsProcessingProvider) -> None:
    assert {algorithm.name() for algorithm in provider.algorithms()} == set(sensible_runs.RUNS)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="this system has no folder in which nobody can write")
@pytest.mark.parametrize("name", WALK)
def test_a_run_needs_no_current_folder_and_opens_nothing_to_others(
    provider: QgsProcessingProvider, own: Path, monkeypatch: pytest.MonkeyPatch, umask_of_all: None, name: str
) -> None:
    algorithm = provider.algorithm(name)
    network = own / "inputs" / "town.gpkg"
    for path in (network, network.with_name("backup.gpkg")):
        path.chmod(0o660)
        if os.geteuid() == 0:
            os.chown(path, -1, GROUP)
    there = set(network.parent.rglob("*"))
    monkeypatch.chdir("/proc")
    succeeded, said = sensible_runs.run(
        algorithm, sensible_runs.parameters(algorithm, own / "inputs", own / "made")
    )
    assert succeeded, said
    beside = {network, *network.parent.rglob("*")} - (there - {network})
    # What is asked for by name is as open as any file that is written; copies of the network are not.
    copies = {path for path in (own / "made").rglob("*.gpkg") if name == "restorebackup"}
    for path in beside | copies:
        about = path.stat()
        assert not about.st_mode & 0o007, (path, oct(about.st_mode))
        assert about.st_gid == network.stat().st_gid, path


@pytest.mark.parametrize("name", WALK)
def test_an_output_is_whole_under_its_name_or_not_there(
    provider: QgsProcessingProvider, own: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    algorithm = provider.algorithm(name)
    given = sensible_runs.parameters(algorithm, own / "inputs", own / "made")
    (own / "current").mkdir()
    monkeypatch.chdir(own / "current")
    _refuse_names(monkeypatch, own / "made")
    succeeded, said = sensible_runs.run(algorithm, given)
    makes_files = any(str(value).startswith(str(own / "made")) for value in given.values())
    assert succeeded != makes_files, said
    assert "Unexpected" not in said
    assert os.listdir(own / "made") == []
    assert os.listdir(own / "current") == []
