"""Write the town as GeoJSON and CSV, one row a line, always the same bytes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from .layout import CRS, ORIGIN
from .plane import Point, distance, length, mm
from .town import Row, Town

COLUMNS: dict[str, tuple[str, ...]] = {
    "pipes": (
        "pipe_id", "system", "function", "material", "diameter_mm", "width_mm", "height_mm", "install_year",
        "retired_on", "street",
        "status", "from_node", "to_node", "invert_start_m", "invert_end_m", "depth_start_m", "depth_end_m",
        "burial", "joint", "lining",
        "flow", "flow_source", "pressure_mpa", "soil", "road_class", "owner", "compound_id", "dma_id", "note",
    ),
    "nodes": (
        "node_id", "kind", "system", "status", "ground_m", "depth_m", "install_year", "diameter_mm",
        "angle_deg", "valve_state", "operable",
        "accessible", "turns", "operated_on", "meter_in", "serial", "tank_volume_m3", "cleaned_on",
        "cleaning_interval_d", "liquid_depth_m", "weir_level_m", "outfall_type", "outfall_risk", "street",
        "compound_id", "dma_id", "owner", "meter_parent", "meter_type", "verified_meter_on", "meter_state",
        "water_use", "anti_theft", "note",
    ),
    "compounds": ("compound_id", "name", "type", "households", "handover_mode", "drainage", "status",
        "grid_id", "manager", "built_year", "takeover_on", "pressure_flag", "quality_flag", "flag_reason"),
    "zones": ("zone_id", "kind", "level", "name", "state", "team", "person"),
    "customers": (
        "customer_id", "name", "pipe_id", "kind", "trade", "key_user", "households", "demand_m3d", "critical",
        "permit_no", "permit_until", "outlet_node", "compound_id", "meter_id", "quota_m3_y", "plan_m3_y",
        "level", "balance_tested_on", "reuse_m3_y",
    ),
    "road_works": ("road_work_id", "year", "name"),
    "failures": ("failure_id", "date", "kind", "cause", "street", "reported_pipe_id", "repaired_on",
        "found_at", "stopped_at", "repaired_at", "x", "y"),
    "inspections": ("inspection_id", "pipe_id", "date", "standard", "method", "length_m"),
    "defects": ("defect_id", "inspection_id", "code", "code_raw", "grade", "position_m", "length_m", "clock"),
    "readings": ("node_id", "time", "quantity", "value"),
    "volumes": ("volume_id", "node_id", "customer_id", "from_date", "to_date", "component", "volume_m3"),
    "contracts": (
        "contract_id", "kind", "party", "zone_id", "compound_id", "baseline_from", "baseline_to",
        "result_from", "result_to", "target_m3", "target_rate",
    ),
    "work_items": (
        "item_id", "type", "state", "opened_on", "due_on", "team", "person", "closed_on", "gis_checked_on",
        "asset", "compound_id", "street", "source", "valid", "hours", "result", "visit", "method", "found",
        "offset_m", "pipes", "length_m", "contractor", "note",
    ),
    "indicators": ("indicator_id", "compound_id", "month", "indicator", "value", "points", "source"),
    "programme_items": (
        "item_id", "programme", "name", "compound_id", "unit", "district", "street", "community",
        "count_unit", "households", "buildings", "planned_month", "phase", "ease", "urgency",
        "agreement_on", "refused_on", "opted_out", "done_on", "transition_until", "state", "budget_year",
        "cost", "cost_government", "cost_utility", "reason",
    ),
    "shutoffs": (
        "shutoff_id", "kind", "state", "pipe_id", "starts_at", "ends_at", "closed_at", "reopened_at",
        "drained_m3", "failure_id",
    ),
    "projects": ("project_id", "street", "year", "state", "length_m", "cost", "pipe_ids", "project_type"),
    "targets": ("target_id", "unit", "year", "indicator", "value"),
    "base": ("kind", "name"),
}  # fmt: skip
CRS_NAME = f"urn:ogc:def:crs:{CRS.replace(':', '::')}"


def _xy(point: Point) -> list[float]:
    return [mm(point[0] + ORIGIN[0]), mm(point[1] + ORIGIN[1])]


def _number(value: Any) -> Any:
    """Write whole numbers without a point."""
    return int(value) if isinstance(value, float) and value == int(value) else value


def _line(pipe: Row) -> dict[str, Any]:
    points = [_xy(p) for p in pipe["line"]]
    if pipe.get("z") and len(pipe["line"]) > 1:
        total, s = length(pipe["line"]), 0.0
        low, high = pipe["z"]
        for i, point in enumerate(points):
            if i:
                s += distance(pipe["line"][i - 1], pipe["line"][i])
            point.append(mm(low + (high - low) * (s / total if total else 0.0)))
    return {"type": "LineString", "coordinates": points}


def _lines(row: Row) -> dict[str, Any]:
    return {"type": "MultiLineString", "coordinates": [[_xy(p) for p in line] for line in row["lines"]]}


def _point(row: Row) -> dict[str, Any]:
    place = _xy(row["xy"])
    if "ground_m" in row:
        place.append(row["ground_m"])
    return {"type": "Point", "coordinates": place}


def _polygon(row: Row) -> dict[str, Any]:
    return {"type": "MultiPolygon", "coordinates": [[[_xy(p) for p in _anticlockwise(row["ring"])]]]}


def _anticlockwise(ring: Sequence[Point]) -> list[Point]:
    area = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:]))
    return list(ring) if area >= 0 else list(ring[::-1])


def geojson(
    name: str, rows: Iterable[Row], shape: Callable[[Row], dict[str, Any]], columns: Sequence[str]
) -> str:
    """Return a feature collection; values that are unknown are left out."""
    lines = []
    for row in rows:
        properties = {key: _number(row[key]) for key in columns if row.get(key) is not None}
        feature = {"type": "Feature", "properties": properties, "geometry": shape(row)}
        lines.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
    crs = json.dumps({"type": "name", "properties": {"name": CRS_NAME}}, separators=(",", ":"))
    head = f'{{"type":"FeatureCollection","name":"{name}","crs":{crs},"features":[\n'
    return head + ",\n".join(lines) + "\n]}\n"


def table(rows: Iterable[Row], columns: Sequence[str]) -> str:
    """Return a CSV text; what is unknown is empty."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow(["" if row.get(key) is None else _number(row[key]) for key in columns])
    return out.getvalue()


