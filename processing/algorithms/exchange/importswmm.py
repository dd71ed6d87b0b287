"""Read a SWMM input file into a new network."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProcessingParameterCrs

from waternet_plugin.core.exchange.swmm.reading.swmm_units import SWMM_FLOW_UNITS, swmm_flow_unit_labels
from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job


class ImportSwmm(WaterNetAlgorithm):
    """Make a network of a SWMM input file."""

    ID = "importswmm"
    GROUP = "exchange"
    ICON = "importepanet"
    WRITES = True
    TAGS = ("inp", "drainage model", "hydraulic model", "模型", "排水模型", "导入")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Import from SWMM")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Creates a new network from a SWMM input file (.inp) in any flow unit. Conduits become pipes and "
            "channels, pumps rising mains, weirs overflow pipes, orifices and outlets connectors without a "
            "length; inverts are levels whatever LINK_OFFSETS says. Subcatchments that are drawn to scale "
            "become zones. Rain, inflows, curves, controls and whatever else the map has no column for are "
            "kept with the network."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_file(
            "INPUT",
            tr("SWMM file"),
            tr("A SWMM input file, of version 5."),
            file_filter="SWMM (*.inp *.INP *.txt)",
        )
        self._add(
            QgsProcessingParameterCrs("CRS", tr("Coordinate system of the file"), optional=True),
            tr(
                "A SWMM file does not contain it; systems in feet are accepted too. Empty: a local plane, "
                "without a location on Earth, in the unit of the map."
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
                "It says whether lengths are metres or feet. Empty: what the file says, and where it says "
                "nothing CFS, SWMM’s default, with a warning."
            ),
            list(SWMM_FLOW_UNITS),
            labels=swmm_flow_unit_labels(),
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
            OUTFALLS=tr("Outfalls"),
            STORAGES=tr("Storage units"),
            DIVIDERS=tr("Flow dividers"),
            PIPES=tr("Conduits"),
            PUMPS=tr("Pumps"),
            WEIRS=tr("Weirs"),
            ORIFICES=tr("Orifices"),
            OUTLETS=tr("Outlets"),
            SUBCATCHMENTS=tr("Subcatchments"),
        )
        self.add_text_outputs(BATCH_ID=tr("Batch"))

    def work(self, job: Job) -> dict[str, Any]:
        """Read and convert everything, then write it in one batch."""
        from waternet_plugin.operations.hydraulics.import_swmm import import_swmm
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

        done = import_swmm(request, job.progress, before_commit=write_report)
        job.tell((done.summary, *done.notes), warnings=done.warnings)
        counts = {name.upper(): count for name, count in done.counts.items()}
        return {**outputs, **counts, "BATCH_ID": done.batch_id}
