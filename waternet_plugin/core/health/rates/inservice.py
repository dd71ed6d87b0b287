"""Which pipes were in service on a day and are rated, and why the others are not."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import empty_column
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
    columns: dict[str, Any] = {
        name: _values(pipes[name])
        if name in pipes.columns
        else empty_column(described.field(name), size).to_numpy()
        for name in names
    }
    # Codes are compared again and again: once as numbers is a quarter of the time.
    columns.update({name: _coded(columns[name]) for name in _CODED if name in columns})
    if "street" in columns:
        columns[STREET] = pd.factorize(columns["street"])[0]
    # Where ambiguous failures may lie.
    if "geom" in pipes.columns:
        columns["geom"] = pipes["geom"].to_numpy()
    result: pd.DataFrame = pd.DataFrame(columns, copy=False)
    return result


def _values(column: pd.Series) -> Any:
    """Return the values of a column, categories as they are."""
    return column.array if isinstance(column.dtype, pd.CategoricalDtype) else column.to_numpy()


def _coded(values: Any) -> pd.Categorical:
    """Return codes as categories in their order, those that are there already as they are."""
    if isinstance(values, pd.Categorical):
        return values
    # By hand it takes a third less: the few words are sorted, not looked up again for every row.
    number, words = pd.factorize(values)
    order = np.argsort(words, kind="stable")
    rank = np.full(len(words) + 1, -1)
    rank[order] = np.arange(len(words))
    return pd.Categorical.from_codes(rank[number], words[order])


def why_not_rated(pipes: pd.DataFrame, as_of: datetime.date, settings: Settings) -> Array:
    """Return for each pipe which of `NOT_RATED` applies first, -1 for those that are rated."""
    status = pipes["status"]
    retired = pipes["retired_on"].to_numpy("datetime64[ns]")
    is_retired = retired <= np.datetime64(as_of, "ns")
    undated = status.isin(TAKEN_OUT).to_numpy() & np.isnat(retired)
    length = pipes["length_m"].to_numpy(float)
    rules = {
        "drain": ~pipes["system"].isin(settings.words("health.rated_systems")).to_numpy(),
        "planned": (status == "planned").to_numpy(),
        "retired": is_retired,
        "retired_undated": undated,
        "connector": (pipes["function"] == "connector").to_numpy(),
        "no_length": ~(length > 0),
    }
    return np.select([rules[code] for code in NOT_RATED], list(range(len(NOT_RATED))), -1)
