"""A street of three pipes at a joint, in the open project, pipes in editing."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.begun_editing import begin_editing, make_sure_of_rows
from support.built_network import EAST, NORTH, plugin_with, write_built
from support.made_once import Once

# Names of nodes and where they are, in metres from the corner; N-2 is the joint.
NODES = {"N-1": (0, 0), "N-2": (100, 0), "N-3": (200, 0), "N-4": (100, 100)}
PIPES = {"P-1": ("N-1", "N-2"), "P-2": ("N-2", "N-3"), "P-3": ("N-2", "N-4")}


@pytest.fixture(scope="session")
def _joint_and_project(once: Once) -> Path:
    from shapely.geometry import LineString, Point

    def place(name: str) -> tuple[float, float, float]:
        x, y = NODES[name]
        return EAST + x, NORTH + y, 10 - x / 100

    common = {"system": "potable", "status": "in_use"}
    pipes = [
        {
            "pipe_id": pipe,
            "from_node": start,
            "to_node": end,
            "diameter_mm": 200.0,
            "material": "ductile_iron",
            "invert_start_m": place(start)[2],
            "invert_end_m": place(end)[2],
            "street": "High Street",
            "geom": LineString([place(start), place(end)]),
            **common,
        }
        for pipe, (start, end) in PIPES.items()
    ]
    nodes = [{"node_id": name, "kind": "junction", "geom": Point(*place(name)), **common} for name in NODES]
    failures = [
        {"failure_id": "F-1", "kind": "main_break", "pipe_id": "P-1", "geom": Point(EAST + 90, NORTH + 1)}
    ]

    def make(folder: Path) -> None:
        write_built(folder / "joint.gpkg", node=nodes, pipe=pipes, failure=failures)

    return once("joint", make) / "joint.gpkg"


@pytest.fixture(scope="module")
def desk(qgis_app: Any, _joint_and_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The plugin, loaded in English, with the network open: opening takes a while, so a file shares it."""
    folder = tmp_path_factory.mktemp("desk")
    for suffix in (".gpkg", ".qgz"):
        shutil.copy(_joint_and_project.with_suffix(suffix), folder / f"joint{suffix}")
    with plugin_with(folder / "joint.qgz") as loaded:
        yield loaded


@pytest.fixture
def joint(desk: Any, until: Callable[..., None]) -> Iterator[Any]:
    """The layers of the network by table, pipes and with them nodes in editing; nothing is saved."""
    layers = Layers(desk.session)
    desk.session.iface.bar.clearWidgets()
    begin_editing(layers.pipe)
    make_sure_of_rows(layers.node)
    yield layers
    for layer in (layers.pipe, layers.node, layers.failure):
        if layer.isEditable():
            layer.rollBack()
    until(lambda: not any(layer.isEditable() for layer in (layers.pipe, layers.node, layers.failure)))


@pytest.fixture
def saved_again(joint: Any) -> Iterator[None]:
    """For a test that saves: its batches are undone, so that the next test finds the network as it was."""
    yield
    for layer in (joint.pipe, joint.node, joint.failure):
        if layer.isEditable():
            layer.rollBack()
    with joint.session.network() as network:
        batches = network.batches()
        for batch in batches[(batches["kind"] == "edit") & batches["undone"].isna()]["batch_id"]:
            network.undo(batch)
    for layer in (joint.pipe, joint.node, joint.failure):
        layer.dataProvider().reloadData()


class Layers:
    """Layers of the open project, their rows by id, and gestures as QGIS's tools make them."""

    def __init__(self, session: Any) -> None:
        self.session = session
        self.pipe, self.node, self.failure = (session.layer(name) for name in ("pipe", "node", "failure"))

    def rows(self, layer: Any) -> dict[str, Any]:
        """Return the features of a layer by id."""
        field = f"{layer.customProperty('waternet/layer')}_id"
        return {feature[field]: feature for feature in layer.getFeatures()}

    def ends(self) -> dict[str, tuple[Any, Any]]:
        """Return which nodes each pipe names."""
        return {name: (row["from_node"], row["to_node"]) for name, row in self.rows(self.pipe).items()}

    def place(self, layer: Any, asset: str) -> list[tuple[float, float]]:
        """Return the vertices of a row, metres from the corner."""
        geometry = self.rows(layer)[asset].geometry()
        return [(round(each.x() - EAST, 3), round(each.y() - NORTH, 3)) for each in geometry.vertices()]

    def state(self) -> dict[str, Any]:
        """Return all pipes and nodes with their ends and places."""
        found = {f"pipe {name}": (ends, self.place(self.pipe, name)) for name, ends in self.ends().items()}
        found.update({f"node {name}": self.place(self.node, name) for name in self.rows(self.node)})
        return found
