"""Copy the sample town: a network with everything in it, assessed and planned, and its project."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.PyQt.QtCore import QStandardPaths

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job


class LoadSample(WaterNetAlgorithm):
    """Make a folder with the sample town's network and project."""

    ID = "loadsample"
    GROUP = "network"
    ICON = "loadsample"
    TAGS = ("sample", "example", "demo", "示例", "样例", "演示")
    # The town is copied as it was finished with the plugin.
    NEEDS_PACKAGES = False

    def title(self) -> str:
        """Return the name people see."""
        return tr("Load the sample town")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Copies a small made-up town to try things on: 66 km of pipes of all seven systems with "
            "valves, hydrants, manholes, compounds, three metered areas and 25 years of failures. Its health "
            "is assessed and its renewal planned; the project is ready to open."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_folder(
            "OUTPUT",
            tr("Folder"),
            tr(
                "A new or empty folder; empty: the next numbered folder under Documents/WaterNet, or under "
                "WaterNet in your home folder if a program copies Documents to a cloud."
            ),
        )
        self.add_path_output("NETWORK", tr("Network"))
        self.add_path_output("PROJECT", tr("Project"))
        self.add_number_outputs(
            PIPES=tr("Pipes"),
            FAILURES=tr("Failures"),
        )

    def check(self, job: Job) -> None:
        """Refuse a folder that holds something already."""
        from waternet_plugin.bridge import sample

        if job.has("OUTPUT"):
            sample.check_target(Path(job.file("OUTPUT")).absolute())

    def work(self, job: Job) -> dict[str, Any]:
        """Copy everything, or leave nothing behind."""
        from waternet_plugin.bridge import sample
        from waternet_plugin.store.geopackage.location import synced

        if job.has("OUTPUT"):
            folder = Path(job.file("OUTPUT")).absolute()
        else:
            documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
            folder = sample.numbered_folder(synced.local_folder(documents))
        job.tell(warnings=filter(None, [synced.note(folder)]))
        town = sample.copy_town(folder, progress=job.progress)
        job.info(tr("Network: {path}").format(path=town.network))
        job.info(tr("Project: {path}").format(path=town.project))
        return {
            "OUTPUT": str(folder),
            "NETWORK": str(town.network),
            "PROJECT": str(town.project),
            "PIPES": town.pipes,
            "FAILURES": town.failures,
        }
