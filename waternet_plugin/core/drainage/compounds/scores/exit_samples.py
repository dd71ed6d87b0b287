"""Samples of sewage where it leaves compounds: the newest, and all of them before and after the works."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.compound_exits import compound_exits
from waternet_plugin.core.drainage.compounds.scores.checklists import ticks
from waternet_plugin.core.frames import PlainFrames, made_of
from waternet_plugin.core.network.model.network_frame import NetworkFrame

# Settings with the limits of what is sampled.
SAMPLES = {"cod_mgl": "drainage.exit_most_cod_mgl", "nh3n_mgl": "drainage.exit_most_nh3n_mgl"}
# On fewer samples of either side no change is told.
LEAST_SAMPLES = 5
_FIRST_ENTRY = "first_entry"


@dataclass(frozen=True)
class ExitSamples(PlainFrames):
    """Samples at the exits of compounds.

    Parameters
    ----------
    frame
        One row a sample, by compound, quantity and day: compound_id, node_id, quantity, day, value.
    changes
        One row a compound and quantity: compound_id, quantity, works_on (the last day on which its first
        entry was ticked, NaT for never), before, after (medians, NaN for fewer than `LEAST_SAMPLES` samples)
        and how many there are: samples, samples_before, samples_after.
    """

    frame: pd.DataFrame
    changes: pd.DataFrame


def sample_rows(subject: NetworkFrame, as_of: datetime.date) -> pd.DataFrame:
    """Return the samples until a day: vertex, quantity, time, value, by time."""
    readings = subject.rows("reading")
    if not len(readings):
        return made_of({name: np.zeros(0) for name in ("vertex", "quantity", "time", "value")})
    node, value = subject.nodes.row_of(readings.text("node_id")), readings.number("value")
    time = readings.frame["time"].to_numpy(dtype="datetime64[ns]")
    # Times are those of Greenwich, where a day ends up to twelve hours before it does elsewhere.
    end = np.datetime64(as_of) + np.timedelta64(36, "h")
    counts = (node >= 0) & np.isfinite(value) & (time < end) & readings.among("quantity", tuple(SAMPLES))
    rows = np.flatnonzero(counts)
    frame = pd.DataFrame(
        {
            "vertex": node[rows],
            "quantity": readings.text("quantity")[rows],
            "time": time[rows],
            "value": value[rows],
        }
    )
    ordered: pd.DataFrame = frame.sort_values(["time", "vertex", "value"], kind="stable", ignore_index=True)
    return ordered


def exit_samples(subject: NetworkFrame, as_of: datetime.date) -> ExitSamples:
    """Return the samples at the exits of compounds, with their medians before and after the first entry."""
    exits, compounds = subject.once(compound_exits), subject.rows("compound")
    rows = sample_rows(subject, as_of)
    rows = rows.merge(pd.DataFrame({"vertex": exits.vertex, "compound": exits.compound}), on="vertex")
    works_on = _works_on(subject, as_of)
    frame = pd.DataFrame(
        {
            "compound_id": compounds.ids[rows["compound"]],
            "node_id": subject.vertex_ids(rows["vertex"].to_numpy(dtype=np.int64)),
            "quantity": rows["quantity"].to_numpy(dtype=object),
            "day": rows["time"].to_numpy(dtype="datetime64[D]").astype("datetime64[ns]"),
            "value": rows["value"].to_numpy(dtype=float),
            "works_on": works_on[rows["compound"]].astype("datetime64[ns]"),
        }
    )
    frame = frame.sort_values(["compound_id", "quantity", "day", "node_id"], kind="stable", ignore_index=True)
    changes = [
        _change(compound, quantity, samples)
        for (compound, quantity), samples in frame.groupby(["compound_id", "quantity"], sort=True)
    ]
    columns = [
        "compound_id", "quantity", "works_on", "before", "after",
        "samples", "samples_before", "samples_after",
    ]  # fmt: skip
    return ExitSamples(frame.drop(columns="works_on"), pd.DataFrame(changes, columns=columns))


def _works_on(subject: NetworkFrame, as_of: datetime.date) -> Array:
    """Return the last day on which the first entry of each compound was ticked, NaT for never."""
    rows, compounds = ticks(subject, as_of), subject.rows("compound")
    rows = rows[rows["list"] == _FIRST_ENTRY]
    compound = compounds.row_of(rows["asset"].to_numpy(dtype=object))
    # They are sorted by the day: the last one stays.
    works_on = np.full(len(compounds), np.datetime64("NaT", "D"))
    works_on[compound[compound >= 0]] = rows["ticked_on"].to_numpy(dtype="datetime64[D]")[compound >= 0]
    return works_on


def _change(compound: str, quantity: str, rows: pd.DataFrame) -> dict[str, object]:
    works_on = rows["works_on"].iloc[0]
    before, after = (rows.loc[side, "value"] for side in (rows["day"] < works_on, rows["day"] >= works_on))
    return {
        "compound_id": compound,
        "quantity": quantity,
        "works_on": works_on,
        "before": _median(before),
        "after": _median(after),
        "samples": len(rows),
        "samples_before": len(before),
        "samples_after": len(after),
    }


def _median(values: pd.Series) -> float:
    return float(values.median()) if len(values) >= LEAST_SAMPLES else float("nan")
