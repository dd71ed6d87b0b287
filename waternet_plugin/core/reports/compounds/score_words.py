"""Words of scores: indicators, grades, criteria, what is counted, and how the source is read."""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from waternet_plugin.core.drainage.compounds.scores.checklists import NO, TICKED, UNKNOWN, YES, items_of
from waternet_plugin.core.drainage.compounds.scores.compound_scores import CompoundScores
from waternet_plugin.core.drainage.compounds.scores.exit_samples import ExitSamples
from waternet_plugin.core.drainage.compounds.scores.intake_points import IntakePoints
from waternet_plugin.core.drainage.compounds.scores.raising_work import RaisingWork
from waternet_plugin.core.drainage.compounds.scores.score_rules import (
    BETTER,
    COUNT,
    COVERS,
    EXCELLENT,
    FAILED,
    HANDLED,
    INDICATORS,
    LIMITS,
    OPEN,
    PIPES,
    QUALIFIED,
    RATE,
    ROUNDS,
    ROUNDS_AS,
    SEPARATION,
    UNIT,
    ZERO_DISCHARGE,
    ZERO_DISCHARGE_OF,
    ScoreRules,
)
from waternet_plugin.core.drainage.compounds.scores.zero_discharge import LIST
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.reports.document import number
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import shortened, tr

# So many assets of a measure are named.
_MOST_NAMED = 2
# So many assets that are in the way of an item.
_MOST_BLOCKING = 5


@dataclass(frozen=True)
class ScoredMonth(PlainFrames):
    """Scores of a month with what belongs to them.

    Parameters
    ----------
    result
        The scores.
    network
        Its title.
    as_of
        The day on which all is judged.
    compounds
        One row a compound: compound_id, name, team of its grid (None).
    samples
        Samples at the exits of compounds.
    ticks
        What is ticked: list, asset, item, ticked_on.
    intake_points
        Reclaimed water intake points.
    """

    result: CompoundScores
    network: str
    as_of: datetime.date
    compounds: pd.DataFrame
    samples: ExitSamples
    ticks: pd.DataFrame
    intake_points: IntakePoints

    @property
    def names(self) -> dict[str, str | None]:
        """The names of the compounds by their ids."""
        return dict(zip(self.compounds["compound_id"], self.compounds["name"]))


def indicator_label(indicator: str) -> str:
    """Return the name of an indicator."""
    return domain("indicator")[indicator].label


def grade_label(grade: str) -> str:
    """Return the word for a grade."""
    return {
        EXCELLENT: tr("excellent"),
        QUALIFIED: tr("qualified"),
        FAILED: tr("failed"),
        OPEN: tr("open", "grade"),
    }[grade]


def criterion_label(criterion: str) -> str:
    """Return the name of a criterion of zero discharge."""
    return {item.item: item.label for item in items_of(LIST)}[criterion]


def state_label(state: str) -> str:
    """Return the word for the state of a criterion, and of zero discharge."""
    return {
        YES: tr("yes"),
        NO: tr("no"),
        TICKED: tr("yes, ticked"),
        UNKNOWN: tr("unknown"),
    }[state]


def cell_text(state: str, blocked_by: Sequence[str]) -> str:
    """Return what a cell of a checklist says: its state, and what is in the way."""
    if blocked_by:
        return tr("{state}: {names}", "checklist").format(
            state=state_label(state), names=shortened(blocked_by, _MOST_BLOCKING)
        )
    return state_label(state)


def points_text(low: float, high: float) -> str:
    """Return a range of points, one number where both ends are the same."""
    if math.isclose(low, high):
        return f"{low:g}"
    return tr("{low} to {high}", "range of points").format(low=f"{low:g}", high=f"{high:g}")


def value_text(indicator: str, value: float, rules: ScoreRules) -> str:
    """Return the value of an indicator: shares as percent, rounds as a number."""
    if not math.isfinite(value):
        return "–"
    if indicator == ROUNDS and rules.switches[ROUNDS_AS] == COUNT:
        return number(value)
    return f"{number(100 * value, 1)} %"


def part_text(indicator: str, amount: float, rules: ScoreRules) -> str:
    """Return a numerator or denominator with its unit."""
    if not math.isfinite(amount):
        return "–"
    if indicator in (PIPES, SEPARATION) or (indicator == ROUNDS and rules.switches[ROUNDS_AS] == RATE):
        return f"{number(amount, 1)} m"
    return number(amount)


