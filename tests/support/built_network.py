"""Small networks with the project that is built of them, and the plugin as QGIS loads it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# The south-western corner of what tests draw, m.
EAST, NORTH = 500_000.0, 2_500_000.0


def write_built(path: Path, **tables: Sequence[dict[str, Any]]) -> Path:
    """Write rows, which have a ``geom``, as a network by Li, and its project beside it."""
    import geopandas as gpd

    from waternet_plugin import store
    from waternet_plugin.bridge.project.project import build_project

    with (
        store.create_network(path, "EPSG:4547", by="Li") as network,
        network.write("adopt", name="pipes.shp") as batch,
    ):
        for name, rows in tables.items():
            batch.insert(name, gpd.GeoDataFrame(list(rows), geometry="geom", crs=network.crs))
    build_project(path, language="en")
    return path


def copied(network: Path, folder: Path) -> Path:
    """Copy a network and the project beside it into a folder; return the copy's path."""
    for suffix in (".gpkg", ".qgz"):
        shutil.copy(network.with_suffix(suffix), folder)
    return folder / network.name


@contextmanager
def loaded_plugin(iface: Any) -> Iterator[Any]:
    """Have the plugin as loaded by QGIS, in English."""
    from waternet_plugin import classFactory, language

    loaded = classFactory(iface)
    language.install("en")
    loaded.initGui()
    yield loaded
    loaded.unload()


@contextmanager
def plugin_with(project: Path) -> Iterator[Any]:
    """Have the plugin with a project open, as several tests share it; nothing is remembered afterwards."""
    from qgis.core import QgsProject, QgsSettings

    from support.fake_iface import FakeIface

    QgsProject.instance().clear()
    QgsSettings().remove("waternet")
    with loaded_plugin(FakeIface()) as loaded:
        open_project(loaded, project)
        yield loaded
    QgsProject.instance().clear()
    QgsSettings().remove("waternet")


def open_project(loaded: Any, project: Path) -> Any:
    """Open a project as QGIS does, and return the session."""
    from qgis.core import QgsProject

    assert QgsProject.instance().read(str(project))
    loaded.session.look_at_project()
    assert loaded.session.network_path
    return loaded.session
