"""Algorithm: the KPI sheet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

if TYPE_CHECKING:
    from waternet_plugin.operations.programmes.kpi_sheet import KpiRequest

_COLUMNS = [
    ("unit", "text"), ("indicator", "text"), ("numerator", "real"), ("denominator", "real"),
    ("value", "real"), ("target", "real"), ("reached", "text"),
]  # fmt: skip


class Kpis(WaterNetAlgorithm):
    """Report the indicators by which a utility is judged."""

    ID = "kpis"
    GROUP = "pressure"
    TAGS = ("KPI", "target", "leakage", "indicator", "考核", "指标", "目标", "漏损率")

    def title(self) -> str:
        """Return the name people see."""
        return tr("KPI sheet")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Reports by unit: leakage rate, km renewed of those planned, share of smart meters, leaks found, "
            "stopped and repaired in time (settings), water drained, pipes searched in 12 months, finds and "
            "their offset by contractor; each as numerator and denominator beside its target (table of "
            "targets). Nothing is written to the network."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_number("YEAR", tr("Year"), tr("Or give MONTH."), between=(1900, 2261), integer=True)
        self.add_text("MONTH", tr("Month"), tr("YYYY-MM, in place of YEAR."))
        self.add_choice(
            "UNIT", tr("By unit"), tr("Whole network, metered areas or districts."),
            ["all", "dma", "district"], default="all",
            labels={"all": tr("Whole network"), "dma": tr("Metered areas"), "district": tr("Districts")},
        )  # fmt: skip
        self.add_sink("OUTPUT", tr("Indicators"), tr("A row for each unit and indicator."))
        self.add_file_output(
            "REPORT", tr("Report"), tr("The sheet; figures in a .json next to it."), "HTML (*.html)"
        )
        self.add_file_output(
            "WORKBOOK", tr("Workbook"), tr("All rows as sheets of an .xlsx."), "XLSX (*.xlsx)"
        )
        self.add_file_output("PAPER", tr("Paper"), tr("The sheet as a .pdf."), "PDF (*.pdf)")
        self.add_number_outputs(REACHED=tr("Targets reached"), MISSED=tr("Targets missed"))

    def request(self, job: Job) -> KpiRequest:
        """Return the request."""
        from waternet_plugin.core.months import read_month
        from waternet_plugin.operations.programmes.kpi_sheet import KpiRequest

        month = job.text("MONTH")
        return KpiRequest(
            job.integer("YEAR") if job.has("YEAR") else None,
            read_month("MONTH", month) if month else None,
            job.choice("UNIT"),
        )

    def work(self, job: Job) -> dict[str, Any]:
        """Compute the sheet and write the outputs."""
        from waternet_plugin.atlas.report import print_report
        from waternet_plugin.operations.programmes.kpi_sheet import report_kpis

        found = report_kpis(job.open_network(), self.request(job), job.progress)
        for note in found.notes:
            job.warn(note)
        job.info(" ".join(found.summary))
        if job.has("PAPER"):
            print_report(Path(job.new_file("PAPER")), found.report)
        reached = found.rows["reached"].value_counts()
        return {
            "OUTPUT": job.write_sink("OUTPUT", found.rows, _COLUMNS),
            "REPORT": job.write_report("REPORT", found.report),
            "WORKBOOK": job.write_workbook("WORKBOOK", found.sheets),
            "PAPER": job.output_file("PAPER"),
            "REACHED": int(reached.get("yes", 0)),
            "MISSED": int(reached.get("no", 0)),
        }
