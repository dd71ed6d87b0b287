"""The compounds that stand between a zone and zero discharge."""

from __future__ import annotations

import datetime

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.compound_exits import compound_exits
from waternet_plugin.core.drainage.compounds.scores.zero_discharge import YES, zero_discharge
from waternet_plugin.core.drainage.zoning.blockers import COMPOUND, Blocker, inner_point, outfalls_below
from waternet_plugin.core.network.model.network_frame import NetworkFrame

# What rain leaves a compound by.
_STORM = ("storm", "combined")


def compound_blockers(subject: NetworkFrame, code_of: Array, as_of: datetime.date) -> list[Blocker]:
    """Return the compounds that are not shown to be zero-discharge, with the outfalls of their rain.

    Parameters
    ----------
    subject
        The network, with what `zero_discharge` rests on.
    code_of
        Code of the unsettled misconnection of each pipe, '' for none.
    as_of
        The day on which all is judged.
    """
    compounds, outfalls_of = subject.rows("compound"), subject.once(outfalls_below)
    zero = zero_discharge(subject, code_of, as_of)
    exits = compound_exits(subject, _STORM)
    return [
        Blocker(
            COMPOUND,
            str(compounds.ids[row]),
            outfalls_of(exits.vertex[exits.compound == row]),
            inner_point(compounds.geometry[row]),
        )
        for row in np.flatnonzero(zero.state != YES).tolist()
    ]
