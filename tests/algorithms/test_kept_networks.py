"""Each algorithm on a network that is kept in memory, as in a window that has traced, gives the same.

It names each table that it changes, too: a window reads the layers of no others anew.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from qgis.core import QgsProcessingAlgorithm, QgsProcessingProvider
from recorder.tables import Cleaner, days_of_this_run, texts_of
from support import sensible_runs
from support.written_tables import changed, digests

from waternet_plugin.operations.network.live_network import LiveNetwork, live_network
from waternet_plugin.store import own_writes

# May change any table.
_ANY_TABLE = ("addcode", "addfield", "compactnetwork")
# What is told of reading, which a kept network needs less of.
_READING = {"Reading the network", "Connecting pipes", "Finding segments", "Finding the metered areas"}
# Digests of files and rows that hold their own time, and random ids.
_OF_ONE_RUN = re.compile(r"\b(?:[0-9a-f]{64}|[0-9a-f]{16}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b")


def _kept(path: Path) -> LiveNetwork:
    """Return a network as a trace and a burst leave it: its lines are packed, its ways known."""
    kept = live_network(str(path))
    with kept.answering():
        kept.trace_network()
        kept.works()
    return kept


def _answers(algorithm: QgsProcessingAlgorithm, folder: Path) -> dict[str, str]:
    """Run an algorithm on inputs of a folder; return what it said and what it wrote, as texts."""
    inputs, made = folder / "inputs", folder / "made"
    made.mkdir()
    succeeded, said = sensible_runs.run(algorithm, sensible_runs.parameters(algorithm, inputs, made))
    assert succeeded, said
    cleaner = Cleaner({folder: "work"}, days_of_this_run())
    written = {
        f"{path.parent.relative_to(folder)}/{name}": _OF_ONE_RUN.sub("<id>", cleaner.clean(text))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "backups" not in path.parts
        for name, text in texts_of(path)
    }
    told = "\n".join(line for line in said.splitlines() if line not in _READING)
    return {"said": cleaner.clean(told), **written}


@pytest.mark.parametrize(
    "name",
    [
        name if name == "inferdirection" else pytest.param(name, marks=pytest.mark.slow)
        for name in sensible_runs.RUNS
    ],
)
def test_each_algorithm_gives_the_same_on_a_kept_network(
    provider: QgsProcessingProvider, sensible_inputs: Path, tmp_path: Path, name: str
) -> None:
    algorithm = provider.algorithm(name)
    for each in ("read", "kept"):
        shutil.copytree(sensible_inputs, tmp_path / each / "inputs")
    network = tmp_path / "read" / "inputs" / "town.gpkg"
    before = digests(network)
    own_writes.take_tables()
    read = _answers(algorithm, tmp_path / "read")
    named = own_writes.take_tables()
    assert (named is None) == (name in _ANY_TABLE)
    assert named is None or changed(before, digests(network)) <= named
    kept_network = _kept(tmp_path / "kept" / "inputs" / "town.gpkg")
    kept = _answers(algorithm, tmp_path / "kept")
    assert kept_network.is_ready
    assert read.keys() == kept.keys()
    for part, text in read.items():
        assert kept[part] == text, part
