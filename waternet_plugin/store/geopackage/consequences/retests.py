"""Mark tested zones of which a batch changes the boundary: the last step of every batch."""

from __future__ import annotations

import json

from waternet_plugin.store.geopackage.consequences.meeting_pipes import meeting_sql
from waternet_plugin.store.geopackage.databases import Database
from waternet_plugin.store.geopackage.writing.write_session import WriteSession

_BOUNDARY = {"node", "pipe"}
# As many assets are looked for in the texts of tests, which is quicker than to read those.
_FEW = 20
_PASSED = "FROM zone_test WHERE verdict = 'pass' AND base_log IS NOT NULL"


def mark(database: Database, session: WriteSession, *, undone: str = "") -> None:
    """Mark the zones whose test a batch makes void.

    Parameters
    ----------
    database
        In the transaction of the batch, with all its rows.
    undone
        The batch that it takes back, '' for none: what only was so in between makes no test void.
    """
    if not session.tables & _BOUNDARY:
        return
    if database.execute(f"SELECT 1 {_PASSED} LIMIT 1").fetchone() is None:
        return
    if not undone and _is_on_no_boundary(database, session.batch_id):
        return
    # Most networks have no tested zones, and what follows needs more than writing does.
    from waternet_plugin.store.geopackage.consequences.retest_marking import RetestMarking

    RetestMarking(database, session).mark(undone)


def _is_on_no_boundary(database: Database, batch: str) -> bool:
    """Return whether a batch surely is on no boundary; of a large one nothing is said."""
    of_batch = "FROM change_log WHERE batch = ? AND"
    if database.execute(f"SELECT 1 {of_batch} {meeting_sql()} LIMIT 1", (batch,)).fetchone():
        return False
    sql = f"SELECT DISTINCT asset {of_batch} \"table\" IN ('node', 'pipe') LIMIT {_FEW + 1}"
    names = [str(asset) for (asset,) in database.execute(sql, (batch,))]
    tested = f"SELECT 1 {_PASSED} AND instr(valves, ?) LIMIT 1"
    texts = [json.dumps(name, ensure_ascii=False) for name in names]
    return len(names) <= _FEW and not any(database.execute(tested, (text,)).fetchone() for text in texts)
