"""Algorithm: night flow of metered areas, with leak alarms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

if TYPE_CHECKING:
    from waternet_plugin.operations.leakage.night_flow import NightFlowRequest

_NIGHT_COLUMNS = [
    ("zone_id", "text"),
    ("night", "date"),
    ("window_mean_m3h", "real"),
    ("minimum_hour_m3h", "real"),
    ("minimum_at", "text"),
    ("coverage", "real"),
    ("night_use_m3h", "real"),
    ("leak_m3h", "real"),
    ("background_m3h", "real"),
    ("excess_m3h", "real"),
    ("inflow_m3", "real"),
    ("state", "text"),
    ("reason", "text"),
]
_ALARM_COLUMNS = [
    ("alarm_id", "text"),
    ("zone_id", "text"),
    ("raised_on", "date"),
    ("started_on", "date"),
    ("ended_on", "date"),
    ("rise_m3h", "real"),
    ("kind", "text"),
    ("reason", "text"),
]


class NightFlow(WaterNetAlgorithm):
    """Tell the night flow of metered areas, and where a leak began."""

    ID = "nightflow"
    GROUP = "dma"
    TAGS = ("DMA", "night flow", "leak", "alarm", "MNF", "夜间流量", "最小流量", "漏损", "报警", "计量区")
    WRITES = True

    def title(self) -> str:
        """Return the name people see."""
        return tr("Night flow and leak alarms")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Computes the net inflow of every metered area at night, less legitimate night use and "
            "background leakage, and where it rose for good: since when, by how much, at once or slowly. "
            "Weekly patterns and changes common to most areas are removed first; each alarm uses only the "
            "nights up to its own date. Readings are those of the boundary meters, quantity flow_m3h or "
            "counter_m3; no pipe is needed."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text(
            "ZONES",
            tr("Metered areas"),
            tr("Ids of the zones to report on, separated by commas. Empty: all of them."),
        )
        self.add_text(
            "FROM", tr("From"), tr("First night as YYYY-MM-DD, the date of its morning; empty: all.")
        )
        self.add_text("TO", tr("To"), tr("Last night as YYYY-MM-DD; later readings are not looked at."))
        self.add_text(
            "WINDOW",
            tr("Night window"),
            tr(
                "Times of day as HH:MM-HH:MM, in the network's time zone (general.time_zone). Empty: as in "
                "the settings (leakage.night_window), 02:00-05:00 unless changed."
            ),
        )
        self.add_flag(
            "STORE",
            tr("Store the result"),
            tr("Store nights and alarms, in one batch. Otherwise they are listed only."),
            default=False,
        )
        self.add_sink(
            "OUTPUT", tr("Nights"), tr("Every night of every zone; unknown where readings are missing.")
        )
        self.add_sink(
            "OUTPUT_ALARMS", tr("Alarms"), tr("Lasting rises of night flow, those that ended among them.")
        )
        self.add_file_output(
            "REPORT",
            tr("Report"),
            tr("Alarms with their reasons, and the state of every zone; figures in a .json file next to it."),
            "HTML (*.html)",
        )
        self.add_number_outputs(NIGHTS=tr("Nights with values"), OPEN_ALARMS=tr("Open alarms"))
        self.add_text_outputs(BATCH_ID=tr("Batch"), NOTES=tr("Points to note"))

    def work(self, job: Job) -> dict[str, Any]:
        """Compute, and write one batch where that is asked for."""
        from waternet_plugin.operations.leakage.night_flow import NightFlowResult, night_flow

        network = job.open_network()

        def write(found: NightFlowResult) -> None:
            nights = found.nights.assign(minimum_at=found.minimum_at_local)
            job.write_sink("OUTPUT", nights, _NIGHT_COLUMNS)
            job.write_sink("OUTPUT_ALARMS", found.alarms, _ALARM_COLUMNS)
            job.write_report("REPORT", found.report)

        found = night_flow(network, self.request(job), job.progress, before_commit=write)
        job.tell(found.summary, warnings=found.notes)
        return {
            "NIGHTS": int(found.nights["window_mean_m3h"].notna().sum()),
            "OPEN_ALARMS": int(found.alarms["ended_on"].isna().sum()),
            "BATCH_ID": found.batch_id,
            "NOTES": "\n".join(found.notes),
        }

    def request(self, job: Job) -> NightFlowRequest:
        """Return the request."""
        from waternet_plugin.core.dma.zone_tree import zone_names
        from waternet_plugin.operations.leakage.night_flow import NightFlowRequest

        return NightFlowRequest(
            name=self.title(),
            zones=zone_names(job.text("ZONES")),
            first=job.date("FROM"),
            last=job.date("TO"),
            window=job.text("WINDOW"),
            store=job.flag("STORE"),
        )
