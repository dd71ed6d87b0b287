"""Results of a run of SWMM: what its file with the ending .out holds."""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.swmm.reading.swmm_model import SwmmModel
from waternet_plugin.core.exchange.swmm.reading.swmm_units import SWMM_FLOW_UNITS, swmm_units
from waternet_plugin.core.texts import tr
from waternet_plugin.core.units import HOUR_S

_MAGIC = 516_114_522
_WORD, _DAY_BYTES = 4, 8
# Numbers at the beginning of the file, at its end, and of the whole system in each period.
_HEAD_WORDS, _TAIL_WORDS, _SYSTEM_VALUES = 7, 6, 15
# Of each subcatchment, node and link, besides one for each pollutant.
_AREA_VALUES, _NODE_VALUES, _LINK_VALUES = 8, 6, 5
_DEPTH, _FLOW, _FILLING = 0, 0, 4
# A node is surcharged where its water stands higher than the crown of its highest pipe by this, m.
_ABOVE_CROWN_M = 1e-3


@dataclass(frozen=True)
class SwmmResults:
    """What a run reports, in steps of ``step_h`` hours.

    ``depth_m`` is (steps, nodes), ``flow_m3h`` and ``filling`` (0 to 1) are (steps, links), in the order of
    ``node_ids`` and ``link_ids``.
    """

    node_ids: tuple[str, ...]
    link_ids: tuple[str, ...]
    step_h: float
    depth_m: Array
    flow_m3h: Array
    filling: Array


def read_swmm_results(data: bytes, name: str) -> SwmmResults:
    """Return what a file of results holds; the format is that of SWMM's Interface Guide.

    Parameters
    ----------
    name
        The file's name, for the sentence.

    Raises
    ------
    InputError
        When it is not a file of results, or the run that wrote it did not come to its end.
    """
    try:
        return _results(data)
    except (struct.error, ValueError, IndexError) as error:
        message = tr("{name} holds no results of a whole run of SWMM. Run the model again.")
        raise InputError(message.format(name=name)) from error


def _integers(data: bytes, start: int, count: int) -> tuple[int, ...]:
    return struct.unpack_from(f"<{count}i", data, start)


def _names(data: bytes, start: int, count: int) -> tuple[tuple[str, ...], int]:
    """Return so many texts, each behind its length, and where the next one begins."""
    names = []
    for _number in range(count):
        (length,) = _integers(data, start, 1)
        start += _WORD
        names.append(data[start : start + length].decode("utf-8", "replace"))
        start += length
    return tuple(names), start


def _results(data: bytes) -> SwmmResults:
    ids, _properties, values_at, periods, fault, mark = _integers(
        data, len(data) - _TAIL_WORDS * _WORD, _TAIL_WORDS
    )
    first, _version, unit, areas, nodes, links, pollutants = _integers(data, 0, _HEAD_WORDS)
    if first != _MAGIC or mark != _MAGIC or fault or not periods > 0:
        raise ValueError
    _area_ids, at = _names(data, ids, areas)
    node_ids, at = _names(data, at, nodes)
    link_ids, _at = _names(data, at, links)
    (step_s,) = _integers(data, values_at - _WORD, 1)
    wide = [count + pollutants for count in (_AREA_VALUES, _NODE_VALUES, _LINK_VALUES)]
    count = areas * wide[0] + nodes * wide[1] + links * wide[2] + _SYSTEM_VALUES
    if len(data) != values_at + periods * (_DAY_BYTES + count * _WORD) + _TAIL_WORDS * _WORD:
        raise ValueError
    values = np.frombuffer(
        data, dtype=[("day", "<f8"), ("values", "<f4", count)], count=periods, offset=values_at
    )["values"]
    of_nodes = areas * wide[0]
    of_links = of_nodes + nodes * wide[1]
    node_values = values[:, of_nodes:of_links].reshape(periods, nodes, wide[1])
    link_values = values[:, of_links : of_links + links * wide[2]].reshape(periods, links, wide[2])
    units = swmm_units(SWMM_FLOW_UNITS[unit])
    return SwmmResults(
        node_ids,
        link_ids,
        step_s / HOUR_S,
        node_values[:, :, _DEPTH].astype(float) * units.metres,
        link_values[:, :, _FLOW].astype(float) * units.m3h,
        link_values[:, :, _FILLING].astype(float),
    )


def worst_of_nodes(results: SwmmResults, model: SwmmModel) -> pd.DataFrame:
    """Return node_id, depth_m (highest and mean over the run) and surcharge_h of the nodes of a run.

    A node is surcharged while its water stands above the crown of its highest pipe; ``surcharge_h`` is NaN
    where no pipe of known height ends.
    """
    crown = _crowns(model).reindex(list(results.node_ids)).to_numpy(dtype=float)
    depth = results.depth_m
    with np.errstate(invalid="ignore"):
        hours = (depth > crown + _ABOVE_CROWN_M).sum(axis=0) * results.step_h
    rows: pd.DataFrame = pd.DataFrame(
        {
            "node_id": list(results.node_ids),
            "depth_m": depth.max(axis=0),
            "mean_depth_m": depth.mean(axis=0),
            "surcharge_h": np.where(np.isnan(crown), np.nan, hours),
        }
    )
    return rows


def worst_of_links(results: SwmmResults) -> pd.DataFrame:
    """Return link_id, flow_m3h (that of the largest size, below 0 against the link) and highest filling."""
    flow = results.flow_m3h
    largest = np.abs(flow).argmax(axis=0)
    rows: pd.DataFrame = pd.DataFrame(
        {
            "link_id": list(results.link_ids),
            "flow_m3h": flow[largest, np.arange(flow.shape[1])],
            "mean_flow_m3h": flow.mean(axis=0),
            "filling": results.filling.max(axis=0),
        }
    )
    return rows


def _crowns(model: SwmmModel) -> pd.Series:
    """Return how high above the bottom of its node the crown of the highest conduit lies, m, by node."""
    conduits = model.links[model.links["section"] == "CONDUITS"]
    bottom = model.nodes.drop_duplicates("node_id").set_index("node_id")["invert_m"]
    parts = []
    for node, level in (("from_node", "invert_start_m"), ("to_node", "invert_end_m")):
        above = conduits[level].to_numpy() - bottom.reindex(conduits[node]).to_numpy()
        parts.append(pd.Series(above + conduits["height_mm"].to_numpy() / 1000.0, index=list(conduits[node])))
    crowns: pd.Series = pd.concat(parts).groupby(level=0).max()
    return crowns
