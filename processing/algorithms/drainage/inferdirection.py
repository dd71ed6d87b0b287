"""Algorithm: infer the flow of drains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

if TYPE_CHECKING:
    from waternet_plugin.operations.drainage.infer_direction import DirectionRequest

_COLUMNS = [
    ("pipe_id", "text"),
    ("flow", "text"),
    ("confidence", "real"),
    ("changed", "integer"),
    ("reasons", "text"),
]
_ORDERS = ("learn", "trust", "ignore")


class InferDirection(WaterNetAlgorithm):
    """Infer which way each drain flows, how sure that is, and why."""

    ID = "inferdirection"
    GROUP = "drainage"
    ICON = "tracenetwork"
    WRITES = True
    TAGS = ("drain", "sewer", "flow", "direction", "invert", "排水", "流向", "推断", "高程")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Infer the flow of drains")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Infers the flow direction of every drain in use: from its own inverts, the levels at its two "
            "nodes, the ground, the kinds of its ends, diameters, and the drawn order as far as this "
            "network bears it out. Then as few flows as possible are reversed, those of the weakest "
            "evidence first, so that every node reaches an outfall or a plant. Flow that was given or "
            "observed stays as it is; no line is redrawn."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_choice(
            "DRAWN_ORDER",
            tr("Drawn order"),
            tr("How far the direction in which lines are drawn counts."),
            list(_ORDERS),
            labels={
                "learn": tr("As far as inverts bear it out"),
                "trust": tr("Trust it"),
                "ignore": tr("Ignore it"),
            },
            default=_ORDERS[0],
        )
        self.add_number(
            "MIN_CONFIDENCE",
            tr("Least confidence"),
            tr("From 0.5 to 1; below it the flow is undetermined."),
            default=0.6,
            between=(0.5, 1),
        )
        self.add_flag(
            "STORE", tr("Keep in the network"), tr("Write the flow as one batch that can be undone.")
        )
        self.add_sink(
            "OUTPUT",
            tr("Flow of drains"),
            tr("Every drain in use with flow, confidence, whether that differs from before, and reasons."),
        )
        self.add_file_output(
            "REPORT",
            tr("Report"),
            tr(
                "Totals, how far the drawing may be trusted, and how confidence holds in this network; "
                "figures in a .json file next to it."
            ),
            "HTML (*.html)",
        )
        self.add_number_outputs(
            UNDETERMINED=tr("Undetermined"),
            CHANGED=tr("Changed"),
            DRAWN_RIGHT=tr("Share drawn along their fall"),
        )
        self.add_text_outputs(BATCH_ID=tr("Batch"))

    def request(self, job: Job) -> DirectionRequest:
        """Return the request."""
        from waternet_plugin.operations.drainage.infer_direction import DirectionRequest

        return DirectionRequest(
            job.choice("DRAWN_ORDER"),
            job.number("MIN_CONFIDENCE"),
            store=job.flag("STORE"),
            with_report=job.has("REPORT"),
        )

    def work(self, job: Job) -> dict[str, Any]:
        """Infer, write the outputs, and one batch if asked."""
        from waternet_plugin.operations.drainage.infer_direction import DirectionResult, infer_direction

        network = job.open_network()

        def outputs(found: DirectionResult) -> None:
            job.write_sink("OUTPUT", found.drains, _COLUMNS, geometry="LineStringZ", crs=network.crs)
            job.write_report("REPORT", found.report)

        found = infer_direction(network, self.request(job), job.progress, before_commit=outputs)
        job.tell(found.lines, warnings=found.notes)
        told = found.told
        right = told.found.drawn_right
        return {
            "UNDETERMINED": told.undetermined,
            "CHANGED": told.changed,
            "DRAWN_RIGHT": None if right != right else right,
            "BATCH_ID": found.batch_id,
        }
