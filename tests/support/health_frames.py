"""Small frames of pipes and failures for tests of the health room."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import wkt

from waternet_plugin.core.frames import conform
from waternet_plugin.core.health.rates.cohorts import Cohorts
from waternet_plugin.core.health.rates.rates import Rates, cohort_sums, fit_cohorts, rate_pipes
from waternet_plugin.core.health.rates.reasons.rate_parts import Rated
from waternet_plugin.core.schema.settings import Settings

CRS = "EPSG:4547"


def pipes(rows: list[dict[str, Any]]) -> gpd.GeoDataFrame:
    """Return pipes: DN 150 grey iron of 1990 for drinking water, 1 km along x, unless a row says else."""
    full = []
    for number, row in enumerate(rows):
        base = {
            "pipe_id": f"P{number + 1}",
            "system": "potable",
            "material": "cast_iron",
            "diameter_mm": 150.0,
            "length_m": 1000.0,
            "install_year": 1990.0,
            "status": "in_use",
            "line": f"LINESTRING Z (0 {number * 100} 0, 1000 {number * 100} 0)",
        }
        full.append({**base, **row})
    frame = pd.DataFrame(full)
    shapes = [None if line is None else wkt.loads(line) for line in frame.pop("line")]
    return gpd.GeoDataFrame(conform(frame, "pipe"), geometry=gpd.GeoSeries(shapes, crs=CRS)).rename_geometry(
        "geom"
    )


def failures(rows: list[dict[str, Any]]) -> gpd.GeoDataFrame:
    """Return failures: main breaks of 2010-06-01 without a place, unless a row says else (``at`` is x, y)."""
    full = []
    for number, row in enumerate(rows):
        base = {
            "failure_id": f"F{number + 1}",
            "date": "2010-06-01",
            "kind": "main_break",
            "reported_pipe_id": None,
            "at": None,
        }
        full.append({**base, **row})
    columns = ["failure_id", "date", "kind", "reported_pipe_id", "at"]
    frame = pd.DataFrame(full, columns=None if full else columns)
    places = [np.nan if at is None else at for at in frame.pop("at")]
    shapes = gpd.points_from_xy(
        [at[0] if isinstance(at, tuple) else np.nan for at in places],
        [at[1] if isinstance(at, tuple) else np.nan for at in places],
    )
    points = [point if isinstance(at, tuple) else None for point, at in zip(shapes, places)]
    table = gpd.GeoDataFrame(conform(frame, "failure"), geometry=gpd.GeoSeries(points, crs=CRS))
    return table.rename_geometry("geom")


def matched(on: list[tuple[str, str]]) -> gpd.GeoDataFrame:
    """Return failures that are matched: pairs of pipe and date."""
    return failures(
        [{"pipe_id": pipe, "date": date, "match_state": "matched", "match_method": "id"} for pipe, date in on]
    )


def fitted_rates(
    expected: Any,
    exposure: Any,
    own: Any,
    cohorts: Cohorts,
    *,
    counted: Any,
    cell_extra: Any,
    street: Any = None,
    settings: Settings,
) -> Rates:
    """Return the rates of pipes that are the whole of their network."""
    sums = cohort_sums(expected, exposure, own, cohorts, counted=counted, cell_extra=cell_extra)
    fit = fit_cohorts(sums, cohorts, settings)
    return rate_pipes(
        fit, expected, exposure, own, cohorts.cell, counted=counted, street=street, settings=settings
    )


def usual_parts(rated: Rated, length_m: Any) -> dict[str, float]:
    """Return the means by length of what diameter and length say of a rate."""
    return {name: float(np.average(rated.parts[name], weights=length_m)) for name in ("diameter", "length")}
