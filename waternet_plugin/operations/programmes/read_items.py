"""Items of programmes as they are in the network."""

from __future__ import annotations

import datetime
from typing import Optional

from waternet_plugin.core.programmes.programme_items import ITEM_COLUMNS, ProgrammeItems
from waternet_plugin.core.programmes.programme_states import checked_programme
from waternet_plugin.store.network import Network

TABLE = "programme_item"


def read_items(network: Network, programme: str, as_of: Optional[datetime.date] = None) -> ProgrammeItems:
    """Return the items of a programme as they stand on a day.

    Parameters
    ----------
    programme
        Its code, '' for all programmes.
    as_of
        The day; that of the computer if None.

    Raises
    ------
    InputError
        When there is no such programme.
    """
    where = {"programme": checked_programme(programme)} if programme else None
    rows = network.read(TABLE, list(ITEM_COLUMNS), where=where, geometry=False)
    return ProgrammeItems(rows.reset_index(drop=True), as_of or datetime.date.today())
