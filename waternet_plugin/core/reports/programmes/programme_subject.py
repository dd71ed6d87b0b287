"""What the papers of a programme are about."""

from __future__ import annotations

from dataclasses import dataclass

from waternet_plugin.core.programmes.programme_items import ProgrammeItems
from waternet_plugin.core.programmes.stated_targets import StatedTarget


@dataclass(frozen=True)
class ProgrammeSubject:
    """A programme as its papers see it.

    Parameters
    ----------
    programme
        Its code, '' for all programmes.
    items
        Its items, as they stand on the day of the paper.
    targets
        Stated totals with their sums.
    network
        Title of the network.
    """

    programme: str
    items: ProgrammeItems
    targets: tuple[StatedTarget, ...] = ()
    network: str = ""
