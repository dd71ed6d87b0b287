"""Read an EPANET input file into a new network."""

from __future__ import annotations

from typing import Any

from waternet_plugin.core.exchange.epanet.reading.units import flow_unit_labels
from waternet_plugin.core.exchange.model_files.count_labels import epanet_count_labels
from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job
from waternet_plugin.processing.model_parameters import add_counts, add_import_parameters, import_model


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
        add_import_parameters(
            self,
            crs_help=tr(
                "An EPANET file does not contain it; systems in feet are accepted too. Empty: a local "
                "plane, without a location on Earth."
            ),
            unit_help=tr(
                "It says whether lengths are metres or feet, diameters millimetres or inches. Empty: what "
                "the file says, and where it says nothing GPM, EPANET’s default, with a warning."
            ),
            units=flow_unit_labels(),
        )
        add_counts(self, epanet_count_labels())
        self.add_text_outputs(BATCH_ID=tr("Batch"))

    def work(self, job: Job) -> dict[str, Any]:
        """Read and convert everything, then write it in one batch."""
        from waternet_plugin.operations.hydraulics.import_epanet import import_epanet

        outputs, batch_id = import_model(job, import_epanet)
        return {**outputs, "BATCH_ID": batch_id}
