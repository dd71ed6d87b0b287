"""The drains of Sudbury counted as the README of the data counts them, and what the doctor says of them.

Run with the folder ``canada-sudbury``: tolerance 0.1 m, rise 0.005 m, all pipes as in use, no flow stored.
Ends differ from the terminals of the README: they follow the inverts where these tell another flow than the
drawing, and a rise that is drawn so has its end at the other side.
"""

from __future__ import annotations

import datetime
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from waternet_plugin.core.drainage.drain_ends import drain_ends
from waternet_plugin.core.drainage.slope_table import ADVERSE, FLAT, UNKNOWN, slope_table
from waternet_plugin.core.frames import conform
from waternet_plugin.core.network.model.row_groups import labels
from waternet_plugin.core.quality.checking import listed, run
from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.schema.settings import Settings

CRS = "EPSG:32617"
BAND_M = (200.0, 420.0)
SETTINGS = {"network.tolerance_m": "0.1", "quality.adverse_rise_m": "0.005"}
# As its README has them: nodes, parts, of one pipe, pipes of the largest, down, flat, adverse, terminals.
NAMES = ("nodes", "parts", "of one pipe", "largest", "down", "flat", "adverse", "terminals")
TOLD = {
    "storm": (1764, 199, 118, 635, 885, 13, 57, 223),
    "sewage": (683, 28, 17, 619, 452, 1, 30, 48),
}
FILES = {"storm": "mains.geojson", "sewage": "sanitary_mains.geojson"}


def subject_of(folder: Path, system: str) -> CheckContext:
    """Return the pipes of a system as one network; outfalls are not nodes, for pipes end beside them."""
    read = gpd.read_file(folder / FILES[system]).to_crs(CRS)
    level = {}
    for name, source in (("invert_start_m", "INVERTUS"), ("invert_end_m", "INVERTDS")):
        value = pd.to_numeric(read[source], errors="coerce").to_numpy(dtype=float)
        level[name] = np.where((value >= BAND_M[0]) & (value <= BAND_M[1]), value, np.nan)
    frame = gpd.GeoDataFrame(
        {"pipe_id": read["ASSETID"].astype(str), "system": system, "status": "in_use", **level},
        geometry=read.geometry,
        crs=CRS,
    ).rename_geometry("geom")
    settings = Settings().replaced(SETTINGS)
    return CheckContext({"pipe": conform(frame, "pipe")}, settings, today=datetime.date(2026, 7, 28))


def counts(subject: CheckContext) -> tuple[int, ...]:
    """Return what the README counts, by our own functions."""
    at: npt.NDArray[np.int64] = subject.vertex
    many = subject.connected.graph.node_count
    used = np.unique(at)
    _count, part = labels(many, at[:, 0], at[:, 1])
    pipes = np.bincount(part[at[:, 0]])
    pipes = pipes[pipes > 0]
    state = slope_table(subject).frame["state"].to_numpy(dtype=object)
    known = state != UNKNOWN
    adverse, flat = int((state == ADVERSE).sum()), int((state == FLAT).sum())
    ends = np.setdiff1d(at[:, 1], at[:, 0])
    down = int(known.sum()) - adverse - flat
    return len(used), len(pipes), int((pipes == 1).sum()), int(pipes.max()), down, flat, adverse, len(ends)


def main(folder: Path) -> None:
    """Print each count beside that of the README, the ends by kind, and the doctor's findings."""
    for system, told in TOLD.items():
        subject = subject_of(folder, system)
        for name, ours, theirs in zip(NAMES, counts(subject), told):
            print(f"{system} {name}: {ours} of {theirs}{'' if ours == theirs else '  DIFFERS'}")
        print(f"{system} ends: {drain_ends(subject).frame['end'].value_counts().to_dict()}")
        found = listed(subject, run(subject, ("doctor_swapped_levels", "adverse_slope", "swapped_inverts")))
        print(f"{system} findings: {found['rule_id'].value_counts().to_dict()}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
