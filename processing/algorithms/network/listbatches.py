"""List the batches of a network."""

from __future__ import annotations

from typing import Any

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

_COLUMNS = [
    ("batch_id", "text"),
    ("kind", "text"),
    ("name", "text"),
    ("by", "text"),
    ("at", "text"),
    ("rows", "integer"),
    ("undone", "text"),
    ("left", "integer"),
    ("file", "text"),
    ("sha256", "text"),
]


class ListBatches(WaterNetAlgorithm):
    """Show every write to a network."""

    ID = "listbatches"
    GROUP = "network"
    ICON = "batches"
    TAGS = ("history", "undo", "批次", "历史", "撤销")

    def title(self) -> str:
        """Return the name people see."""
        return tr("List batches")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Lists everything that was written to the network, newest first: what it was, by whom and when, "
            "how many rows it affected, by which batch it was undone, how many rows were left, and of an "
            "adoption or update the file with its SHA-256."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_sink("OUTPUT", tr("Batches"), tr("One row per batch; times in UTC."))
        self.add_number_outputs(
            BATCHES=tr("Number of batches"),
        )

    def work(self, job: Job) -> dict[str, Any]:
        """Read the list."""
        from waternet_plugin.core.frames import tuples
        from waternet_plugin.core.schema import domains
        from waternet_plugin.store.changes.orphans import undone_text

        batches = job.open_network().batches()
        batches["at"] = batches["at"].dt.strftime("%Y-%m-%dT%H:%M:%SZ")
        for row in tuples(batches):
            known = row.rows == row.rows
            told = (
                tr("{batch}  {at}  {kind}  {name}  by {by}, %n row(s)", "", int(row.rows))
                if known
                else tr("{batch}  {at}  {kind}  {name}  by {by}, number of rows not known")
            )
            text = told.format(
                batch=row.batch_id,
                at=row.at,
                kind=domains.label_of("batch_kind", row.kind),
                name=row.name or "",
                by=row.by,
            )
            job.info(" – ".join([text, *filter(None, [undone_text(row.undone, int(row.left))])]))
        return {"OUTPUT": job.write_sink("OUTPUT", batches, _COLUMNS), "BATCHES": len(batches)}
