"""What tests of the drainage panes share: a session on a copy of the sample town."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from support.staging import ROOT


@pytest.fixture
def town(plugin: Any, tmp_path: Path) -> Any:
    """The session on a copy of the sample town."""
    shutil.copytree(ROOT / "build" / "sample_town" / "en", tmp_path / "town")
    path = next((tmp_path / "town").glob("*.gpkg"))
    plugin.session.iface.window.resize(1366, 768)
    plugin.session.iface.window.show()
    assert plugin.session.open_network(str(path))
    canvas = plugin.session.iface.mapCanvas()
    canvas.setDestinationCrs(plugin.session.layer("pipe").crs())
    return plugin.session
