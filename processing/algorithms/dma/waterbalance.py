"""Algorithm: water balance of a period, level by level."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

if TYPE_CHECKING:
    from waternet_plugin.operations.leakage.water_balance import WaterBalanceRequest

_COLUMNS = [
    ("zone_id", "text"), ("parent_id", "text"), ("level", "integer"), ("inflow_m3", "real"),
    ("outflow_m3", "real"), ("supply_m3", "real"), ("authorised_m3", "real"), ("billed_m3", "real"),
    ("loss_m3", "real"), ("loss_rate", "real"), ("apparent_m3", "real"), ("real_m3", "real"),
    ("nrw_m3", "real"), ("between_levels_m3", "real"), ("coverage", "real"), ("own_m3", "real"),
    ("source", "text"), ("name", "text"), ("public_m3", "real"),
]  # fmt: skip
_PERIOD_COLUMNS = [("from_date", "date"), ("to_date", "date"), *_COLUMNS]
_COMPOUND_COLUMNS = [
    ("compound_id", "text"), ("name", "text"), ("bulk_m3", "real"), ("sub_meters_m3", "real"),
    ("loss_m3", "real"), ("loss_rate", "real"), ("over_limit", "text"), ("meters", "integer"),
    ("customers", "integer"), ("coverage", "real"), ("bills_coverage", "real"),
]  # fmt: skip
_RATES = ("r_wl", "r1", "r2", "r3", "r4", "r_bl")


class WaterBalance(WaterNetAlgorithm):
    """Tell what of the supplied water was lost, in the whole network and in every metered area."""

    ID = "waterbalance"
    GROUP = "dma"
    TAGS = (
        "DMA", "water balance", "NRW", "leakage rate", "ILI", "CJJ 92",
        "水量平衡", "漏损率", "产销差", "总分表",
    )  # fmt: skip
    WRITES = True

    def title(self) -> str:
        """Return the name people see."""
        return tr("Water balance")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Tells supply, consumption and loss of a period from the table of volumes: the whole network "
            "with the leakage rate of CJJ 92 (R1 to R4) and the index of the IWA, every metered area with "
            "the loss between levels, and bulk meters of compounds against the meters inside. Bills count "
            "by the share of their days in the period. A meter without volumes counts by its readings."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text(
            "FROM", tr("From"), tr("First day as YYYY-MM-DD; empty: the first day of supplied volumes.")
        )
        self.add_text(
            "TO", tr("To"), tr("Last day as YYYY-MM-DD, included; empty: the last day of supplied volumes.")
        )
        self.add_text(
            "ZONES",
            tr("Metered areas"),
            tr("Ids of the zones to report on, separated by commas. Empty: the whole network and all zones."),
        )
        self.add_number(
            "HOUSEHOLD_SHARE",
            tr("Share read at households"),
            tr(
                "Residential consumption read at the meters of households as a share of supply (0-1), for R1."
            ),
            between=(0, 1),
        )
        self.add_number(
            "MEAN_PRESSURE", tr("Mean pressure (MPa)"),
            tr("Yearly mean pressure at the outlets of the plants in MPa, for R3 and the leakage index."),
            between=(0, 10),
        )  # fmt: skip
        self.add_number(
            "FROST_DEPTH", tr("Depth of frost (m)"), tr("Greatest depth of frost in m, for R4."),
            between=(0, 10),
        )  # fmt: skip
        self.add_choice(
            "STEP",
            tr("Told by"),
            tr("Breakdown: month, quarter or year."),
            ["month", "quarter", "year"],
            labels={"month": tr("Month"), "quarter": tr("Quarter"), "year": tr("Year")},
            default="month",
        )
        self.add_flag(
            "STORE",
            tr("Store the result"),
            tr(
                "Store loss and leakage rate of each metered area and step, in one batch: the theme “Night "
                "flow and leakage rate” shows the newest. Otherwise they are listed only."
            ),
            default=False,
        )
        self.add_text(
            "WITHOUT_SINCE", tr("Without compounds taken over since"),
            tr("Compounds taken over on this day, YYYY-MM-DD, or later are left out, with their supply and "
               "their customers. Empty: none."),
        )  # fmt: skip
        self.add_sink(
            "OUTPUT", tr("Balance"),
            tr("The whole network (zone_id is empty) and every zone below its parent."),
        )  # fmt: skip
        self.add_sink(
            "OUTPUT_PERIODS", tr("Periods"), tr("The same for every month, quarter or year of the period.")
        )
        self.add_sink(
            "OUTPUT_COMPOUNDS", tr("Compounds"),
            tr("Bulk meters of compounds against the meters of the customers inside."),
        )  # fmt: skip
        self.add_file_output(
            "REPORT",
            tr("Report"),
            tr("Rates, balances and levels as a page; figures in a .json file next to it."),
            "HTML (*.html)",
        )
        self.add_workbook()
        self.add_file_output(
            "PAPER", tr("Leakage table as a PDF"), tr("The leakage table to print and sign, as a .pdf."),
            "PDF (*.pdf)",
        )  # fmt: skip
        self.add_number_outputs(
            R_WL_PERCENT=tr("Leakage rate R_WL (%)"),
            R1_PERCENT=tr("Correction R1 (%)"),
            R2_PERCENT=tr("Correction R2 (%)"),
            R3_PERCENT=tr("Correction R3 (%)"),
            R4_PERCENT=tr("Correction R4 (%)"),
            R_BL_PERCENT=tr("Assessed leakage rate R_BL (%)"),
            ILI=tr("Leakage index (ILI)"),
        )
        self.add_text_outputs(BATCH_ID=tr("Batch"), NOTES=tr("Points to note"))

    def work(self, job: Job) -> dict[str, Any]:
        """Compute the balance and write the outputs."""
        from waternet_plugin.atlas.report import print_report
        from waternet_plugin.core.reports.document import plain
        from waternet_plugin.operations.leakage.water_balance import WaterBalanceResult, water_balance

        def write(found: WaterBalanceResult) -> None:
            job.progress.at(0.95, tr("Writing"))
            job.write_sink("OUTPUT", found.rows, _COLUMNS)
            job.write_sink("OUTPUT_PERIODS", found.periods, _PERIOD_COLUMNS)
            job.write_sink("OUTPUT_COMPOUNDS", found.compounds, _COMPOUND_COLUMNS)
            job.write_report("REPORT", found.report)
            job.write_workbook("WORKBOOK", found.sheets)
            if job.output_file("PAPER"):
                print_report(Path(job.new_file("PAPER")), found.paper)

        found = water_balance(
            job.open_network(), self.request(job), job.progress.part(0.0, 0.95), before_commit=write
        )
        job.tell(found.summary, warnings=found.notes)
        rates = {f"{name.upper()}_PERCENT": plain(getattr(found.rates, name)) for name in _RATES}
        return {
            "PAPER": job.output_file("PAPER"), **rates, "ILI": plain(found.index.ili),
            "BATCH_ID": found.batch_id, "NOTES": "\n".join(found.notes),
        }  # fmt: skip

    def request(self, job: Job) -> WaterBalanceRequest:
        """Return the request."""
        from waternet_plugin.core.dma.zone_tree import zone_names
        from waternet_plugin.operations.leakage.water_balance import WaterBalanceRequest

        def number(name: str) -> float | None:
            return job.number(name) if job.has(name) else None

        return WaterBalanceRequest(
            first=job.date("FROM"),
            last=job.date("TO"),
            zones=zone_names(job.text("ZONES")),
            household_share=number("HOUSEHOLD_SHARE"),
            mean_pressure_mpa=number("MEAN_PRESSURE"),
            frost_depth_m=number("FROST_DEPTH"),
            step=job.choice("STEP"),
            name=self.title(),
            store=job.flag("STORE"),
            without_since=job.date("WITHOUT_SINCE"),
        )
