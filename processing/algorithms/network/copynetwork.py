"""Copy a network."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProcessing

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

_COLUMNS = [("table", "text"), ("rows", "integer"), ("sha256", "text")]


class CopyNetwork(WaterNetAlgorithm):
    """Copy a whole network to another file or server."""

    ID = "copynetwork"
    GROUP = "network"
    ICON = "network"
    TAGS = ("move", "postgis", "geopackage", "server", "复制", "迁移", "管网", "服务器")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Copy network")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Copies a network from a file to a server, from a server to a file, or from one file or server "
            "to another: all tables with settings, own fields and codes, assessments, batches and the change "
            "log, so that earlier batches can also be undone in the copy. At the end every table is compared "
            "at both ends by rows and hash. If anything fails, nothing is left of the copy. Nothing is "
            "overwritten, and the network itself is not changed."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_file_output(
            "OUTPUT",
            tr("Copy of the network"),
            tr(
                "A new file ending in .gpkg, or the address of a new schema: "
                "postgresql:///DATABASE?service=NAME&schema=TOWN."
            ),
            tr("WaterNet network (*.gpkg)"),
            optional=False,
            is_network=True,
        )
        self.add_sink(
            "OUTPUT_TABLES",
            tr("Tables"),
            tr("One row per table: how many rows it has, and the SHA-256 of its values."),
            kind=QgsProcessing.SourceType.TypeVector,
        )
        self.add_number_outputs(ROWS=tr("Rows"))

    def work(self, job: Job) -> dict[str, Any]:
        """Copy it."""
        from waternet_plugin.operations.contents.copy_network import CopyRequest, CopyResult, copy_network

        results: dict[str, Any] = {}

        def fill_outputs(found: CopyResult) -> None:
            results["OUTPUT_TABLES"] = job.write_sink("OUTPUT_TABLES", found.tables, _COLUMNS)

        request = CopyRequest(job.output_file("OUTPUT"))
        done = copy_network(job.open_network(), request, job.progress, before_commit=fill_outputs)
        job.tell(done.summary, warnings=done.notes)
        return {"OUTPUT": done.output, **results, "ROWS": int(done.tables["rows"].sum())}
