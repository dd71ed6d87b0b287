"""Algorithm: run SWMM on the drains as they are."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProcessing

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

_NODE_COLUMNS = [("node_id", "text"), ("depth_m", "real"), ("surcharge_h", "real")]
_PIPE_COLUMNS = [("pipe_id", "text"), ("flow_m3h", "real"), ("filling", "real")]


class RunSwmm(WaterNetAlgorithm):
    """Compute depths, flows and surcharge by SWMM."""

    ID = "runswmm"
    GROUP = "exchange"
    WRITES = True
    TAGS = ("SWMM", "drainage model", "surcharge", "flooding", "排水模型", "内涝", "超载", "模拟")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Run SWMM")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Runs SWMM (Python package swmm-toolkit, where it is installed) on the drains as they are, in a "
            "process of its own, or reads the results of a run made elsewhere (.out): highest depth and "
            "hours of surcharge of nodes, largest flow and filling of pipes. The model is that of Export to "
            "SWMM; what it lacks or assumes is said."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_file(
            "RESULTS",
            tr("Results of a run"),
            tr("A file of results of SWMM (.out) of this network’s model. Empty: the model is run now."),
            file_filter="SWMM (*.out *.OUT)",
            optional=True,
        )
        self.add_flag(
            "STORE", tr("Store the result"), tr("Keep the run, to be compared with others, in one batch.")
        )
        self.add_sink(
            "OUTPUT_NODES",
            tr("Nodes"),
            tr("Nodes of the model with highest depth and hours of surcharge."),
            kind=QgsProcessing.SourceType.TypeVectorPoint,
        )
        self.add_sink(
            "OUTPUT_PIPES",
            tr("Pipes"),
            tr("Pipes with their largest flow, below 0 against their line, and highest filling (0 to 1)."),
            kind=QgsProcessing.SourceType.TypeVectorLine,
        )
        self.add_file_output(
            "REPORT",
            tr("Report"),
            tr("Worst nodes, and what the model lacks; figures in a .json file next to it."),
            "HTML (*.html)",
        )
        self.add_number_outputs(NODES=tr("Nodes"), PIPES=tr("Pipes"))
        self.add_text_outputs(RUN_ID=tr("Run"), BATCH_ID=tr("Batch"), LACKS=tr("What the model lacks"))

    def work(self, job: Job) -> dict[str, Any]:
        """Run the model or read its results, and write one batch with STORE."""
        from waternet_plugin.operations.hydraulics.run_swmm import RunSwmmRequest, RunSwmmResult, run_swmm

        network = job.open_network()

        def write(done: RunSwmmResult) -> None:
            for name, frame, columns, geometry in (
                ("OUTPUT_NODES", done.nodes, _NODE_COLUMNS, "PointZ"),
                ("OUTPUT_PIPES", done.pipes, _PIPE_COLUMNS, "LineStringZ"),
            ):
                job.write_sink(name, frame, columns, geometry=geometry, crs=network.crs)
            job.write_report("REPORT", done.report)

        request = RunSwmmRequest(
            self.title(), job.file("RESULTS") if job.has("RESULTS") else "", job.flag("STORE")
        )
        done = run_swmm(network, request, job.progress, before_commit=write)
        for line in done.lacks:
            job.warn(line)
        job.info("\n".join(done.summary))
        return {
            "NODES": len(done.nodes),
            "PIPES": len(done.pipes),
            "RUN_ID": done.run_id,
            "BATCH_ID": done.batch_id,
            "LACKS": "\n".join(done.lacks),
        }
