"""What walks over all algorithms share: their inputs, made once."""

from __future__ import annotations

import shutil
from contextlib import nullcontext
from pathlib import Path

import pytest
from qgis.core import QgsApplication
from support import sensible_runs
from support.leaking_zone import make_zone
from support.made_once import Once
from support.registering import registered


@pytest.fixture(scope="session")
def sensible_inputs(once: Once, qgis_app: QgsApplication, sample_town: Path) -> Path:
    """Folder with the sample town and files of other programs; a test works on a copy."""

    def make(folder: Path) -> None:
        # A second provider, beside that of a test, would take its place and take it away at its end.
        found = QgsApplication.processingRegistry().providerById("waternet")
        with registered() if found is None else nullcontext(found) as provider:
            sensible_runs.prepare(provider, folder, sample_town)

    return once("sensible_inputs", make)


@pytest.fixture
def leaking_file(once: Once, tmp_path: Path) -> Path:
    """A copy of the zone that leaks behind one of its valves, with an alarm."""
    made = once("leaking", lambda folder: make_zone(folder / "zone.gpkg")) / "zone.gpkg"
    return Path(shutil.copy(made, tmp_path / "zone.gpkg"))
