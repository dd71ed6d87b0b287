"""The next test gets the open town of the one before only where nothing changed it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsProject
from qgis.gui import QgsMapCanvas
from support.kept_project import KeptProject


def _write(network: Path) -> None:
    with closing(sqlite3.connect(network)) as database, database:
        database.execute("CREATE TABLE other (id INTEGER)")


def _edit(_network: Path) -> None:
    layer = next(iter(QgsProject.instance().mapLayersByName("Pipes")))
    layer.startEditing()


def _style(_network: Path) -> None:
    layer = next(iter(QgsProject.instance().mapLayersByName("Pipes")))
    layer.setRenderer(layer.renderer().clone())
    QgsProject.instance().setDirty(False)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "is_kept"),
    [
        (lambda _network: None, True),
        (_write, False),
        (_edit, False),
        (_style, False),
        (lambda _network: QgsProject.instance().setTitle("other"), False),
        (lambda _network: QgsProject.instance().clear(), False),
        (lambda network: (network.parent / "left behind").touch(), False),
    ],
)
def test_what_a_test_changed_the_next_one_does_not_meet(
    change: Callable[[Path], Any],
    is_kept: bool,
    small_network: Path,
    tmp_path_factory: Any,
    qgis_app: Any,
) -> None:
    kept = KeptProject(lambda: tmp_path_factory.mktemp("kept"))
    network = kept.copy_of(small_network)
    assert kept.project == ""
    assert QgsProject.instance().read(str(network.with_suffix(".qgz")))
    kept.remember(QgsMapCanvas())
    assert kept.project == str(network.with_suffix(".qgz"))
    change(network)
    kept.keep_or_close()
    assert (kept.project != "") is is_kept
    assert (kept.copy_of(small_network) == network) is is_kept
    kept.close()
