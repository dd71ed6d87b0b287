"""The papers of a plan: what each is made of, and the writing; the sheets alone need the main thread."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.progress import SILENT, Progress

if TYPE_CHECKING:
    from waternet_plugin.atlas.projects.project_book import PrintedProjects
    from waternet_plugin.operations.renewal.project_basis import Projects
    from waternet_plugin.store import Network


def write_list(network: Network, projects: Projects, path: Path) -> None:
    """Write the workbook, in any thread."""
    from waternet_plugin.bridge.export.spreadsheets import write_sheets
    from waternet_plugin.core.reports.renewal.project_list import basis_of, project_list

    plan = projects.plan
    basis = basis_of(plan.row, plan.run, plan.figures, network=network.title)
    budget = float(plan.row["budget"])
    write_sheets(path, project_list(projects.found, budget=budget, currency=plan.currency, basis=basis))


def print_sheets(
    network: Network, projects: Projects, path: Path, *, language: str, progress: Progress = SILENT
) -> PrintedProjects:
    """Print the book of sheets. Only in the main thread; told of each page."""
    from waternet_plugin.atlas.projects.project_book import print_projects
    from waternet_plugin.atlas.projects.project_facts import SheetBasis
    from waternet_plugin.core.reports.renewal.project_list import currency_label

    plan = projects.plan
    basis = SheetBasis(
        plan_id=str(plan.row["plan_id"]),
        run_id=str(plan.run["run_id"]),
        as_of=plan.run["as_of"],
        window_start=plan.run["window_start"],
        horizon_years=float(plan.run["horizon_years"]),
        currency=currency_label(plan.currency),
        discount=projects.settings.real("renewal.road_work_discount"),
    )
    return print_projects(network, projects.found, path, basis=basis, language=language, progress=progress)


def write_statement(
    network: Network, plan_id: str, path: Path, *, language: str, progress: Progress = SILENT
) -> None:
    """Test the way of choosing on the past and write the statement, in any thread.

    Only the statement is in ``language``, not what is told meanwhile.
    """
    from waternet_plugin.atlas.report import print_report
    from waternet_plugin.core.reports.health.statement import Planned, statement
    from waternet_plugin.core.reports.renewal.project_list import basis_of
    from waternet_plugin.language import speaking
    from waternet_plugin.operations.renewal.project_basis import read_plan, tried_on_history
    from waternet_plugin.store.outputs import refuse_network_as_output

    plan, settings = read_plan(network, plan_id), network.settings()
    records, tested = tried_on_history(network, plan, settings, progress.part(0.0, 0.9))
    progress.at(0.9)
    if path.suffix.lower() != ".pdf":
        refuse_network_as_output(path)
    with speaking(language):
        planned = Planned(
            start_year=int(plan.row["start_year"]),
            years=int(plan.row["years"]),
            budget=float(plan.row["budget"]),
            figures=plan.figures,
            basis=basis_of(plan.row, plan.run, plan.figures, network=network.title),
        )
        report: Any = statement(planned, tested, records, settings=settings, network=network.title)
        if path.suffix.lower() == ".pdf":
            print_report(path, report, progress=progress.part(0.9, 1.0))
        else:
            report.write(path)
