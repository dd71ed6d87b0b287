"""What walks over all algorithms share: their inputs, made once."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import pytest
from qgis.core import QgsApplication
from support import sensible_runs
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
