"""Plan the rest again around what was decided by hand, and take that back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.tasks.tasks import on_network
from waternet_plugin.gui.widgets import amounts

if TYPE_CHECKING:
    from waternet_plugin.gui.plan.decisions import PlanDecisions
    from waternet_plugin.gui.session.session import Session
    from waternet_plugin.operations.renewal.recorded_plans import ListedPlan

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

    def newest(network: Any, _progress: Any) -> tuple[str, ListedPlan]:
        from waternet_plugin.operations.renewal import recorded_plans

        return recorded_plans.show_newest(network)

    session.run(tr("Showing the plan"), on_network(path, newest), shown, is_quiet=True)


def show_on_map(session: Session, plan: ListedPlan) -> None:
    """Turn the map to the plan, its legend to the years of a plan."""
    from qgis.core import QgsProject

    from waternet_plugin.bridge.project import refreshing

    refreshing.refresh_results(QgsProject.instance(), plan_m=plan.metres_by_year)
    session.reload_layers("pipe_plan")
    session.show_theme("plan")


def undo(session: Session, batch_id: str) -> None:
    """Undo the batch that wrote a plan: the plan before is back with its projects."""

    def done(_results: dict[str, Any]) -> None:
        session.written("project")
        session.run_changed.emit()
        session.say(tr("The previous plan is back."))

    session.run_algorithm("undobatch", {"NETWORK": session.network_path, "BATCH": batch_id}, done)
