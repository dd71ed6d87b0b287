"""A street of water pipes with planted faults, for the tests of the issues' panel."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from support.built_network import EAST, NORTH
from support.quality_frames import CRS, node_frame, pipe_frame


def make_issue_town(folder: Path) -> Path:
    """Write a network with its project: near miss at P2 (P3 and P4 loose behind it), P6 without material.

    P7 begins and ends at N8, for which there is no repair.
    """
    from waternet_plugin import store
    from waternet_plugin.bridge.project.project import build_project

    x, y = EAST, NORTH
    pipes = pipe_frame(
        [
            {"line": [(x, y), (x + 100, y)], "from_node": "N1", "to_node": "N2"},
            {"line": [(x + 100, y), (x + 199.8, y)], "from_node": "N2"},
            {"line": [(x + 200, y), (x + 300, y)], "from_node": "N3", "to_node": "N4"},
            {"line": [(x + 300, y), (x + 330, y)], "from_node": "N4", "to_node": "N5"},
            {"line": [(x, y), (x, y + 900)], "from_node": "N1", "to_node": "N6"},
            {"line": [(x, y + 900), (x, y + 1000)], "from_node": "N6", "to_node": "N7", "material": None},
            {"line": [(x, y + 1000), (x, y + 1900)], "from_node": "N7", "to_node": "N8"},
            {
                "line": [(x, y + 1900), (x + 20, y + 1900), (x + 20, y + 1920), (x, y + 1900)],
                "from_node": "N8",
                "to_node": "N8",
            },
        ]
    )
    nodes = node_frame(
        [
            {"at": (x, y), "kind": "source"},
            {"at": (x + 100, y)},
            {"at": (x + 200, y)},
            {"at": (x + 300, y)},
            {"at": (x + 330, y), "kind": "cap"},
            {"at": (x, y + 900)},
            {"at": (x, y + 1000)},
            {"at": (x, y + 1900)},
        ]
    )
    path = folder / "issues.gpkg"
    with store.create_network(path, CRS) as network, network.write("adopt") as batch:
        batch.insert("pipe", pipes)
        batch.insert("node", nodes)
    build_project(path, language="en")
    return path


def copy_of(town: Path, folder: Path) -> Path:
    """Copy the network and its project and return the copy's path."""
    for suffix in (".gpkg", ".qgz"):
        shutil.copy(town.with_suffix(suffix), folder / f"issues{suffix}")
    return folder / "issues.gpkg"


def states(path: str) -> dict[str, tuple[str, Any]]:
    """Return state and reason of every issue by its id."""
    from waternet_plugin import store

    with store.open_network(path) as network:
        frame = network.read("issue", geometry=False)
    return {row.issue_id: (row.state, row.state_reason) for row in frame.itertuples()}
