"""A network as nobody would draw it: numbers that look like something else, five systems, unknown levels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely

from waternet_plugin import store

EAST, NORTH = 500_000.0, 2_500_000.0
# Numbers and ids that readers like to take for numbers, days, formulas, comments or nothing.
_NUMBERS = (
    "给水 点 1", "0012", "1E5", "13.0", "a,b", 'say "x"', "it's", "a;b", "-5", "+5", "@x", "=1+1", "x" * 80,
    "é ü", "管\U00020000", "(1)", "1#", "12", "A/B\\C", "m", "点号", "NaN", "#1", "True", "2025-01-02",
    "JS1.1", "1.10", "1.1", "null", "-", "无",
)  # fmt: skip
_IDS = ("P 1", "管 2", "0013", "1E6", "14.0", "p,q", '"q"', "'p", "p;q", "-6", "+6", "@p", "=p", "1.1")


def _node(name: str, x: float, y: float, **more: Any) -> dict[str, Any]:
    place = shapely.Point(EAST + x, NORTH + y, 0.0)
    return {
        "node_id": name,
        "kind": "junction",
        "system": "potable",
        "status": "in_use",
        "geom": place,
        **more,
    }


def _pipe(name: str, *places: tuple[float, ...], **more: Any) -> dict[str, Any]:
    nan = float("nan")
    line = shapely.LineString([(EAST + at[0], NORTH + at[1], at[2] if len(at) > 2 else nan) for at in places])
    return {"pipe_id": name, "system": "potable", "status": "in_use", "geom": line, **more}


def _street() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return nodes in a row, 100 m apart, and the pipes between them: bends, levels and sizes by turns."""
    nodes = [_node(name, 100.0 * at, 0.0) for at, name in enumerate(_NUMBERS)]
    pipes = []
    for at, (one, other) in enumerate(zip(_NUMBERS, _NUMBERS[1:])):
        places: list[tuple[float, ...]] = [(100.0 * at, 0.0), (100.0 * at + 100.0, 0.0)]
        if at % 3 == 0:
            places.insert(1, (100.0 * at + 50.0, 10.0))
        if at % 4 == 1:
            places = [(*place, 9.0 + 0.1 * step) for step, place in enumerate(places)]
        pipes.append(
            _pipe(
                _IDS[at] if at < len(_IDS) else f"L{at}",
                *places,
                from_node=one,
                to_node=other,
                diameter_mm=(None, 100.0, 300.0, 110.0)[at % 4],
                material=(None, "pe", "ductile_iron", None, "steel")[at % 5],
                install_year=(None, 1999.0)[at % 2],
                street=(None, "建设路", "A, B", "=1")[at % 4],
            )
        )
    return nodes, pipes


def _systems() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return four points and three pipes of each of four systems; of some the levels are unknown."""
    nodes, pipes = [], []
    for row, system in enumerate(("sewage", "storm", "combined", "reclaimed")):
        y = 300.0 + 100.0 * row
        kind = "valve" if system == "reclaimed" else "manhole"
        for at in range(4):
            ground = 10.0 - at / 10 if at != 2 else None
            depth = 2.0 if at == 1 else None
            more = {"kind": kind, "system": system, "ground_m": ground, "depth_m": depth}
            nodes.append(_node(f"{system}{at}", 30.0 * at, y, **more))
        for at in range(3):
            levels = {
                "invert_start_m": 8.0 - at / 10 if at != 1 else None,
                "invert_end_m": 7.9 if at == 0 else None,
            }
            ends = {"from_node": f"{system}{at}", "to_node": f"{system}{at + 1}"}
            places = (30.0 * at, y), (30.0 * at + 30.0, y)
            pipes.append(_pipe(f"{system}p{at}", *places, system=system, diameter_mm=400.0, **levels, **ends))
    return nodes, pipes


def _others() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return parallel pipes, a loop, two nodes at one place, an end in the open, and a connector."""
    far = (100.0, 0.0), (200.0, 0.0)
    nodes = [
        _node("twin a", 0.0, 900.0),
        _node("twin b", 0.0, 900.0),
        _node("left", -50.0, 900.0),
        _node("right", 50.0, 900.0),
        _node("lonely", 0.0, 950.0, kind="valve"),
    ]
    pipes = [
        _pipe("again", *far, from_node="0012", to_node="1E5", diameter_mm=200.0),
        _pipe("turned", *far[::-1], from_node="1E5", to_node="0012", diameter_mm=200.0),
        _pipe("loop", far[0], (120.0, 50.0), (80.0, 50.0), far[0], from_node="0012", to_node="0012"),
        _pipe("to a", (-50.0, 900.0), (0.0, 900.0), from_node="left", to_node="twin a", diameter_mm=100.0),
        _pipe("from b", (0.0, 900.0), (50.0, 900.0), from_node="twin b", to_node="right", diameter_mm=100.0),
        _pipe("long", far[0], (5000.0, 200.0), from_node="0012", length_m=4950.5, length_source="given"),
        _pipe("link", far[0], (100.0, -1.0), function="connector"),
        _pipe("old", far[0], (100.0, -50.0), status="abandoned"),
    ]
    return nodes, pipes


def odd_network(path: Path) -> Path:
    """Make the network and return its path."""
    parts = (_street(), _systems(), _others())
    nodes = gpd.GeoDataFrame([row for part in parts for row in part[0]], geometry="geom", crs="EPSG:4547")
    pipes = gpd.GeoDataFrame([row for part in parts for row in part[1]], geometry="geom", crs="EPSG:4547")
    pipes["length_m"] = pipes["length_m"].fillna(pipes.geometry.length)
    pipes["length_source"] = pipes["length_source"].fillna("geometry")
    with store.create_network(path, "EPSG:4547") as made, made.write("adopt", name="odd") as batch:
        batch.insert("node", nodes)
        batch.insert("pipe", pipes)
    return path
