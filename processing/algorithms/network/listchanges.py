"""List who changed what."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.texts import tr
from waternet_plugin.processing import printing
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

if TYPE_CHECKING:
    from waternet_plugin.operations.editing.list_changes import ChangesRequest

_COLUMNS = [
    ("seq", "integer"),
    ("at", "text"),
    ("by", "text"),
    ("batch_id", "text"),
    ("table", "text"),
    ("asset", "text"),
    ("action", "text"),
    ("field", "text"),
    ("before", "text"),
    ("after", "text"),
]


class ListChanges(WaterNetAlgorithm):
    """Show who changed what on an asset, in an area, by a batch, in a month."""

    ID = "listchanges"
    GROUP = "network"
    ICON = "batches"
    TAGS = ("history", "audit", "change log", "历史", "变更", "日志", "留痕")

    def title(self) -> str:
        """Return the name people see."""
        return tr("List changes")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Lists who changed what, newest first, one row per field: of an asset, in an area, by a batch, "
            "or between two days. Deleted assets and assets whose id was changed are found too. What is "
            "left empty does not limit the list. Assets that were made in bulk, such as by an import, have "
            "one row without a field, unless ASSET is given."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text("SINCE", tr("Since"), tr("First day, YYYY-MM-DD, in UTC."))
        self.add_text("UNTIL", tr("Until"), tr("Last day, YYYY-MM-DD, in UTC; it is included."))
        self.add_text(
            "AREA",
            tr("Area"),
            tr(
                "Only assets that lie or once lay here: an extent (xmin,xmax,ymin,ymax, followed by [EPSG:…] "
                "if it is not in the network's coordinate system), the id of a compound or zone, or a layer."
            ),
        )
        self.add_text("TABLE", tr("Table"), tr("Name of a table, such as pipe or node."))
        self.add_text(
            "ASSET", tr("Asset"), tr("Id that the asset has now, or had last; its earlier ids are followed.")
        )
        self.add_text("BATCH", tr("Batch"), tr("Batch id, such as B0002."))
        self.add_flag(
            "PERSONAL",
            tr("With personal data"),
            tr(
                "Whether changes of fields about people are listed too: names of users, and fields of your "
                "own that were marked as personal. Without it they are left out and counted."
            ),
        )
        self.add_sink(
            "OUTPUT",
            tr("Changes"),
            tr("One row per field: entry, time (UTC), person, batch, asset, before and after."),
        )
        self.add_file_output(
            "REPORT", tr("Report"), tr("The changes counted, and the newest in words."), "HTML (*.html)"
        )
        self.add_number_outputs(
            CHANGES=tr("Number of changes"),
            ROWS=tr("Rows"),
        )

    def request(self, job: Job) -> ChangesRequest:
        """Return the request."""
        from waternet_plugin.operations.editing.list_changes import ChangesRequest

        return ChangesRequest(
            table=job.text("TABLE"),
            asset=job.text("ASSET"),
            batch_id=job.text("BATCH"),
            since=job.date("SINCE"),
            until=job.date("UNTIL"),
            personal=job.flag("PERSONAL"),
        )

    def work(self, job: Job) -> dict[str, Any]:
        """Read the change log."""
        from waternet_plugin.operations.editing.list_changes import list_changes

        network = job.open_network()
        request = replace(self.request(job), area=printing.chosen_area(job, network))
        found = list_changes(network, request, job.progress)
        job.tell(found.lines)
        return {
            "OUTPUT": job.write_sink("OUTPUT", found.rows, _COLUMNS),
            "REPORT": job.write_report("REPORT", found.report),
            "CHANGES": found.entries,
            "ROWS": len(found.rows),
        }
