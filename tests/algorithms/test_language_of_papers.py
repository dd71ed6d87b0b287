"""LANGUAGE is that of what a run writes: what it says meanwhile stays in the language of the interface."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from qgis.core import QgsProcessingProvider
from support import sensible_runs

from waternet_plugin import store
from waternet_plugin.core.texts import tr
from waternet_plugin.language import speaking

# Algorithms with this parameter; the first test knows whether one is missing.
NAMES = (
    "exportsurvey",
    "sheetindex",
    "buildproject",
    "exportatlas",
    "exportfieldpackage",
    "exportpaper",
    "exportprojects",
    "verificationsheet",
)
WALK = [pytest.param(name, marks=pytest.mark.slow) for name in NAMES]


@pytest.fixture(scope="module")
def inputs(sensible_inputs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with the town, an empty network, and files of others."""
    folder = shutil.copytree(sensible_inputs, tmp_path_factory.mktemp("papers") / "inputs")
    store.create_network(folder / "empty.gpkg", "EPSG:4547").close()
    return folder


def test_every_algorithm_with_a_language_is_walked(provider: QgsProcessingProvider) -> None:
    assert {one.name() for one in provider.algorithms() if one.parameterDefinition("LANGUAGE")} == set(NAMES)


@pytest.mark.parametrize("moment", ["done", "empty", "refused"])
@pytest.mark.parametrize("name", WALK)
def test_a_run_speaks_the_language_of_the_interface(
    provider: QgsProcessingProvider,
    inputs: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    moment: str,
) -> None:
    with speaking("zh_CN"):
        assert tr("Reading the network") == "读取管网"
    algorithm = provider.algorithm(name)
    made = tmp_path / "made"
    said = []
    for language in ("en", "zh_CN"):
        shutil.copytree(inputs, tmp_path / "inputs")
        made.mkdir()
        given = {**sensible_runs.parameters(algorithm, tmp_path / "inputs", made), "LANGUAGE": language}
        if moment == "empty":
            given["NETWORK"] = str(tmp_path / "inputs" / "empty.gpkg")
        with monkeypatch.context() as patched:
            if moment == "refused":
                sensible_runs.refuse_names(patched, made)
            succeeded, log = sensible_runs.run(algorithm, given)
        assert succeeded or moment != "done", log
        assert "Unexpected" not in log
        said.append(log.replace(str(os.getpid()), ""))
        for folder in (made, tmp_path / "inputs"):
            shutil.rmtree(folder)
    assert said[0] == said[1]
