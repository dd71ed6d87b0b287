"""The night use of an area by the norm of its type and size, as one batch."""

from __future__ import annotations

import datetime
from typing import Any

from waternet_plugin.core.texts import joined, tr
from waternet_plugin.gui.panes import work_orders
from waternet_plugin.gui.session.session import Session
from waternet_plugin.gui.tasks.tasks import on_network
from waternet_plugin.gui.widgets import amounts

# Norms are learned from so many nights.
_NIGHTS = 28


def take_norm(session: Session, section: Any, zone_id: str, last: datetime.date) -> None:
    """Write the night use of an area by norms of the four weeks up to a night, and offer to undo it."""
    name = tr("Night use by norm")

    def work(network: Any, progress: Any) -> Any:
        from waternet_plugin.operations.leakage.norms.night_norms import NightNormsRequest
        from waternet_plugin.operations.leakage.norms.take_norms import NormsToTake, take_night_norms

        learned = NightNormsRequest(last - datetime.timedelta(days=_NIGHTS - 1), last)
        return take_night_norms(network, NormsToTake(name, (zone_id,), learned), progress)

    def done(made: Any) -> None:
        session.written("")
        text = tr("Night use of {zone}: {use} m³/h. Compute night flow again to use it.")
        told = text.format(zone=zone_id, use=amounts.number(made.night_use_m3h[zone_id], 2))
        work_orders.say_written(session, section, joined((*made.notes, told)), made.batch_id)

    session.run(name, on_network(session.network_path, work), done, section=section)
