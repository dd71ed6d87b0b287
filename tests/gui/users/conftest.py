"""A town of users, open in the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsApplication
from support.made_once import Once
from support.user_town import make_user_town


@pytest.fixture(scope="session")
def _user_town(once: Once, qgis_app: QgsApplication) -> Path:
    return once("users", make_user_town) / "users.gpkg"


@pytest.fixture
def town(_user_town: Path, open_sample_town: Callable[..., Any]) -> Any:
    """The session on a copy of the town of users."""
    return open_sample_town(_user_town)
