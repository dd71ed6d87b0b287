"""Hand a renewal plan on: the list of projects, a sheet for each, and the statement for the council."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from waternet_plugin.core import texts
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.processing import choice_labels
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job
from waternet_plugin.processing.supply_parameters import ids_of

_LANGUAGES = ("en", "zh_CN")
_OUTPUTS = {"OUTPUT_LIST": ".xlsx", "OUTPUT_SHEETS": ".pdf", "OUTPUT_STATEMENT": ".pdf"}


class ExportProjects(WaterNetAlgorithm):
    """Write the papers of a renewal plan."""

    ID = "exportprojects"
    GROUP = "health"
    ICON = "planrenewal"
    TAGS = ("renewal", "projects", "list", "sheets", "council", "改造项目清单", "项目表", "编制说明", "打印")
    # Maps are drawn from a project.
    MAIN_THREAD_ONLY = True

    def title(self) -> str:
        """Return the name people see."""
        return tr("Documents of a renewal plan")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Writes the documents to hand on: the list of projects with pipes, years and basis as a "
            "workbook; a book with one sheet for each project, its map with pipes and failures, reasons, "
            "cost and who pays, customers and road works; and a statement that explains in words how "
            "streets are chosen, with all settings in force, their sources, and the test on the network's "
            "own past. Only what is requested is written; nothing in the network changes."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text("PLAN", tr("Plan", "noun"), tr("Id of the plan; empty: the newest."))
        self.add_text(
            "PROJECTS",
            tr("Projects"),
            tr("Ids separated by semicolons; empty: all projects with funding."),
        )
        self.add_choice(
            "LANGUAGE",
            tr("Language"),
            tr("en or zh_CN; empty: the language of QGIS."),
            list(_LANGUAGES),
            labels=choice_labels.LANGUAGES,
        )
        self.add_file_output(
            "OUTPUT_LIST", tr("List of projects"), tr("The workbook."), tr("Workbook (*.xlsx)")
        )
        self.add_file_output(
            "OUTPUT_SHEETS",
            tr("Sheets of the projects"),
            tr("One PDF with a list, a map of all projects and a sheet for each, A4."),
            tr("PDF (*.pdf)"),
        )
        self.add_file_output(
            "OUTPUT_STATEMENT",
            tr("Statement of method and validation"),
            tr("A PDF, A4; or a web page, if the name ends in .html."),
            tr("PDF (*.pdf)") + ";;HTML (*.html)",
        )
        self.add_number_outputs(
            PROJECTS_WRITTEN=tr("Number of projects"),
            PAGES=tr("Number of pages"),
        )

    def check(self, job: Job) -> None:
        """Refuse endings that do not fit, and a run that writes nothing."""
        wanted = {name: job.output_file(name) for name in _OUTPUTS if job.has(name)}
        if not wanted:
            raise InputError(
                tr("Nothing was requested. Give at least one of {names}.").format(names=listed(_OUTPUTS))
            )
        for name, path in wanted.items():
            known = [_OUTPUTS[name], ".html"] if name == "OUTPUT_STATEMENT" else [_OUTPUTS[name]]
            if Path(path).suffix.lower() not in known:
                message = tr("{name} must end in {known}. Choose one of these formats.")
                raise InputError(message.format(name=Path(path).name, known=listed(known)))

    def work(self, job: Job) -> dict[str, Any]:
        """Read the plan and write what was asked for, in the language asked for."""
        from waternet_plugin.atlas.projects import project_papers as papers
        from waternet_plugin.language import speaking
        from waternet_plugin.operations.renewal.project_basis import read_projects

        code = job.choice("LANGUAGE") if job.has("LANGUAGE") else texts.language()
        network = job.open_network()
        plan_id, wanted = job.text("PLAN"), ids_of(job.text("PROJECTS"))
        paths = {name: job.output_file(name) for name in _OUTPUTS}
        results: dict[str, Any] = {**paths, "PROJECTS_WRITTEN": 0, "PAGES": 0}
        if paths["OUTPUT_LIST"] or paths["OUTPUT_SHEETS"]:
            job.progress.at(0.05, tr("Reading the projects"))
            # Reasons are in the language of the papers.
            with speaking(code):
                projects = read_projects(network, plan_id, wanted)
            results["PROJECTS_WRITTEN"] = len(projects.found)
            if paths["OUTPUT_LIST"]:
                place = Path(job.new_file("OUTPUT_LIST"))
                with speaking(code):
                    papers.write_list(network, projects, place)
            if paths["OUTPUT_SHEETS"]:
                job.progress.at(0.15, tr("Printing the sheets"))
                place = Path(job.new_file("OUTPUT_SHEETS"))
                with speaking(code):
                    printed = papers.print_sheets(
                        network, projects, place, language=code, progress=job.progress.part(0.15, 0.6)
                    )
                results["PAGES"] = printed.pages
                job.tell(warnings=filter(None, [printed.note]))
        if paths["OUTPUT_STATEMENT"]:
            job.progress.at(0.6, tr("Testing forecasts on past data"))
            place = Path(job.new_file("OUTPUT_STATEMENT"))
            papers.write_statement(
                network, plan_id, place, language=code, progress=job.progress.part(0.6, 1.0)
            )
        return results
