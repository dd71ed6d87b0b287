"""The compounds that stand between a zone and zero discharge."""

from __future__ import annotations

import numpy as np
import pandas as pd

from waternet_plugin.core.drainage.compound_exits import compound_exits
from waternet_plugin.core.drainage.compounds.scores.zero_discharge import YES, zero_discharge
from waternet_plugin.core.drainage.compounds.unsettled_misconnections import unsettled_misconnections
from waternet_plugin.core.drainage.zoning.blockers import COMPOUND, Blocker, inner_point, outfalls_below
from waternet_plugin.core.quality.context.check_context import CheckContext

# What rain leaves a compound by.
_STORM = ("storm", "combined")


def compound_blockers(subject: CheckContext, issues: pd.DataFrame) -> list[Blocker]:
    """Return the compounds that are not shown to be zero-discharge, with the outfalls of their rain.

    Parameters
    ----------
    subject
        The network, with what `zero_discharge` rests on.
    issues
        Issues of misconnections: issue_id, rule_id, state, assets.
    """
    compounds, outfalls_of = subject.rows("compound"), subject.once(outfalls_below)
    zero = zero_discharge(subject, unsettled_misconnections(subject, issues).rule_of(len(subject.pipes)))
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
