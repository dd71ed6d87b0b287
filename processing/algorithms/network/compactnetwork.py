"""Compact a network."""

from __future__ import annotations

from typing import Any

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

_MEGABYTE = 1_000_000


class CompactNetwork(WaterNetAlgorithm):
    """Give the space that deleted rows left behind back to the disk."""

    ID = "compactnetwork"
    GROUP = "network"
    ICON = "network"
    WRITES = True
    TAGS = ("vacuum", "shrink", "size", "压缩", "整理", "瘦身", "大小")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Compact network")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Makes the file of a network smaller by the space that deleted rows left behind. All rows, the "
            "change log and the batches are kept, so everything can still be undone. No other program may "
            "have the network open at the same time; for a moment, as much free space as the network takes "
            "up is needed."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_number_outputs(
            BEFORE=tr("Size before (bytes)"),
            AFTER=tr("Size after (bytes)"),
        )

    def work(self, job: Job) -> dict[str, Any]:
        """Compact it."""
        network = job.open_network()
        done = network.compact()
        sizes = {"before": f"{done.before / _MEGABYTE:.1f}", "after": f"{done.after / _MEGABYTE:.1f}"}
        job.info(tr("{name}: {before} MB before, {after} MB now.").format(name=network.name, **sizes))
        return {"BEFORE": done.before, "AFTER": done.after}
