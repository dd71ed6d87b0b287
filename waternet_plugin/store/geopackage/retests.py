"""Mark tested zones of which a batch changes the boundary: the last step of every batch."""

from __future__ import annotations

import sqlite3

from waternet_plugin.store.geopackage.write_session import WriteSession

_BOUNDARY = {"node", "pipe"}


def mark(database: sqlite3.Connection, session: WriteSession, *, undone: str = "") -> None:
    """Mark the zones whose test a batch makes void.

    Parameters
    ----------
    database
        In the transaction of the batch, with all its rows.
    session
        The batch.
    undone
        The batch that it takes back, '' for none: what only was so in between makes no test void.
    """
    if not session.tables & _BOUNDARY:
        return
    some = "SELECT 1 FROM zone_test WHERE verdict = 'pass' AND base_log IS NOT NULL LIMIT 1"
    if database.execute(some).fetchone() is None:
        return
    # Most networks have no tested zones, and what follows needs more than writing does.
    from waternet_plugin.store.geopackage.retest_marking import RetestMarking

    RetestMarking(database, session).mark(undone)
