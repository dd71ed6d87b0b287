"""Write a network as a SWMM input file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waternet_plugin.core.exchange.model_files.count_labels import swmm_count_labels
from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job
from waternet_plugin.processing.model_parameters import add_counts, add_export_report, exported_model

if TYPE_CHECKING:
    from waternet_plugin.operations.hydraulics.export_swmm import ExportSwmmRequest


class ExportSwmm(WaterNetAlgorithm):
    """Make a SWMM input file of a network."""

    ID = "exportswmm"
    GROUP = "exchange"
    ICON = "exportepanet"
    TAGS = ("inp", "drainage model", "design storm", "模型", "排水模型", "设计暴雨", "导出")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Export to SWMM")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Writes the drains as a SWMM input file (.inp) that SWMM runs as it is. What was imported from "
            "such a file is written back with its ids, order, units, rain, curves and controls; only what "
            "has been changed on the map since is rewritten, and option values of old versions are put into "
            "today’s words. Other networks get a subcatchment for each inlet, roughness by material and a "
            "design storm, all by settings. Pipes and nodes without a level are left out and listed."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text(
            "SYSTEMS",
            tr("Systems"),
            tr(
                "Systems to export, separated by semicolons. Only pipes in use are written. Empty: all "
                "drains of a network imported from SWMM, else storm and combined drains."
            ),
        )
        self.add_flag(
            "FILL_INVERTS",
            tr("Fill in missing levels"),
            tr(
                "Gives nodes without a level one between those of their neighbours, and tags them as "
                "estimated in the file. The network stays as it is."
            ),
        )
        self.add_file_output(
            "OUTPUT", tr("SWMM file"), tr("The file to write."), tr("SWMM file (*.inp)"), optional=False
        )
        add_export_report(self)
        add_counts(self, swmm_count_labels())

    def check(self, job: Job) -> None:
        """Refuse systems that are none of drains."""
        _request(job, "")

    def work(self, job: Job) -> dict[str, Any]:
        """Read the network and write the file."""
        from waternet_plugin.operations.hydraulics.export_swmm import export_swmm

        request = _request(job, job.new_file("OUTPUT"))
        return exported_model(job, export_swmm(job.open_network(), request, job.progress))


def _request(job: Job, output_path: str) -> ExportSwmmRequest:
    """Return what was asked for."""
    from waternet_plugin.core.schema.csvfiles import words
    from waternet_plugin.operations.hydraulics.export_swmm import ExportSwmmRequest

    systems = words(job.text("SYSTEMS").replace(",", ";"))
    return ExportSwmmRequest(output_path, tuple(systems), job.flag("FILL_INVERTS"))
