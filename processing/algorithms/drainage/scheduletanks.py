"""Algorithm: when tanks are due for cleaning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

if TYPE_CHECKING:
    from waternet_plugin.operations.compounds.schedule_tanks import TankRequest

_COLUMNS = [
    ("node_id", "text"),
    ("compound_id", "text"),
    ("persons", "real"),
    ("cycle_d", "integer"),
    ("basis", "text"),
    ("cleaned_on", "date"),
    ("due_on", "date"),
    ("state", "text"),
    ("reasons", "text"),
    ("kind", "text"),
]


class ScheduleTanks(WaterNetAlgorithm):
    """Work out when each septic tank, grease trap and sediment tank is due for cleaning."""

    ID = "scheduletanks"
    GROUP = "drainage"
    WRITES = True
    TAGS = (
        "septic tank",
        "grease trap",
        "sediment tank",
        "cleaning",
        "due",
        "化粪池",
        "隔油池",
        "沉淀池",
        "三池",
        "清掏",
        "到期",
    )

    def title(self) -> str:
        """Return the name people see."""
        return tr("Tanks due for cleaning")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Works out when each septic tank, grease trap and sediment tank is due for cleaning, and why: "
            "by a line through the depths measured since the last cleaning; else by the cycle given; "
            "else, of septic tanks, by the norm from volume and the persons who drain into them; else by a "
            "usual cycle. No cycle is longer than the longest allowed one. A tank that was never cleaned "
            "has no date."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_flag(
            "STORE",
            tr("Keep in the network"),
            tr(
                "Keep the days for the due map, in one batch that can be undone. Otherwise they are only "
                "listed."
            ),
        )
        self.add_text(
            "AS_OF",
            tr("As of"),
            tr("Day on which tanks are judged, YYYY-MM-DD; what is dated later doesn't count. Empty: today."),
        )
        self.add_sink("OUTPUT", tr("Tanks"), tr("Every tank in use at its place, the longest overdue first."))
        self.add_file_output(
            "REPORT",
            tr("Report"),
            tr(
                "Tanks by state and basis, plots of measured ones, each with its reasons; figures in a .json."
            ),
            "HTML (*.html)",
        )
        self.add_number_outputs(
            TANKS=tr("Tanks"), OVERDUE=tr("Overdue"), DUE=tr("Due"), UNKNOWN=tr("Due day unknown")
        )
        self.add_text_outputs(BATCH_ID=tr("Batch"))

    def request(self, job: Job) -> TankRequest:
        """Return the request."""
        from waternet_plugin.operations.compounds.schedule_tanks import TankRequest

        return TankRequest(self.title(), job.date("AS_OF"), job.flag("STORE"))

    def work(self, job: Job) -> dict[str, Any]:
        """Schedule the tanks, and write one batch where that is asked for."""
        from waternet_plugin.operations.compounds.schedule_tanks import TankResult, schedule_network_tanks

        network = job.open_network()

        def write(result: TankResult) -> None:
            layer: dict[str, Any] = {"geometry": "Point", "crs": network.crs}
            job.write_sink("OUTPUT", result.tanks, _COLUMNS, **layer)
            job.write_report("REPORT", result.report)

        result = schedule_network_tanks(network, self.request(job), job.progress, before_commit=write)
        job.tell(result.summary, warnings=result.notes)
        states = result.tanks["state"].value_counts()
        return {
            "TANKS": len(result.tanks),
            **{name.upper(): int(states.get(name, 0)) for name in ("overdue", "due", "unknown")},
            "BATCH_ID": result.batch_id,
        }
