"""Read a SWMM input file into a new network."""

from __future__ import annotations

from typing import Any

from waternet_plugin.core.exchange.model_files.count_labels import swmm_count_labels
from waternet_plugin.core.exchange.swmm.reading.swmm_units import swmm_flow_unit_labels
from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job
from waternet_plugin.processing.model_parameters import add_counts, add_import_parameters, import_model


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
        add_import_parameters(
            self,
            crs_help=tr(
                "A SWMM file does not contain it; systems in feet are accepted too. Empty: a local plane, "
                "without a location on Earth, in the unit of the map."
            ),
            unit_help=tr(
                "It says whether lengths are metres or feet. Empty: what the file says, and where it says "
                "nothing CFS, SWMM’s default, with a warning."
            ),
            units=swmm_flow_unit_labels(),
        )
        add_counts(self, swmm_count_labels())
        self.add_text_outputs(BATCH_ID=tr("Batch"))

    def work(self, job: Job) -> dict[str, Any]:
        """Read and convert everything, then write it in one batch."""
        from waternet_plugin.operations.hydraulics.import_swmm import import_swmm

        outputs, batch_id = import_model(job, import_swmm)
        return {**outputs, "BATCH_ID": batch_id}
