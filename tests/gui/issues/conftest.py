"""What tests of the issues share: a town with issues, made once."""

from __future__ import annotations

from pathlib import Path

import pytest
from qgis.core import QgsApplication
from support.issue_town import make_issue_town
from support.made_once import Once


@pytest.fixture(scope="session")
def issue_town(once: Once, qgis_app: QgsApplication) -> Path:
    """A town with issues, and its project; a test works on a copy."""
    return once("issues", make_issue_town) / "issues.gpkg"
