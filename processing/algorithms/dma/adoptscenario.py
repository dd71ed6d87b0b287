"""Algorithm: adopt a scenario of metered areas."""

from __future__ import annotations

from typing import Any

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job


class AdoptScenario(WaterNetAlgorithm):
    """Make the zones and pipes of a scenario those of the network."""

    ID = "adoptscenario"
    GROUP = "dma"
    WRITES = True
    TAGS = (
        "DMA",
        "scenario",
        "adopt",
        "metered area",
        "work order",
        "计量区",
        "方案",
        "采用",
        "分区",
        "工单",
    )

    def title(self) -> str:
        """Return the name people see."""
        return tr("Adopt a scenario of metered areas")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Writes a scenario to the network as one batch: pipes get its zones, zones their areas, meters "
            "that are there their sides. What has to be done in the street becomes work orders; a valve "
            "counts as closed or open once its order is done. Zones that gain or lose pipes have to be "
            "checked again. Users who would be left without water are named."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text(
            "SCENARIO", tr("Scenario"), tr("Id or name of the scenario, as drawdma or proposedma stored it.")
        )
        self.add_number_outputs(
            PIPES=tr("Pipes whose area changed"),
            ZONES=tr("Metered areas made or changed"),
            METERS=tr("Meters whose sides changed"),
            ORDERS=tr("Work orders"),
            CUT_OFF=tr("Customers without water once the orders are done"),
        )
        self.add_text_outputs(NOTES=tr("Points to note"), BATCH_ID=tr("Batch"))

    def check(self, job: Job) -> None:
        """Refuse a run without a scenario."""
        if not job.has("SCENARIO"):
            raise InputError(tr("Choose the scenario to adopt."))

    def work(self, job: Job) -> dict[str, Any]:
        """Adopt it as one batch."""
        from waternet_plugin.operations.dma.adopt_scenario import AdoptScenarioRequest, adopt_scenario

        request = AdoptScenarioRequest(job.text("SCENARIO"))
        done = adopt_scenario(job.open_network(), request, job.progress)
        text = tr("Adopted: %n pipe(s) have another zone (batch {batch}).", "", done.pipes)
        job.tell([text.format(batch=done.batch_id)], warnings=done.messages)
        return {
            "PIPES": done.pipes,
            "ZONES": done.zones,
            "METERS": done.nodes,
            "ORDERS": done.orders,
            "CUT_OFF": 0 if done.cut_off is None else done.cut_off.customers,
            "NOTES": "\n".join(done.messages),
            "BATCH_ID": done.batch_id,
        }
