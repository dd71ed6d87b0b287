"""Read an EPANET input file into a new network."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProcessingParameterCrs

from waternet_plugin.core.exchange.epanet.reading.units import FLOW_UNITS, flow_unit_labels
from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job


class ImportEpanet(WaterNetAlgorithm):
    """Make a network of an EPANET input file."""

    ID = "importepanet"
    GROUP = "exchange"
    ICON = "importepanet"
    WRITES = True
    TAGS = ("inp", "hydraulic model", "模型", "水力模型", "导入")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Import from EPANET")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Creates a new network from an EPANET input file (.inp) in any flow unit. A pump or valve "
            "becomes a node with a connector on each side; reservoirs become sources. Demands, patterns, "
            "curves, controls and whatever else the map has no column for are kept with the network and "
            "exported again."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_file(
            "INPUT", tr("EPANET file"), tr("An EPANET input file."), file_filter="EPANET (*.inp *.INP *.txt)"
        )
        self._add(
            QgsProcessingParameterCrs("CRS", tr("Coordinate system of the file"), optional=True),
            tr(
                "An EPANET file does not contain it; systems in feet are accepted too. Empty: a local "
                "plane, without a location on Earth."
            ),
        )
        self._add(
            QgsProcessingParameterCrs("TARGET_CRS", tr("Coordinate system of the network"), optional=True),
            tr("A projected one in metres. Empty: that of the file."),
        )
        self.add_choice(
            "FLOW_UNIT",
            tr("Flow unit of a file that gives none"),
            tr(
                "It says whether lengths are metres or feet, diameters millimetres or inches. Empty: what "
                "the file says, and where it says nothing GPM, EPANET’s default, with a warning."
            ),
            list(FLOW_UNITS),
            labels=flow_unit_labels(),
        )
        self.add_file_output(
            "OUTPUT",
            tr("Network"),
            tr("A new file ending in .gpkg, in a folder on this computer."),
            tr("WaterNet network (*.gpkg)"),
            is_network=True,
            optional=False,
        )
        self.add_file_output(
            "REPORT",
            tr("Report"),
            tr("What was read and what was unusual; figures in a .json file next to it."),
            "HTML (*.html)",
        )
        self.add_number_outputs(
            JUNCTIONS=tr("Junctions"),
            RESERVOIRS=tr("Reservoirs"),
            TANKS=tr("Tanks"),
            PIPES=tr("Pipes"),
            PUMPS=tr("Pumps"),
            VALVES=tr("Valves"),
        )
        self.add_text_outputs(BATCH_ID=tr("Batch"))

    def work(self, job: Job) -> dict[str, Any]:
        """Read and convert everything, then write it in one batch."""
        from waternet_plugin.operations.hydraulics.import_epanet import import_epanet
        from waternet_plugin.operations.hydraulics.model_sources import ModelImportRequest, ModelImportResult

        request = ModelImportRequest(
            source_path=job.file("INPUT"),
            network_path=job.output_file("OUTPUT"),
            source_crs=job.crs_text("CRS") if job.has("CRS") else "",
            network_crs=job.crs_text("TARGET_CRS") if job.has("TARGET_CRS") else "",
            flow_unit=job.choice("FLOW_UNIT") if job.has("FLOW_UNIT") else "",
        )
        outputs: dict[str, Any] = {"OUTPUT": request.network_path}

        def write_report(done: ModelImportResult) -> None:
            outputs["REPORT"] = job.write_report("REPORT", done.report)

        done = import_epanet(request, job.progress, before_commit=write_report)
        job.tell((done.summary, *done.notes), warnings=done.warnings)
        counts = {name.upper(): count for name, count in done.counts.items()}
        return {**outputs, **counts, "BATCH_ID": done.batch_id}
