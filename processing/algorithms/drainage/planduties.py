"""Algorithm: the plan of compounds for a month."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessing

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

if TYPE_CHECKING:
    from waternet_plugin.operations.compounds.plan_duties import PlanRequest

_DUTY_COLUMNS = [
    ("duty", "text"),
    ("asset", "text"),
    ("compound_id", "text"),
    ("grid_id", "text"),
    ("due_on", "date"),
    ("state", "text"),
    ("basis", "text"),
    ("hours", "real"),
    ("visit", "text"),
]
_VISIT_COLUMNS = [
    ("visit", "text"),
    ("day", "date"),
    ("crew", "text"),
    ("compound_id", "text"),
    ("hours", "real"),
]
_RATE_COLUMNS = [
    ("month", "text"),
    ("compound_id", "text"),
    ("pipe_rate", "real"),
    ("appurtenance_rate", "real"),
]


class PlanDuties(WaterNetAlgorithm):
    """Plan what is due in compounds: what is done in a month, by whom and on which day."""

    ID = "planduties"
    GROUP = "drainage"
    WRITES = True
    TAGS = (
        "plan", "duties", "month", "crew", "visit", "cleaning", "work items",
        "计划", "排班", "待办", "班组", "上门", "清疏", "月度",
    )  # fmt: skip

    def title(self) -> str:
        """Return the name people see."""
        return tr("Plan of compounds")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Lists all that comes due: tanks, drains, manholes and inlets by what was found in them, "
            "secondary supply, permits, visits of users, intake points, dead ends to flush, covers around "
            "ponding places before storms. Of it and of the monthly rates (two rounds, 3 % of the length of "
            "drains, 2 % of manholes and inlets in each compound) it makes a plan with the fewest hours, "
            "shares it evenly among crews and lays it on days. Where hours don't suffice, what is longest "
            "overdue comes first. A compound belongs to the team of its grid; where that has no hours left "
            "another crew helps."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text("MONTH", tr("Month"), tr("First month of the plan, YYYY-MM. Empty: the next one."))
        self.add_number(
            "MONTHS",
            tr("Months"),
            tr("How many months are planned; what one of them does moves what the next has to do."),
            between=(1, 24),
            default=1,
            integer=True,
        )
        self.add_text(
            "CREWS",
            tr("Crews"),
            tr(
                "Crews with their hours a month, such as Team 1=320;Team 2=160. Empty: the teams of the "
                "grids; nothing can be said of their hours then."
            ),
        )
        self.add_text(
            "AS_OF",
            tr("As of"),
            tr(
                "Day on which duties are judged, YYYY-MM-DD; what is dated later doesn't count. Empty: today."
            ),
        )
        self.add_flag(
            "STORE",
            tr("Keep in the network"),
            tr(
                "Write the plan as work items, one batch that can be undone. They replace those of an "
                "earlier plan for these months that were not sent to a crew yet."
            ),
        )
        self.add_folder(
            "SHEETS",
            tr("Folder of the lists"),
            tr("A folder for an .xlsx for each crew, and a PDF with a map for each of its days."),
        )
        table = QgsProcessing.SourceType.TypeVector
        self.add_sink("OUTPUT", tr("Duties"), tr("All that comes due until the end of the plan."), kind=table)
        self.add_sink("OUTPUT_VISITS", tr("Visits"), tr("Who goes where on which day."), kind=table)
        self.add_sink(
            "OUTPUT_RATES",
            tr("Rates"),
            tr("Share of drains, and of manholes and inlets, cleaned in each month and compound."),
            kind=table,
        )
        self.add_file_output(
            "REPORT",
            tr("Report"),
            tr("The plan as a page, with hours a crew and day; figures in a .json file next to it."),
            "HTML (*.html)",
        )
        self.add_number_outputs(
            HOURS=tr("Hours"), VISITS=tr("Visits"), LEFT_OUT=tr("Due duties without hours")
        )
        self.add_text_outputs(SHORT=tr("Crews with too few hours"), BATCH_ID=tr("Batch"))

    def request(self, job: Job) -> PlanRequest:
        """Return the request."""
        from waternet_plugin.core.drainage.compounds.duties.crews import read_crews
        from waternet_plugin.core.months import read_month
        from waternet_plugin.operations.compounds.plan_duties import PlanRequest

        return PlanRequest(
            month=read_month("MONTH", job.text("MONTH")) if job.has("MONTH") else None,
            months=job.integer("MONTHS"),
            crews=read_crews(job.text("CREWS")),
            as_of=job.date("AS_OF"),
            store=job.flag("STORE"),
        )

    def work(self, job: Job) -> dict[str, Any]:
        """Plan, write the outputs, and one batch if asked."""
        from waternet_plugin.atlas.crew_papers import write_crew_papers
        from waternet_plugin.operations.compounds.plan_duties import PlanResult, plan_network_duties

        network = job.open_network()

        def write(found: PlanResult) -> None:
            job.write_sink("OUTPUT", found.plan.duties, _DUTY_COLUMNS)
            job.write_sink("OUTPUT_VISITS", found.plan.visits, _VISIT_COLUMNS)
            job.write_sink("OUTPUT_RATES", found.plan.rates, _RATE_COLUMNS)
            job.write_report("REPORT", found.report)
            if job.has("SHEETS"):
                folder = Path(job.new_folder("SHEETS"))
                write_crew_papers(folder, found.work, network.title, job.progress.part(0.8, 1.0))

        found = plan_network_duties(network, self.request(job), job.progress, before_commit=write)
        job.tell(found.summary, warnings=found.notes)
        return {
            "SHEETS": job.file("SHEETS"),
            "HOURS": round(found.plan.hours, 6),
            "VISITS": len(found.plan.visits),
            "LEFT_OUT": found.plan.left_out,
            "SHORT": ";".join(found.plan.short),
            "BATCH_ID": found.batch_id,
        }
