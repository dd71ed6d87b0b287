"""Algorithm: when customer meters are due."""

from __future__ import annotations

from typing import Any

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

_COLUMNS = [
    ("node_id", "text"), ("customer_id", "text"), ("compound_id", "text"), ("diameter_mm", "real"),
    ("meter_type", "text"), ("verified_meter_on", "date"), ("due_on", "date"), ("basis", "text"),
    ("state", "text"), ("cost", "real"),
]  # fmt: skip


class ScheduleMeters(WaterNetAlgorithm):
    """Work out when each customer meter is due for verification or replacement."""

    ID = "schedulemeters"
    GROUP = "users"
    TAGS = (
        "meter",
        "verification",
        "smart meter",
        "due",
        "JJG 162",
        "水表",
        "检定",
        "到期",
        "智能水表",
        "周期更换",
    )

    def title(self) -> str:
        """Return the name people see."""
        return tr("Meters due")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Works out when each customer meter in use is due: after its verification, else after the middle "
            "of the year it was installed, six years up to DN 25, four up to DN 50, two above (JJG 162-2019, "
            "settings); with what new ones cost and the share of smart meters by district, metered area and "
            "compound. Nothing is written to the network."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text("AS_OF", tr("As of"), tr("Day on which meters are judged, YYYY-MM-DD. Empty: today."))
        self.add_sink(
            "OUTPUT", tr("Meters"), tr("Every meter in use at its place, the longest overdue first.")
        )
        self.add_file_output(
            "REPORT",
            tr("Report"),
            tr("Meters due by year, diameter, compound and month, smart meters; figures in a .json."),
            "HTML (*.html)",
        )
        self.add_workbook()
        self.add_number_outputs(
            OVERDUE=tr("Overdue"),
            DUE=tr("Due"),
            COST=tr("Cost of what is overdue or due"),
            SMART_SHARE=tr("Share of smart meters (0-1)"),
        )

    def check(self, job: Job) -> None:
        """Refuse a day that is none."""
        job.date("AS_OF")

    def work(self, job: Job) -> dict[str, Any]:
        """Schedule the meters and write the outputs."""
        from waternet_plugin.core.reports.document import plain
        from waternet_plugin.operations.users.schedule_meters import (
            MeterRequest,
            MeterResult,
            schedule_network_meters,
        )

        network = job.open_network()

        def fill_outputs(result: MeterResult) -> None:
            layer: dict[str, Any] = {"geometry": "Point", "crs": network.crs}
            job.write_sink("OUTPUT", result.meters, _COLUMNS, **layer)
            job.write_report("REPORT", result.report)
            job.write_workbook("WORKBOOK", result.sheets)

        result = schedule_network_meters(
            network, MeterRequest(job.date("AS_OF")), job.progress, before_commit=fill_outputs
        )
        job.tell(result.summary)
        states = result.schedule.frame["state"].value_counts()
        return {
            **{name.upper(): int(states.get(name, 0)) for name in ("overdue", "due")},
            "COST": result.schedule.cost_due,
            "SMART_SHARE": plain(result.schedule.smart_share),
        }
