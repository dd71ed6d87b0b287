"""Plan the rest again around what was decided by hand, and take that back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.plan.recorded_plans import show_on_map
from waternet_plugin.gui.widgets import amounts

if TYPE_CHECKING:
    from waternet_plugin.gui.plan.decisions import PlanDecisions
    from waternet_plugin.gui.plan.recorded_plans import ListedPlan
    from waternet_plugin.gui.session.session import Session

# As the plan was asked for; what is empty was left to the settings.
_ASKED = (
    "BUDGET START_YEAR YEARS MIN_LENGTH_SHARE DISTRICT_CAP DISCOUNT_RATE TIME_LIMIT STRATEGY RUN SEED"
).split()


def parameters(plan: ListedPlan, decisions: PlanDecisions) -> dict[str, Any]:
    """Return the parameters that plan the rest again: those of the plan, with the decisions of now."""
    asked = {name: plan.parameters.get(name) for name in _ASKED}
    asked = {name: value for name, value in asked.items() if value not in (None, "")}
    return {**asked, "FIXED": decisions.fixed()}


def replan(
    session: Session,
    plan: ListedPlan,
    decisions: PlanDecisions,
    *,
    failed: Callable[[Any], None],
) -> None:
    """Plan again and offer to undo it.

    Parameters
    ----------
    plan
        The plan whose parameters stay.
    decisions
        What is fixed.
    failed
        Gets the error.
    """

    def done(results: dict[str, Any]) -> None:
        text = tr("Planned again around %n decision(s): {cost}.", "", len(decisions.wanted)).format(
            cost=amounts.money(results.get("COST"), plan.currency)
        )

        def shown(batch_id: str, _newest: ListedPlan) -> None:
            session.say(text, "success", (tr("Undo"), lambda: undo(session, batch_id)))

        show_newest(session, shown)

    session.run_algorithm(
        "planrenewal",
        {"NETWORK": session.network_path, **parameters(plan, decisions)},
        done,
        failed=failed,
    )


def show_newest(session: Session, then: Callable[[str, ListedPlan], None]) -> None:
    """Show the newest plan on the map and in its pane, which stay where they are.

    Parameters
    ----------
    then
        Called with the batch that wrote it, and the plan.
    """
    path = session.network_path

    def shown(found: tuple[str, ListedPlan]) -> None:
        session.written("project")
        show_on_map(session, found[1])
        session.run_changed.emit()
        then(*found)

    session.run(tr("Showing the plan"), lambda _progress: _newest(path), shown, is_quiet=True)


def _newest(path: str) -> tuple[str, ListedPlan]:
    """Make the newest plan the shown one; return the batch that wrote it, and the plan."""
    from waternet_plugin import store
    from waternet_plugin.gui.plan import recorded_plans

    with store.open_network(path) as network:
        plans = recorded_plans.read_plans(network)
        newest = plans.plans[-1]
        if plans.shown is not None and plans.shown.plan_id != newest.plan_id:
            network.show_plan(None)
        rows = network.read("plan", ["plan_id", "batch_id"], geometry=False)
        return str(rows.loc[rows["plan_id"] == newest.plan_id, "batch_id"].iloc[-1]), newest


def undo(session: Session, batch_id: str) -> None:
    """Undo the batch that wrote a plan: the plan before is back with its projects."""

    def done(_results: dict[str, Any]) -> None:
        session.written("project")
        session.run_changed.emit()
        session.say(tr("The previous plan is back."))

    session.run_algorithm("undobatch", {"NETWORK": session.network_path, "BATCH": batch_id}, done)
