"""What a plan of leak search says in sentences."""

from __future__ import annotations

from waternet_plugin.core.leakage.searching.search_plan import SearchEffort, SearchPlan
from waternet_plugin.core.reports.document import number
from waternet_plugin.core.texts import tr


def search_summary(plan: SearchPlan, effort: SearchEffort) -> list[str]:
    """Return the answer in sentences."""
    planned = plan.runs[plan.runs["night"].notna().to_numpy()]
    total = float(plan.runs["length_m"].sum()) / 1000
    lines = [
        tr("{planned} of {total} km have a night: {runs} runs in {nights} nights from {start}.").format(
            planned=number(plan.km, 1),
            total=number(total, 1),
            runs=number(len(planned)),
            nights=number(planned["night"].nunique()),
            start=effort.start.isoformat(),
        )
    ]
    overdue = float(plan.runs["length_m"][(plan.runs["reason"] == "overdue").to_numpy()].sum()) / 1000
    if overdue:
        lines.append(tr("{km} km are overdue.").format(km=number(overdue, 1)))
    if plan.short_km:
        text = tr("Not enough crews: {km} km are due in this time and are not searched by then.")
        lines.append(text.format(km=number(plan.short_km, 1)))
    return lines
