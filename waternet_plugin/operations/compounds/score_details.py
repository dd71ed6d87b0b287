"""The score of one compound with all it rests on: what each indicator counts, and the work that raises it."""

from __future__ import annotations

import datetime
import math
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np

from waternet_plugin.core.drainage.compounds.scores.compound_scores import CompoundScores
from waternet_plugin.core.drainage.compounds.scores.indicator_table import ENTERED
from waternet_plugin.core.drainage.compounds.scores.raising_work import RaisingWork, raising_work
from waternet_plugin.core.drainage.compounds.scores.score_rules import ScoreRules
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import tuples
from waternet_plugin.core.months import Month, read_month
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.compounds.score_words import (
    action_text,
    indicator_label,
    missing_text,
    part_text,
    raising_text,
    value_text,
)
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.compounds.compound_score import StoredScore
from waternet_plugin.operations.compounds.score_compounds import ScoreRequest, read_month_scores
from waternet_plugin.operations.compounds.suggested_orders import month_of_work, raising_orders
from waternet_plugin.operations.work.write_orders import OrderRequest
from waternet_plugin.store.network import Network

_MOST_LINES = 3


@dataclass(frozen=True)
class CountedRows:
    """A numerator or denominator: as people read it, and the rows of a table that it counts."""

    text: str
    table: str = ""
    fids: tuple[int, ...] = ()


@dataclass(frozen=True)
class IndicatorDetail:
    """An indicator of a compound.

    Parameters
    ----------
    label
        Its name.
    met, all
        Numerator and denominator; None where there is none, as of what was entered.
    value
        Its value as people read it.
    points
        None for unknown.
    missing
        What is missing where they are unknown, else ''.
    """

    indicator: str
    label: str
    met: Optional[CountedRows]
    all: Optional[CountedRows]
    value: str
    points: Optional[float]
    missing: str


@dataclass(frozen=True)
class ScoreDetails:
    """The score of a compound in a month.

    Parameters
    ----------
    score
        Range and grade.
    indicators
        The ten, in their order.
    lines
        What raises it, in sentences.
    orders
        The work orders that do so.
    note
        When work that is done now counts, where the month is over; else ''.
    """

    compound_id: str
    score: StoredScore
    indicators: tuple[IndicatorDetail, ...]
    lines: tuple[str, ...]
    orders: tuple[OrderRequest, ...]
    note: str


def score_details(
    network: Network,
    compound_id: str,
    month: str = "",
    progress: Progress = SILENT,
    *,
    today: Optional[datetime.date] = None,
) -> ScoreDetails:
    """Return the score of a compound with what it counts; all compounds are scored for it.

    Parameters
    ----------
    month
        The month, YYYY-MM; '' for the one before that of today.
    today
        The day on which all is judged; that of the computer if None.

    Raises
    ------
    InputError
        When there is no such compound, no such month, or rules that can't be read.
    """
    chosen = read_month("MONTH", month) if month else None
    request = ScoreRequest(month=chosen, as_of=today)
    read = read_month_scores(network, request, progress)
    own = read.scores.scores[read.scores.scores["compound_id"] == compound_id]
    if not len(own):
        raise InputError(tr("There is no compound {name} in this network.").format(name=compound_id))
    (row,) = tuples(own)
    rules = read.scores.rules
    indicators = _indicators(network, read.scores, compound_id)
    works = raising_work(read.subject, read.scores, compound_id, request.day)
    orders = raising_orders(works, request)
    return ScoreDetails(
        compound_id,
        StoredScore(
            request.scored.text,
            float(row.score_low),
            float(row.score_high),
            str(row.grade),
            (rules.qualified_from, rules.excellent_from),
            tuple((each.indicator, each.points) for each in indicators),
        ),
        indicators,
        _lines(read.scores, works, compound_id, float(row.score_low)),
        orders,
        _note(request.scored, month_of_work(request)) if orders else "",
    )


def _indicators(network: Network, scored: CompoundScores, compound_id: str) -> tuple[IndicatorDetail, ...]:
    row = int(np.flatnonzero(scored.scores["compound_id"].to_numpy(dtype=object) == compound_id)[0])
    own = scored.indicators[scored.indicators["compound_id"] == compound_id]
    fids = _Fids(network)
    made = []
    for each in tuples(own):
        is_entered = each.source == ENTERED
        is_known = math.isfinite(each.points)
        met = total = None
        count = scored.counts.get(each.indicator)
        if count is not None and not is_entered:
            rows = count.of(row)
            counted = rows[count.is_met[rows]]
            met = fids.counted(each.indicator, each.numerator, count.table, count.ids[counted], scored.rules)
            if count.is_share:
                total = fids.counted(
                    each.indicator, each.denominator, count.table, count.ids[rows], scored.rules
                )
        missing = missing_text(each.indicator, scored.month.text, is_entered=is_entered)
        made.append(
            IndicatorDetail(
                each.indicator,
                indicator_label(each.indicator),
                met,
                total,
                value_text(each.indicator, each.value, scored.rules),
                float(each.points) if is_known else None,
                "" if is_known else missing,
            )
        )
    return tuple(made)


class _Fids:
    """Looks up the rows of ids."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def counted(
        self, indicator: str, amount: float, name: str, ids: Collection[Any], rules: ScoreRules
    ) -> CountedRows:
        """Return what an amount counts."""
        key = table(name).id_field
        rows = self._network.read(name, ["fid", key], ids=sorted(map(str, ids)), geometry=False)
        return CountedRows(part_text(indicator, amount, rules), name, tuple(int(fid) for fid in rows["fid"]))


def _lines(
    scored: CompoundScores, works: tuple[RaisingWork, ...], compound_id: str, low: float
) -> tuple[str, ...]:
    """Return what raises a score: the work, each with the total after it, then what no work buys."""
    actions = scored.actions[scored.actions["compound_id"] == compound_id]
    if not len(actions):
        return (tr("The best grade is reached."),)
    lines, total = [], low
    for work in works:
        total = round(total + work.gain, 9)
        lines.append(raising_text(work, total))
    others = actions[actions["hours"].isna()]
    lines += [
        action_text(each.indicator, each.quantity, each.to_points, each.hours) for each in tuples(others)
    ]
    return tuple(lines[:_MOST_LINES])


def _note(scored: Month, due: Month) -> str:
    if scored == due:
        return ""
    return tr("{month} is over: what is done now counts in {later}.").format(
        month=scored.text, later=due.text
    )
