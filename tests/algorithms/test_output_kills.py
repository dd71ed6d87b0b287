"""An algorithm that is killed leaves its file whole or not at all, and can be run again."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
from pathlib import Path
from typing import Any

import pytest
from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterFolderDestination,
    QgsProcessingProvider,
)

from waternet_plugin import store

pytestmark = [
    pytest.mark.kill,
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL"),
]

# The name of each algorithm's file, and what it is asked with; {town} is the network, {folder} beside it.
RUNS: dict[str, tuple[str, dict[str, Any]]] = {
    "createnetwork": ("new.gpkg", {"CRS": "EPSG:4547"}),
    "buildproject": ("town.qgz", {"NETWORK": "{town}"}),
    "loadsample": ("copied", {}),
    "exporttable": ("pipes.csv", {"NETWORK": "{town}", "TABLE": "pipe"}),
    "exportepanet": ("out.inp", {"NETWORK": "{town}"}),
    "importepanet": ("in.gpkg", {"INPUT": "{folder}/town.inp", "CRS": "EPSG:4547"}),
    "exportsurvey": ("survey.xlsx", {"NETWORK": "{town}"}),
    "verificationsheet": ("sheet.pdf", {"NETWORK": "{town}", "PIPES": "JS-0001"}),
    "exportatlas": ("book.pdf", {"NETWORK": "{town}", "SCALE": 5000}),
    "restorebackup": ("again.gpkg", {"BACKUP": "{folder}/town.gpkg"}),
}
SHARES = (0.05, 0.5, 0.99)


class _Killing(QgsProcessingFeedback):
    """Kills the process as soon as a run has come so far."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self._share = share

    def setProgress(self, percent: float) -> None:
        if percent >= 100 * self._share:
            os.kill(os.getpid(), signal.SIGKILL)


def _killed(algorithm: Any, parameters: dict[str, Any], share: float) -> int:
    """Run an algorithm in a process that kills itself; return how that ended."""

    def child() -> None:
        algorithm.create().run(parameters, QgsProcessingContext(), _Killing(share))
        os._exit(0)

    process = multiprocessing.get_context("fork").Process(target=child)
    process.start()
    process.join(300)
    return int(process.exitcode or 0)


def _files_with_an_output(provider: QgsProcessingProvider) -> set[str]:
    kinds = (
        QgsProcessingParameterFile,
        QgsProcessingParameterFileDestination,
        QgsProcessingParameterFolderDestination,
    )
    return {
        one.name() for one in provider.algorithms() if isinstance(one.parameterDefinition("OUTPUT"), kinds)
    }


def test_every_algorithm_with_a_file_is_killed_here(provider: QgsProcessingProvider) -> None:
    assert _files_with_an_output(provider) == set(RUNS)


def _whole(path: Path) -> object:
    """Return what tells a whole file from a part of one."""
    if path.is_dir():
        return sorted(one.name for one in path.rglob("*"))
    if path.suffix == ".gpkg":
        with store.open_network(path) as network:
            return network.count("pipe"), network.count("node"), len(network.batches())
    return path.suffix, path.stat().st_size > 0, path.read_bytes()[-6:] if path.suffix == ".pdf" else b""


@pytest.fixture(scope="module")
def places(sample_town: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a network and its EPANET file."""
    folder = tmp_path_factory.mktemp("killed")
    shutil.copy(sample_town / "en" / "sample_town.gpkg", folder / "town.gpkg")
    return folder


@pytest.mark.parametrize("name", sorted(RUNS))
def test_killed_it_leaves_all_or_nothing_and_runs_again(
    provider: QgsProcessingProvider, places: Path, tmp_path: Path, name: str
) -> None:
    algorithm = provider.algorithm(name)
    file, given = RUNS[name]
    filled = {
        key: value.format(town=places / "town.gpkg", folder=places) if isinstance(value, str) else value
        for key, value in given.items()
    }

    def run(folder: Path) -> Path:
        """Run it undisturbed."""
        asked = {**filled, "OUTPUT": str(folder / file)}
        feedback = QgsProcessingFeedback()
        able, sentence = algorithm.create().checkParameterValues(asked, QgsProcessingContext())
        assert able, sentence
        _results, succeeded = algorithm.create().run(asked, QgsProcessingContext(), feedback)
        assert succeeded, feedback.textLog()
        return folder / file

    if name == "importepanet":
        export = provider.algorithm("exportepanet")
        wanted = {"NETWORK": str(places / "town.gpkg"), "OUTPUT": str(places / "town.inp")}
        assert export.create().run(wanted, QgsProcessingContext(), QgsProcessingFeedback())[1]
    (tmp_path / "reference").mkdir()
    whole = _whole(run(tmp_path / "reference"))
    struck = 0
    for share in SHARES:
        folder = tmp_path / f"at {share}"
        folder.mkdir()
        struck += _killed(algorithm, {**filled, "OUTPUT": str(folder / file)}, share) == -signal.SIGKILL
        assert not (folder / file).exists() or _whole(folder / file) == whole
        shutil.rmtree(folder / file, ignore_errors=True)
        (folder / file).unlink(missing_ok=True)
        assert _whole(run(folder)) == whole
        assert not [one.name for one in folder.iterdir() if one.name.startswith(".")]
    assert struck
