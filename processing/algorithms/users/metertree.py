"""Algorithm: total meters and sub-meters by the pipes."""

from __future__ import annotations

from typing import Any

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

_COLUMNS = [
    ("node_id", "text"), ("compound_id", "text"), ("meter_parent", "text"), ("proposed_parent", "text"),
    ("state", "text"),
]  # fmt: skip


class MeterTree(WaterNetAlgorithm):
    """Find the total meter of each meter by the pipes, and keep it if asked."""

    ID = "metertree"
    GROUP = "users"
    WRITES = True
    TAGS = (
        "meter",
        "sub-meter",
        "total meter",
        "bulk meter",
        "tree",
        "水表",
        "总表",
        "分表",
        "总分表",
        "上级表",
    )

    def title(self) -> str:
        """Return the name people see."""
        return tr("Total meters by the pipes")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Finds the total meter of each meter in use: the nearest one without which no water comes to "
            "it. A meter on no pipe is fed by the pipe of its customer; a total meter of another compound "
            "is listed, not proposed. What is kept is one batch that can be undone."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text(
            "TOTALS", tr("Total meters"),
            tr("Ids with semicolons: only meters below these. Empty: all meters."),
        )  # fmt: skip
        self.add_flag(
            "REPLACE", tr("Replace others"),
            tr("Also meters that name another total meter get the one that follows from the pipes."),
        )  # fmt: skip
        self.add_flag(
            "STORE", tr("Keep in the network"),
            tr("Write the total meters as one batch that can be undone."),
        )  # fmt: skip
        self.add_sink(
            "OUTPUT",
            tr("Meters"),
            tr("Every meter in use with its total meter, as written and by the pipes."),
        )
        self.add_file_output(
            "REPORT", tr("Report"),
            tr("Meters by state, and each one with a remark; figures in a .json file."),
            "HTML (*.html)",
        )  # fmt: skip
        self.add_workbook()
        self.add_number_outputs(METERS=tr("Meters"), PROPOSED=tr("New total meters"), WRITTEN=tr("Changed"))
        self.add_text_outputs(BATCH_ID=tr("Batch"))

    def work(self, job: Job) -> dict[str, Any]:
        """Find the total meters, write the outputs, and one batch if asked."""
        from waternet_plugin.core.dma.zone_tree import zone_names
        from waternet_plugin.core.users.meter_tree import NEW
        from waternet_plugin.operations.users.propose_meter_tree import (
            MeterTreeRequest,
            MeterTreeResult,
            propose_meter_tree,
        )

        network = job.open_network()

        def fill_outputs(result: MeterTreeResult) -> None:
            layer: dict[str, Any] = {"geometry": "Point", "crs": network.crs}
            job.write_sink("OUTPUT", result.links, _COLUMNS, **layer)
            job.write_report("REPORT", result.report)
            job.write_workbook("WORKBOOK", result.sheets)

        request = MeterTreeRequest(zone_names(job.text("TOTALS")), job.flag("REPLACE"), job.flag("STORE"))
        result = propose_meter_tree(network, request, job.progress, before_commit=fill_outputs)
        job.tell(result.summary, warnings=result.notes)
        return {"METERS": len(result.links), "PROPOSED": int((result.links["state"] == NEW).sum()),
            "WRITTEN": result.written, "BATCH_ID": result.batch_id,
        }  # fmt: skip
