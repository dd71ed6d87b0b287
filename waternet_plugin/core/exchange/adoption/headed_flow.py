"""Which way water takes in drains whose columns are headed upstream and downstream: a flow that is given."""

from __future__ import annotations

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells.end_headings import START, upstream_end
from waternet_plugin.core.exchange.adoption.turned_lines import ENDS, Turning
from waternet_plugin.core.exchange.mapping.filled_fields import Filled
from waternet_plugin.core.exchange.mapping.mapping import Mapping
from waternet_plugin.core.schema.flow import FLOW_OF_SENSE, FORWARD, REVERSE
from waternet_plugin.core.schema.use import systems
from waternet_plugin.core.texts import tr

_PAIRS = (ENDS, ("invert_start_m", "invert_end_m"), ("depth_start_m", "depth_end_m"))
# So few lines that had to be turned are slips; of more the drawn order says nothing.
_SLIPS = 0.05


def give_headed_flow(filled: Filled, mapping: Mapping, turning: Turning) -> list[str]:
    """Fill the flow of drains whose row tells both ends under such headings; return what to say of it.

    A flow that the file tells itself stays. Where the ids of the ends could not be found on the line, and the
    file draws many lines against theirs, nobody knows which end is which: the flow stays unknown.
    """
    headed = {
        pair: upstream_end(*(mapping.fields[name].column for name in pair)) for pair in _mapped(mapping)
    }
    senses = {side for side in headed.values() if side is not None}
    if len(senses) != 1 or "system" not in filled.columns:
        return []
    pairs = [pair for pair, side in headed.items() if side is not None]
    told = np.logical_or.reduce([_both_known(filled, pair) for pair in pairs])
    told &= np.isin(filled.columns["system"].astype(str), systems("drain"))
    doubtful = np.zeros(len(told), dtype=bool)
    if ENDS in _mapped(mapping) and turning.count > _SLIPS * turning.confirmed.sum():
        doubtful = told & ~turning.confirmed
    word = FLOW_OF_SENSE[FORWARD if senses.pop() == START else REVERSE]
    flow = filled.columns.get("flow", np.full(len(told), None, dtype=object))
    filled.columns["flow"] = np.where(pd.isna(flow) & told & ~doubtful, word, flow).astype(object)
    if not doubtful.any():
        return []
    text = tr(
        "%n drain(s) name nodes of which nobody knows where they lie: their flow is not recorded, although "
        "the columns are headed upstream and downstream.",
        "",
        int(doubtful.sum()),
    )
    return [text]


def _mapped(mapping: Mapping) -> list[tuple[str, str]]:
    return [pair for pair in _PAIRS if all(name in mapping.fields for name in pair)]


def _both_known(filled: Filled, pair: tuple[str, str]) -> Array:
    return np.asarray(~pd.isna(filled.columns[pair[0]]) & ~pd.isna(filled.columns[pair[1]]))
