"""Random orders of what a person does in dock and wizard: no exception, no stray layer, nothing left behind.

``WATERNET_WALKS=20x200`` walks twenty seeds of two hundred steps each, as ``make walks`` does.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsProject
from qgis.PyQt.QtCore import QCoreApplication, QEvent
from support.fake_iface import FakeIface
from support.walker import Walker

SEEDS, STEPS = (int(number) for number in os.environ.get("WATERNET_WALKS", "1x40").split("x"))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(SEEDS))
def test_random_steps(
    plugin: Any,
    iface: FakeIface,
    small_network: Path,
    sample_town: Path,
    bare_town: Path,
    assessed_town: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    iface.window.resize(1280, 720)
    iface.window.show()
    with Walker(plugin, iface, [small_network, bare_town, assessed_town], tmp_path / "walk", seed) as walker:
        walker.walk(STEPS)
        assert not walker.faults, walker.story()
        QgsProject.instance().clear()
        iface.newProject(True)
        walker.let_work(0.2)
        assert not walker.faults, walker.story()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
