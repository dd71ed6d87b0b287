"""The part of a backtest's report on plans: streets renewed on an earlier year's budget, failures on them."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from waternet_plugin.core.renewal.plan_backtest import MOST_FAILURES, OLDEST, PLAN, PlanTrial
from waternet_plugin.core.reports.document import ReportSection, ReportTable, length, number
from waternet_plugin.core.texts import tr

_TOP = 15


def plan_sentence(trials: Sequence[PlanTrial]) -> str:
    """Return what the plans of all days caught together, in a sentence; '' when nothing could be tested."""
    tested = sum(trial.test_failures for trial in trials)
    if not tested:
        return ""
    caught = {
        rule: sum(trial.rules[rule].caught for trial in trials) for rule in (PLAN, OLDEST, MOST_FAILURES)
    }
    return tr(
        "Plans with one year's budget, {count} times: {plan} of {tested} later failures were on the streets "
        "they would have renewed; oldest first {oldest}, most failures first {most}."
    ).format(
        count=len(trials),
        plan=number(caught[PLAN]),
        tested=number(tested),
        oldest=number(caught[OLDEST]),
        most=number(caught[MOST_FAILURES]),
    )


def plan_sections(trials: Sequence[PlanTrial]) -> list[ReportSection]:
    """Return the plans of each day, and the streets of the last one."""
    if not trials:
        return []
    rows = tuple(
        (
            str(trial.cutoff),
            trial.budget,
            trial.rules[PLAN].projects,
            trial.rules[PLAN].length_m / 1000.0,
            trial.test_failures,
            trial.rules[PLAN].caught,
            trial.rules[OLDEST].caught,
            trial.rules[MOST_FAILURES].caught,
            f"{trial.by_chance:.1f}",
        )
        for trial in trials
    )
    last = trials[-1]
    spent = last.rules[PLAN]
    streets = tuple(
        (street.street or street.project_id, street.length_m, street.cost, street.failures)
        for street in last.streets[:_TOP]
    )
    more = len(last.streets) - len(streets)
    note = tr("And {count} more.").format(count=number(more))
    sentence = plan_sentence(trials)
    return [
        ReportSection(
            tr("What the plans of those years would have caught"),
            (sentence,) if sentence else (),
            ReportTable(
                (
                    tr("Cut-off"),
                    tr("Budget"),
                    tr("Projects"),
                    tr("km"),
                    tr("Test failures"),
                    tr("On the plan's streets"),
                    tr("Oldest first"),
                    tr("Most failures first"),
                    tr("By chance"),
                ),
                rows,
                decimals=1,
            ),
            tr(
                "Each rule spends the same money on packages built in the same way: the plan on those that "
                "save most for their cost, the others in their own order. By chance: any streets of the "
                "plan's length."
            ),
        ),
        ReportSection(
            tr("The plan as of {cutoff}").format(cutoff=last.cutoff),
            (
                tr(
                    "With a budget of {budget} the plan would have renewed {projects} streets, {length}; "
                    "{caught} of {tested} failures up to {until} were on them."
                ).format(
                    budget=number(last.budget),
                    projects=spent.projects,
                    length=length(spent.length_m),
                    caught=spent.caught,
                    tested=last.test_failures,
                    until=last.until,
                ),
            ),
            ReportTable((tr("Street"), tr("m"), tr("Cost"), tr("Later failures")), streets, decimals=0)
            if streets
            else None,
            note if more > 0 else "",
        ),
    ]


def plan_figures(trials: Sequence[PlanTrial]) -> list[dict[str, object]]:
    """Return every number of the plans."""
    return [dataclasses.asdict(trial) for trial in trials]
