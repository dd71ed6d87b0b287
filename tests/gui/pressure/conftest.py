"""A town of pressure, open in the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsApplication
from support.made_once import Once
from support.pressure_town import make_pressure_town
from support.searched_streets import make_searched_streets


@pytest.fixture(scope="session")
def _pressure_town(once: Once, qgis_app: QgsApplication) -> Path:
    return once("pressure", make_pressure_town) / "pressure.gpkg"


@pytest.fixture
def town(_pressure_town: Path, open_sample_town: Callable[..., Any]) -> Any:
    """The session on a copy of the town of pressure."""
    return open_sample_town(_pressure_town)


@pytest.fixture(scope="session")
def _searched_streets(once: Once, qgis_app: QgsApplication) -> Path:
    return once("searched", make_searched_streets) / "streets.gpkg"


@pytest.fixture
def streets(_searched_streets: Path, open_sample_town: Callable[..., Any]) -> Any:
    """The session on a copy of streets with shut-offs, searches, projects and targets."""
    return open_sample_town(_searched_streets)
