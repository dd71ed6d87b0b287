"""Which pipes were in service on a day and are rated, and why the others are not."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import empty_column
from waternet_plugin.core.health.coded_columns import coded_column, is_one_of, values_of
from waternet_plugin.core.health.rates.pipe_types import TYPE, type_numbers
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.schema.use import TAKEN_OUT

PIPE_COLUMNS = (
    "pipe_id",
    "system",
    "function",
    "status",
    "material",
    "diameter_mm",
    "length_m",
    "install_year",
    "retired_on",
    "lining",
    "soil",
    "road_class",
    "pressure_mpa",
    "pressure_max_mpa",
    "estimated",
    "street",
)
# What a network's norms are made of.
NORM_COLUMNS = ("length_m", "install_year", "pressure_mpa", "pressure_max_mpa")
# The number of each pipe's street, -1 where unknown.
STREET = "street_number"
_CODED = ("system", "function", "status", "material", "lining", "soil", "road_class")
# Why a pipe has no rate; the first that applies.
NOT_RATED = ("drain", "planned", "retired", "retired_undated", "connector", "no_length")


def complete(pipes: pd.DataFrame, names: Sequence[str] = PIPE_COLUMNS) -> pd.DataFrame:
    """Return the pipes with every column that is read, unknown where the frame has none.

    Parameters
    ----------
    pipes
        Any of `PIPE_COLUMNS`; geom.
    names
        The columns that are read.
    """
    described, size = table("pipe"), len(pipes)
    columns: dict[str, Any] = {}
    for name in names:
        known = name in pipes.columns
        column = pipes[name] if known else empty_column(described.field(name), size)
        # Codes are compared again and again.
        columns[name] = coded_column(column) if name in _CODED else values_of(column)
    if "street" in columns:
        columns[STREET] = pd.factorize(columns["street"])[0]
    # Where ambiguous failures may lie.
    if "geom" in pipes.columns:
        columns["geom"] = pipes["geom"].to_numpy()
    result: pd.DataFrame = pd.DataFrame(columns, copy=False)
    if "material" in columns:
        result[TYPE] = type_numbers(result)
    return result


def why_not_rated(pipes: pd.DataFrame, as_of: datetime.date, settings: Settings) -> Array:
    """Return for each pipe which of `NOT_RATED` applies first, -1 for those that are rated."""
    retired = pipes["retired_on"].to_numpy("datetime64[ns]")
    is_retired = retired <= np.datetime64(as_of, "ns")
    undated = is_one_of(pipes["status"], TAKEN_OUT) & np.isnat(retired)
    length = pipes["length_m"].to_numpy(float)
    rules = {
        "drain": ~is_one_of(pipes["system"], settings.words("health.rated_systems")),
        "planned": is_one_of(pipes["status"], ("planned",)),
        "retired": is_retired,
        "retired_undated": undated,
        "connector": is_one_of(pipes["function"], ("connector",)),
        "no_length": ~(length > 0),
    }
    why = np.full(len(pipes), -1)
    # The first that applies is written last.
    for number, code in reversed(list(enumerate(NOT_RATED))):
        why[rules[code]] = number
    return why
