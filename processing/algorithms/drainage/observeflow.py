"""Algorithm: keep the flow of a drain as somebody saw it."""

from __future__ import annotations

from typing import Any

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

_FLOWS = ["forward", "reverse"]


class ObserveFlow(WaterNetAlgorithm):
    """Write which way the water of a drain was seen to run."""

    ID = "observeflow"
    GROUP = "drainage"
    WRITES = True
    TAGS = ("drain", "flow", "direction", "observed", "流向", "观察", "现场", "排水", "管道")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Record the flow seen in a drain")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Writes the flow of a drain as observed, as one batch. Observed flow is never changed by "
            "inferdirection, which takes it as given for the drains around. The line stays as it is drawn."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text("PIPE", tr("Drain"), tr("Id of the drain."))
        flows = domain("flow")
        self.add_choice(
            "FLOW",
            tr("Flow"),
            tr("Along the line as it is drawn, or against it."),
            _FLOWS,
            labels={code: flows[code].label for code in _FLOWS},
            default="forward",
        )
        self.add_text_outputs(BATCH_ID=tr("Batch"))

    def check(self, job: Job) -> None:
        """Refuse a run without a drain."""
        if not job.has("PIPE"):
            raise InputError(tr("Give the id of the drain in PIPE."))

    def work(self, job: Job) -> dict[str, Any]:
        """Write the flow as one batch."""
        from waternet_plugin.operations.drainage.observe_flow import ObserveFlowRequest, observe_flow

        request = ObserveFlowRequest(job.text("PIPE"), job.choice("FLOW"))
        return {"BATCH_ID": observe_flow(job.open_network(), request, job.progress).batch_id}
