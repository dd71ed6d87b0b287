"""A small town with failures, assessed once and planned once, for the tests of the panel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingFeedback

from support.built_network import EAST, NORTH
from support.health_frames import CRS, failures, pipes

PIPES = 24


def _line(number: int) -> str:
    north = NORTH + 100 * number
    return f"LINESTRING Z ({EAST} {north} 0, {EAST + 200} {north} 0)"


def run(name: str, **parameters: Any) -> dict[str, Any]:
    """Run one of our algorithms and return its results."""
    algorithm = QgsApplication.processingRegistry().createAlgorithmById(f"waternet:{name}")
    results, succeeded = algorithm.run(parameters, QgsProcessingContext(), QgsProcessingFeedback())
    assert succeeded, name
    return dict(results)


def make_town(path: Path) -> None:
    """Write a network of 24 pipes of 200 m: P1 to P4 of 1970 fail, the others are of 2005; P24 is a sewer."""
    from waternet_plugin import store
    from waternet_plugin.bridge.project.project import build_project

    rows = []
    for number in range(PIPES):
        old = number < 4
        rows.append(
            {
                "line": _line(number),
                "length_m": 200.0,
                "street": "North Road" if old else "South Road",
                "material": "cast_iron" if old else "ductile_iron",
                "install_year": 1970.0 if old else 2005.0,
                "system": "sewage" if number == PIPES - 1 else "potable",
            }
        )
    events = [{"reported_pipe_id": f"P{1 + each % 4}", "date": f"{2012 + each}-05-01"} for each in range(11)]
    # A failure before its pipe's records and one of a valve do not count.
    events += [{"reported_pipe_id": "P1", "date": "2015-07-01", "kind": "valve_hydrant"}]
    columns = "pipe_id system material diameter_mm length_m install_year status street geom".split()
    with store.create_network(path, CRS, by="Li") as network, network.write("adopt", name="town") as batch:
        batch.insert("pipe", pipes(rows)[columns])
        batch.insert("failure", failures(events)[["failure_id", "date", "kind", "reported_pipe_id", "geom"]])
    build_project(path, language="en")
