"""A town of pressure, open in the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsApplication
from support.made_once import Once
from support.pressure_town import make_pressure_town


@pytest.fixture(scope="session")
def _pressure_town(once: Once, qgis_app: QgsApplication) -> Path:
    return once("pressure", make_pressure_town) / "pressure.gpkg"


@pytest.fixture
def town(_pressure_town: Path, open_sample_town: Callable[..., Any]) -> Any:
    """The session on a copy of the town of pressure."""
    return open_sample_town(_pressure_town)