def action_text(indicator: str, quantity: float, to_points: float, hours: float) -> str:
    """Return in a sentence what raises an indicator, and how far."""
    points = f"{to_points:g}"
    if indicator == ROUNDS:
        return tr("More rounds: {visits} ({hours} h), this indicator to {points}").format(
            visits=number(quantity), hours=number(hours, 2), points=points
        )
    if indicator == PIPES:
        return tr("Drains to clean: {metres} m ({hours} h), this indicator to {points}").format(
            metres=number(quantity, 1), hours=number(hours, 2), points=points
        )
    if indicator == COVERS:
        return tr(
            "Manholes or inlets to clean or inspect: {covers} ({hours} h), this indicator to {points}"
        ).format(covers=number(quantity), hours=number(hours, 2), points=points)
    label = indicator_label(indicator)
    if not math.isfinite(quantity):
        return tr("{indicator}: no hours of work buy it; at its best {points}").format(
            indicator=label, points=points
        )
    if indicator == SEPARATION:
        return tr("{indicator}: to {points} with {metres} m more drains separated").format(
            indicator=label, points=points, metres=number(quantity, 1)
        )
    if indicator == ZERO_DISCHARGE:
        return tr("{indicator}: to {points} with {count} more zero-discharge compounds").format(
            indicator=label, points=points, count=number(quantity)
        )
    if indicator == HANDLED:
        return tr("{indicator}: to {points} with {count} more complaints handled").format(
            indicator=label, points=points, count=number(quantity)
        )
    return tr("{indicator}: to {points}").format(indicator=label, points=points)


def raising_text(work: RaisingWork, total: float) -> str:
    """Return in a sentence what work at which assets raises a score.

    Parameters
    ----------
    work
        The work.
    total
        The low end of the score after it.
    """
    names = shortened(work.assets, _MOST_NAMED)
    amounts = {"hours": number(work.hours, 2), "total": f"{total:g}"}
    if work.indicator == ROUNDS:
        line = tr("%n more round(s): {hours} h → {total}", "", round(work.quantity)).format(**amounts)
    elif work.indicator == PIPES:
        drains = names or tr("drains")
        line = tr("Clean {metres} m of {drains}: {hours} h → {total}").format(
            metres=number(work.quantity, 1), drains=drains, **amounts
        )
    else:
        count = round(work.quantity)
        covers = names or tr("%n manhole(s) or inlet(s)", "", count)
        line = tr("Clean {covers}: {hours} h → {total}").format(covers=covers, **amounts)
    if work.ordered and work.assets:
        return tr("{work}; part of it is ordered").format(work=line)
    return tr("{work}; ordered").format(work=line) if work.ordered else line


def missing_text(indicator: str, month: str, *, is_entered: bool) -> str:
    """Return what is missing where the points of an indicator are unknown.

    Parameters
    ----------
    month
        As YYYY-MM.
    is_entered
        Whether values that differ were entered.
    """
    if is_entered:
        return tr("Entered several times with different values: correct the table of indicators.")
    if indicator == ZERO_DISCHARGE:
        return tr("No checklist of zero discharge is filled yet.")
    if indicator == COVERS:
        return tr("No manholes and inlets of this compound are on the map.")
    if indicator in (ROUNDS, PIPES, SEPARATION):
        return tr("No drains with a length of this compound are on the map.")
    return tr("Not entered for {month}: bring in a table of indicators.").format(month=month)


def rules_lines(rules: ScoreRules) -> list[str]:
    """Return by which rules was scored: the version, and each reading of the source where it is ambiguous."""
    counted = rules.switches[ROUNDS_AS] == COUNT
    better = rules.switches[LIMITS] == BETTER
    of_unit = rules.switches[ZERO_DISCHARGE_OF] == UNIT
    return [
        tr("Bands of version {version}; they are settings (drainage.score.{version}.…).").format(
            version=rules.version
        ),
        tr("Rounds of inspection count by their number: the source asks for two a month and prints shares.")
        if counted
        else tr("Rounds of inspection count as the share of drains patrolled, as the source prints."),
        tr("A value on the limit of two bands counts for the better one.")
        if better
        else tr("A value on the limit of two bands counts for the worse one."),
        tr("Zero discharge is the share of all compounds, the same for each.")
        if of_unit
        else tr("Zero discharge is that of the compound itself."),
        tr(
            "Excellent from {excellent}, qualified from {qualified} points: totals between 7 and 8 have no "
            "name in the source."
        ).format(excellent=f"{rules.excellent_from:g}", qualified=f"{rules.qualified_from:g}"),
        tr("Without a case an indicator of cases has full points; what is unknown counts 0.5 to 1."),
    ]


def subtitle_of(scored: ScoredMonth) -> str:
    """Return network, day and version of the bands, as they stand under a title."""
    return tr("{network} · as of {day} · bands of version {version}").format(
        network=scored.network, day=scored.as_of.isoformat(), version=scored.result.rules.version
    )


def bands_rows(rules: ScoreRules) -> list[tuple[str, str]]:
    """Return the bands of each indicator as the settings have them."""
    return [(indicator_label(name), rules.bands[name].text.replace(";", "; ")) for name in INDICATORS]
