"""What a planner decides by hand before the rest is planned again: years locked and forbidden, drops."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.texts import listed, tr

if TYPE_CHECKING:
    from waternet_plugin.operations.renewal.package_rows import PackageRows

DROP = "drop"
_NOT = "!"
# What was approved or begun is no longer the plan's to move.
SETTLED = ("approved", "under_way", "done")


@dataclass(frozen=True)
class PlanDecisions:
    """Decisions by project id: ``planned`` those the shown plan was made with, ``wanted`` those of now."""

    planned: Mapping[str, Any] = field(default_factory=dict)
    wanted: Mapping[str, Any] = field(default_factory=dict)

    @property
    def changed(self) -> list[str]:
        """The projects about which was decided anew since the plan was made."""
        names = {*self.planned, *self.wanted}
        return sorted(name for name in names if self.planned.get(name) != self.wanted.get(name))

    def lock(self, names: Sequence[str], year: int) -> PlanDecisions:
        """Return the decisions with projects locked to a year."""
        return PlanDecisions(self.planned, {**self.wanted, **dict.fromkeys(names, year)})

    def drop(self, names: Sequence[str]) -> PlanDecisions:
        """Return the decisions with projects dropped."""
        return PlanDecisions(self.planned, {**self.wanted, **dict.fromkeys(names, DROP)})

    def forbid(self, names: Sequence[str], year: int) -> PlanDecisions:
        """Return the decisions with a year forbidden for projects."""
        wanted = dict(self.wanted)
        for name in names:
            before = wanted.get(name)
            wanted[name] = (before if isinstance(before, frozenset) else frozenset()) | {year}
        return PlanDecisions(self.planned, wanted)

    def free(self, names: Sequence[str]) -> PlanDecisions:
        """Return the decisions without those about some projects."""
        kept = {name: decision for name, decision in self.wanted.items() if name not in set(names)}
        return PlanDecisions(self.planned, kept)

    def fixed(self) -> str:
        """Return the decisions as the parameter FIXED."""
        return ";".join(f"{name}:{_word(self.wanted[name])}" for name in sorted(self.wanted))


def _word(decision: Any) -> str:
    if isinstance(decision, frozenset):
        return ",".join(f"{_NOT}{year}" for year in sorted(decision))
    return str(decision)


def decisions_of(fixed: str, *, start_year: int, years: int) -> PlanDecisions:
    """Return the decisions that a plan was made with.

    Parameters
    ----------
    fixed
        The parameter FIXED of the plan.
    start_year, years
        Its span.

    Raises
    ------
    InputError
        When the text can't be understood.
    """
    from waternet_plugin.core.renewal import plan_constraints

    found = plan_constraints.parse_fixed(fixed, start_year=start_year, years=years)
    planned = {**found.locked, **dict.fromkeys(found.dropped, DROP), **found.forbidden}
    return PlanDecisions(planned, planned)


def decided_rows(rows: PackageRows, decisions: PlanDecisions) -> PackageRows:
    """Return the packages as they stand with the decisions of now, before anything is planned.

    A locked one is in its year, a dropped one in none, one whose year is forbidden or that is set free stays
    where it is; ``is_open`` says of those with a decision which ones the next plan decides about anew.
    """
    changed = set(decisions.changed)
    decided = rows.of_projects(changed.union(decisions.wanted))
    return rows.changed(
        {
            row["project_id"]: _decided(row, decisions, is_open=row["project_id"] in changed)
            for row in decided.only("project_id", "year")
        }
    )


def _decided(row: dict[str, Any], decisions: PlanDecisions, *, is_open: bool) -> dict[str, Any]:
    """Return what a decision changes about a package."""
    decision = decisions.wanted.get(row["project_id"])
    new: dict[str, Any] = {"is_open": is_open, "decision": decision_words(decision)}
    if not is_open:
        return new
    if isinstance(decision, int):
        new.update(year=float(decision), state="fixed")
    elif decision == DROP:
        new.update(year=float("nan"), state="dropped")
    else:
        new.update(state="proposed" if row["year"] == row["year"] else "not_funded")
    return new


def decision_words(decision: Any) -> str:
    """Return a decision in words, '' for none."""
    if decision is None:
        return ""
    if decision == DROP:
        return tr("dropped")
    if isinstance(decision, frozenset):
        return tr("not in {years}").format(years=listed(str(year) for year in sorted(decision)))
    return tr("locked to {year}").format(year=decision)