def files(town: Town) -> dict[str, str]:
    """Return every file of the town by its name."""
    result = {}
    for name, rows, shape in (
        ("pipes", town.pipes.values(), _line),
        ("nodes", town.nodes.values(), _point),
        ("compounds", town.compounds, _polygon),
        ("zones", town.zones, _polygon),
        ("customers", town.customers, _point),
        ("road_works", town.road_works, _polygon),
        ("projects", town.projects, _lines),
    ):
        result[f"{name}.geojson"] = geojson(name, rows, shape, COLUMNS[name])
    for name, rows in town.base.items():
        result[f"base_{name}.geojson"] = geojson(f"base_{name}", rows, _polygon, COLUMNS["base"])
    placed = []
    for row in town.failures:
        x, y = _xy(row["xy"])
        placed.append({**row, "x": x, "y": y})
    result["failures.csv"] = table(placed, COLUMNS["failures"])
    for name, rows in (
        ("inspections", town.inspections),
        ("defects", town.defects),
        ("readings", town.readings),
        ("volumes", town.volumes),
        ("contracts", town.contracts),
        ("work_items", town.work_items),
        ("indicators", town.indicators),
        ("programme_items", town.programme_items),
        ("shutoffs", town.shutoffs),
        ("targets", town.targets),
    ):
        result[f"{name}.csv"] = table(rows, COLUMNS[name])
    result["truth.json"] = truth(town)
    return result


def truth(town: Town) -> str:
    """Return the list of what was planted, for tests."""
    faults = []
    for row in town.faults:
        x, y = _xy(row["xy"])
        faults.append({**{k: v for k, v in row.items() if k != "xy"}, "x": x, "y": y})
    return json.dumps({"faults": faults, "leaks": town.leaks}, ensure_ascii=False, indent=1) + "\n"


def write(town: Town, folder: Path) -> list[Path]:
    """Write all files into a folder and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, text in files(town).items():
        path = folder / name
        path.write_bytes(text.encode("utf-8"))
        paths.append(path)
    return paths
