"""Write a network as an EPANET input file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waternet_plugin.core.exchange.model_files.count_labels import epanet_count_labels
from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job
from waternet_plugin.processing.model_parameters import add_counts, add_export_report, exported_model

if TYPE_CHECKING:
    from waternet_plugin.operations.hydraulics.export_epanet import ExportEpanetRequest


class ExportEpanet(WaterNetAlgorithm):
    """Make an EPANET input file of a network."""

    ID = "exportepanet"
    GROUP = "exchange"
    ICON = "exportepanet"
    TAGS = ("inp", "hydraulic model", "模型", "水力模型", "导出")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Export to EPANET")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Writes the network as an EPANET input file (.inp) that EPANET runs as it is. What was imported "
            "from such a file is written back with its ids, order, units, demands, curves and controls; "
            "only what has been changed on the map since is rewritten. Other networks get roughness by "
            "material, the demands of their customers, and heads from the settings; closed valves close a "
            "pipe."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text(
            "SYSTEMS",
            tr("Systems"),
            tr("Systems to export, separated by semicolons. Only pipes in use are written."),
            default="potable",
        )
        self.add_file_output(
            "OUTPUT", tr("EPANET file"), tr("The file to write."), tr("EPANET file (*.inp)"), optional=False
        )
        add_export_report(self)
        add_counts(self, epanet_count_labels())

    def check(self, job: Job) -> None:
        """Refuse systems that there are none."""
        _request(job, "")

    def work(self, job: Job) -> dict[str, Any]:
        """Read the network and write the file."""
        from waternet_plugin.operations.hydraulics.export_epanet import export_epanet

        request = _request(job, job.new_file("OUTPUT"))
        return exported_model(job, export_epanet(job.open_network(), request, job.progress))


def _request(job: Job, output_path: str) -> ExportEpanetRequest:
    """Return what was asked for."""
    from waternet_plugin.core.schema.csvfiles import words
    from waternet_plugin.operations.hydraulics.export_epanet import ExportEpanetRequest

    systems = words(job.text("SYSTEMS").replace(",", ";"))
    return ExportEpanetRequest(output_path, tuple(systems) or ("potable",))
