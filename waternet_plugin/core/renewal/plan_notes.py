"""What a planner must be told of a plan: wishes that could not be met, packages left out."""

from __future__ import annotations

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.renewal.solving.problem import Problem, shortfall_m
from waternet_plugin.core.texts import tr


def notes_of(problem: Problem, chosen: Array, frame: pd.DataFrame, start_year: int) -> list[str]:
    """Return the sentences on wishes that could not be met.

    Parameters
    ----------
    problem, chosen
        What was to choose from, and the choice.
    frame
        The packages.
    start_year
        First year of the plan.
    """
    notes = []
    funded = chosen >= 0
    if len(frame) == 0:
        notes.append(tr("No pipe is in a class considered for the plan; there is nothing to renew."))
    elif not funded.any():
        cheapest = problem.cost.min() / 100
        notes.append(
            tr(
                "The budget of {budget} per year does not pay for any package; the cheapest costs "
                "{cheapest}. Nothing is funded. Raise BUDGET or shorten the packages (renewal.max_length_m)."
            ).format(budget=f"{problem.budget[0] / 100:,.2f}", cheapest=f"{cheapest:,.2f}")
        )
    dear = int((problem.cost.min(axis=1) > problem.budget.max()).sum()) if len(frame) else 0
    if dear and funded.any():
        notes.append(tr("%n package(s) cost more than the annual budget and can't be funded.", "", dear))
    unmet = frame["project_id"][(problem.wish >= 0) & ~funded]
    for project, wish in zip(unmet, problem.wish[unmet.index]):
        text = tr("Project {project} is locked to {year}, but the budget of that year does not cover it.")
        notes.append(text.format(project=project, year=start_year + int(wish)))
    lacking = shortfall_m(problem, chosen)
    for year in np.flatnonzero(lacking > 0.5).tolist():
        notes.append(
            tr("{year}: {lacking} m short of the target of {wished} m.").format(
                year=start_year + year,
                lacking=f"{lacking[year]:,.0f}",
                wished=f"{problem.least_length_m:,.0f}",
            )
        )
    if problem.cap is not None:
        inside = funded & (problem.district >= 0)
        counts = pd.Series(chosen[inside]).groupby([problem.district[inside], chosen[inside]]).size()
        over = int((counts > problem.cap).sum())
        if over:
            notes.append(tr("Locked packages exceed the limit of a district in %n case(s).", "", over))
    worthless = int((problem.benefit <= 0).sum())
    if worthless:
        notes.append(
            tr("Renewing %n package(s) would not reduce failures and brings no benefit.", "", worthless)
        )
    return notes
