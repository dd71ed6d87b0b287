"""Each algorithm, those to come too: outputs whole or not there, and nothing in the current folder."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from qgis.core import QgsProcessingProvider
from support import sensible_runs

# No group that a system has.
GROUP = 54321
# A run of them takes seconds.
_LONG = {
    "buildproject",
    "exportatlas",
    "exportprojects",
    "planscenarios",
    "runepanet",
    "runswmm",
    "scorecompounds",
}
RUNS = [pytest.param(name, marks=pytest.mark.slow) if name in _LONG else name for name in sensible_runs.RUNS]


@pytest.fixture
def own(sensible_inputs: Path, tmp_path: Path) -> Path:
    """Folder of one run, with its inputs and an empty folder for what it makes."""
    shutil.copytree(sensible_inputs, tmp_path / "inputs")
    (tmp_path / "made").mkdir()
    return tmp_path


@pytest.fixture
def umask_of_all() -> Iterator[None]:
    """Have files be open to all where nobody closes them."""
    before = os.umask(0)
    yield
    os.umask(before)


def test_each_algorithm_has_a_sensible_run(provider: QgsProcessingProvider) -> None:
    assert {algorithm.name() for algorithm in provider.algorithms()} == set(sensible_runs.RUNS)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="this system has no folder in which nobody can write")
@pytest.mark.parametrize("name", RUNS)
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
    copies = {
        path for path in (own / "made").rglob("output.gpkg") if name in ("copynetwork", "restorebackup")
    }
    for path in beside | copies:
        about = path.stat()
        assert not about.st_mode & 0o007, (path, oct(about.st_mode))
        assert about.st_gid == network.stat().st_gid, path


@pytest.mark.slow
@pytest.mark.parametrize("name", sensible_runs.RUNS)
def test_an_output_is_whole_under_its_name_or_not_there(
    provider: QgsProcessingProvider, own: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    algorithm = provider.algorithm(name)
    given = sensible_runs.parameters(algorithm, own / "inputs", own / "made")
    (own / "current").mkdir()
    monkeypatch.chdir(own / "current")
    sensible_runs.refuse_names(monkeypatch, own / "made")
    succeeded, said = sensible_runs.run(algorithm, given)
    makes_files = any(str(value).startswith(str(own / "made")) for value in given.values())
    assert succeeded != makes_files, said
    assert "Unexpected" not in said
    # What the next run goes on with stays: pages of a book not put together, networks as Parquet.
    kept = {"exportatlas": ["output.pdf.pages"], "scoreutilities": ["networks"]}
    assert os.listdir(own / "made") == kept.get(name, [])
    assert os.listdir(own / "current") == []
