"""Algorithm: compounds to renovate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

if TYPE_CHECKING:
    from waternet_plugin.operations.users.screen_compounds import ScreenRequest

_COLUMNS = [
    ("compound_id", "text"), ("supply_m3", "real"), ("sold_m3", "real"), ("loss_m3", "real"),
    ("loss_rate", "real"), ("coverage", "real"), ("pressure", "text"), ("quality", "text"),
    ("must_renovate", "text"), ("reasons", "text"), ("pipes_m", "real"), ("risers_m", "real"),
    ("pump_rooms_due", "integer"), ("meters_due", "integer"), ("cost_leakage", "real"),
    ("cost_works", "real"), ("cost_meters", "real"), ("cost_repairs", "real"), ("cost_operation", "real"),
    ("cost", "real"),
]  # fmt: skip


class ScreenCompounds(WaterNetAlgorithm):
    """Tell which compounds must be renovated, why, what is to be done, and what it costs."""

    ID = "screencompounds"
    GROUP = "users"
    TAGS = (
        "compound", "leakage", "bulk meter", "renovation", "cost",
        "小区", "总分表差", "漏损率", "三项工程", "小区改造", "费用测算",
    )  # fmt: skip

    def title(self) -> str:
        """Return the name people see."""
        return tr("Compounds to renovate")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Screens compounds: the leakage between bulk meters and customers in a period, pressure and "
            "water quality at risk. One of them is enough to renovate a compound. Tells the pipes, risers, "
            "pump rooms and meters that are due, and the cost inside the red line under five headings: "
            "leakage, works, meters, repairs, operation. What is not known stays unknown, and so does the "
            "sum. Nothing is written to the network."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text(
            "FROM", tr("From"), tr("First day, YYYY-MM-DD. Empty: the first day of customers’ volumes.")
        )
        self.add_text(
            "TO", tr("To"), tr("Last day, YYYY-MM-DD, included. Empty: the last day of customers’ volumes.")
        )
        self.add_number(
            "LIMIT", tr("Leakage limit (0-1)"),
            tr("Share of the supply above which a compound must be renovated. Empty: the setting, 0.05."),
            between=(0, 1),
        )  # fmt: skip
        self.add_sink("OUTPUT", tr("Compounds"), tr("Every compound, those that must be renovated first."))
        self.add_file_output(
            "REPORT", tr("Report"),
            tr("Evidence, what is to be done and cost of each compound; figures in a .json file next to it."),
            "HTML (*.html)",
        )  # fmt: skip
        self.add_workbook()
        self.add_text(
            "SUBJECT", tr("Compounds with a sheet"),
            tr("Ids with semicolons for the paper. Empty: those that must be renovated."),
        )  # fmt: skip
        self.add_file_output(
            "PAPER", tr("Paper"),
            tr("A sheet a compound: evidence, works and cost, each figure with what it rests on; of several, "
               "the list in front."),
            "PDF (*.pdf);;Word (*.docx);;Excel (*.xlsx);;HTML (*.html)",
        )  # fmt: skip
        self.add_number_outputs(MUST_RENOVATE=tr("To be renovated"), COMPOUNDS=tr("Compounds"))
        self.add_text_outputs(NOTES=tr("Points to note"))

    def check(self, job: Job) -> None:
        """Refuse days that are none, and an ending that no paper has."""
        from waternet_plugin.atlas.papers.paper_files import check_ending

        self._request(job)
        if job.has("PAPER"):
            check_ending(Path(job.output_file("PAPER")))

    def work(self, job: Job) -> dict[str, Any]:
        """Screen the compounds and write the outputs."""
        from waternet_plugin.atlas.papers.paper_files import write_paper
        from waternet_plugin.operations.users.screen_compounds import ScreenResult, screen_compounds

        network = job.open_network()

        def fill_outputs(found: ScreenResult) -> None:
            layer: dict[str, Any] = {"geometry": "MultiPolygon", "crs": network.crs}
            job.write_sink("OUTPUT", found.compounds, _COLUMNS, **layer)
            job.write_report("REPORT", found.report)
            job.write_workbook("WORKBOOK", found.sheets)
            if found.paper is not None:
                place = Path(job.output_file("PAPER"))
                write_paper(Path(job.new_file("PAPER")), place, found.paper)

        found = screen_compounds(network, self._request(job), job.progress, before_commit=fill_outputs)
        job.tell(found.summary, warnings=found.notes)
        return {
            "PAPER": "" if found.paper is None else str(Path(job.output_file("PAPER"))),
            "MUST_RENOVATE": int((found.compounds["must_renovate"] == "yes").sum()),
            "COMPOUNDS": len(found.compounds), "NOTES": "\n".join(found.notes),
        }  # fmt: skip

    def _request(self, job: Job) -> ScreenRequest:
        """Return what was asked for."""
        from waternet_plugin.core.dma.zone_tree import zone_names
        from waternet_plugin.operations.users.screen_compounds import ScreenRequest

        limit = job.number("LIMIT") if job.has("LIMIT") else None
        return ScreenRequest(
            job.date("FROM"), job.date("TO"), limit, job.has("PAPER"), zone_names(job.text("SUBJECT"))
        )
