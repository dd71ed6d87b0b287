"""Create a network."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProcessingParameterCrs, QgsProcessingParameterString

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job


class CreateNetwork(WaterNetAlgorithm):
    """Make an empty network file."""

    ID = "createnetwork"
    GROUP = "network"
    ICON = "createnetwork"
    WRITES = True
    TAGS = ("new", "geopackage", "新建", "管网", "坐标系")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Create network")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Creates an empty network: one GeoPackage with tables for pipes of all systems, nodes, "
            "compounds, zones, customers, failures and everything else, with its change log. An existing "
            "file is never overwritten."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self._add(
            QgsProcessingParameterCrs("CRS", tr("Coordinate system")),
            tr(
                "A projected one in metres. In China, usually the CGCS2000 3-degree zone of the town: from "
                "EPSG:4534 (central meridian 75°E) to EPSG:4554 (135°E), for example EPSG:4547 for 114°E."
            ),
        )
        self._add(
            QgsProcessingParameterString("NAME", tr("Name"), optional=True),
            tr("What titles call the network, such as the name of the town. Empty: the name of the file."),
        )
        self.add_file_output(
            "OUTPUT",
            tr("Network"),
            tr("A new file ending in .gpkg, in a folder on this computer."),
            tr("WaterNet network (*.gpkg)"),
            optional=False,
            is_network=True,
        )

    def work(self, job: Job) -> dict[str, Any]:
        """Create the file."""
        from waternet_plugin import store
        from waternet_plugin.store.addresses import is_server
        from waternet_plugin.store.geopackage.location import synced

        path = job.output_file("OUTPUT")
        if not is_server(path):
            job.tell(warnings=filter(None, [synced.note(path)]))
        with store.create_network(path, job.crs_text("CRS"), title=job.text("NAME")) as network:
            job.info(tr("Network {name} created in {crs}.").format(name=network.name, crs=network.crs.name))
        return {"OUTPUT": path}
