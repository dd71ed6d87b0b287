"""Algorithm: run EPANET on the network as it is."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProcessing

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

_NODE_COLUMNS = [("node_id", "text"), ("head_m", "real"), ("pressure_mpa", "real")]
_PIPE_COLUMNS = [("pipe_id", "text"), ("flow_m3h", "real"), ("velocity_ms", "real")]


class RunEpanet(WaterNetAlgorithm):
    """Compute pressures and velocities by EPANET."""

    ID = "runepanet"
    GROUP = "exchange"
    WRITES = True
    TAGS = ("EPANET", "hydraulic model", "pressure", "velocity", "水力模型", "压力", "流速", "模拟")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Run EPANET")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Runs EPANET (Python package wntr, where it is installed) on the potable network as it is, in a "
            "process of its own: head and pressure of nodes, flow and velocity of pipes at the start of the "
            "model; STORE keeps lowest, mean and highest of its period. What the model lacks or assumes is "
            "said."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_flag(
            "STORE", tr("Store the result"), tr("Keep the run, to be compared with others, in one batch.")
        )
        self.add_sink(
            "OUTPUT_NODES",
            tr("Nodes"),
            tr("Nodes of the model with head and pressure."),
            kind=QgsProcessing.SourceType.TypeVectorPoint,
        )
        self.add_sink(
            "OUTPUT_PIPES",
            tr("Pipes"),
            tr("Pipes with flow, below 0 against their line, and velocity."),
            kind=QgsProcessing.SourceType.TypeVectorLine,
        )
        self.add_file_output(
            "REPORT",
            tr("Report"),
            tr("Low points, and what the model lacks; figures in a .json file next to it."),
            "HTML (*.html)",
        )
        self.add_number_outputs(NODES=tr("Nodes"), LOWEST_MPA=tr("Lowest pressure (MPa)"))
        self.add_text_outputs(RUN_ID=tr("Run"), BATCH_ID=tr("Batch"), LACKS=tr("What the model lacks"))

    def work(self, job: Job) -> dict[str, Any]:
        """Run the model, and write one batch with STORE."""
        from waternet_plugin.core.reports.document import plain
        from waternet_plugin.operations.hydraulics.run_epanet import (
            RunEpanetRequest,
            RunEpanetResult,
            run_epanet,
        )

        network = job.open_network()

        def write(done: RunEpanetResult) -> None:
            for name, frame, columns, geometry in (
                ("OUTPUT_NODES", done.nodes, _NODE_COLUMNS, "PointZ"),
                ("OUTPUT_PIPES", done.pipes, _PIPE_COLUMNS, "LineStringZ"),
            ):
                job.write_sink(name, frame, columns, geometry=geometry, crs=network.crs)
            job.write_report("REPORT", done.report)

        request = RunEpanetRequest(self.title(), job.flag("STORE"))
        done = run_epanet(network, request, job.progress, before_commit=write)
        for line in done.lacks:
            job.warn(line)
        job.info("\n".join(done.summary))
        return {
            "NODES": len(done.nodes),
            "LOWEST_MPA": plain(done.lowest_mpa),
            "RUN_ID": done.run_id,
            "BATCH_ID": done.batch_id,
            "LACKS": "\n".join(done.lacks),
        }
