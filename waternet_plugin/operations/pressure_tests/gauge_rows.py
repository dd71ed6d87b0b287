"""Rows of the table ``reading`` that judge a zero-pressure test: those of its period, and typed ones."""

from __future__ import annotations

import pandas as pd

from waternet_plugin.core.dma.dma_model import DmaModel
from waternet_plugin.core.dma.pressure_test.record import PressureTestPeriod
from waternet_plugin.core.dma.pressure_test.typed_readings import typed_readings
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import listed, tr


def rows_of_period(readings: pd.DataFrame, period: PressureTestPeriod) -> pd.DataFrame:
    """Return the readings of a period, each once; of two at one moment the later row counts."""
    start, end = period.start.tz_localize("UTC"), period.end.tz_localize("UTC")
    chosen = readings[(readings["time"] >= start) & (readings["time"] <= end)]
    return chosen.drop_duplicates(["node_id", "time"], keep="last")


def typed_rows(model: DmaModel, text: str, period: PressureTestPeriod, stored: pd.DataFrame) -> pd.DataFrame:
    """Return typed readings that are not in the network yet.

    Parameters
    ----------
    text
        What was typed, as `typed_readings` takes it.
    period
        When the test took place.
    stored
        node_id, time and value of the readings of the network.

    Raises
    ------
    InputError
        For what can't be read, and gauges that are no nodes.
    """
    typed = typed_readings(text, start=period.start, time_zone=period.time_zone)
    unknown = sorted({name for name in typed["node_id"] if model.graph.vertex_of(str(name)) < 0})
    if unknown:
        raise InputError(
            tr(
                "No node of this network is called {gauges}. Write the gauges by the ids of their nodes."
            ).format(gauges=listed(unknown))
        )
    known = pd.MultiIndex.from_frame(stored[["node_id", "time", "value"]])
    there = pd.MultiIndex.from_frame(typed[["node_id", "time", "value"]]).isin(known)
    return typed[~there].reset_index(drop=True)
