"""What the papers of a programme are about."""

from __future__ import annotations

from dataclasses import dataclass

from waternet_plugin.core.programmes.programme_items import ProgrammeItems
from waternet_plugin.core.programmes.stated_targets import StatedTarget
from waternet_plugin.core.reports.renewal.project_list import currency_label
from waternet_plugin.core.texts import tr


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
    currency
        What costs are in, a code.
    """

    programme: str
    items: ProgrammeItems
    targets: tuple[StatedTarget, ...] = ()
    network: str = ""
    currency: str = ""

    @property
    def money_note(self) -> str:
        """What tables of costs say below, '' where no currency is known."""
        name = currency_label(self.currency)
        return tr("All amounts in {currency}.").format(currency=name) if name else ""
