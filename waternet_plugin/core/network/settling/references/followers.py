"""What must name other pipes where something else than a person's edit split, merged or deleted pipes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from waternet_plugin.core.editing.row_edits import RowEdit
from waternet_plugin.core.network.settling.edits.edited_rows import EditedRows
from waternet_plugin.core.network.settling.edits.nearby_rows import NearbyRows
from waternet_plugin.core.network.settling.edits.settling_work import SettlingWork
from waternet_plugin.core.network.settling.references.links import carry_links
from waternet_plugin.core.schema.settings import Settings


def followers(
    pipes: Sequence[RowEdit],
    heirs: Mapping[str, Sequence[str]],
    surroundings: NearbyRows,
    settings: Settings,
    *,
    settled: Collection[str],
) -> tuple[RowEdit, ...]:
    """Return the rows that follow pipes which are written as they are.

    Parameters
    ----------
    pipes
        The pipes that go, come or stay for one that goes.
    heirs
        Ids of the pipes that stand for one, by the id it had.
    surroundings
        The network before.
    settled
        Tables that are taken care of already.
    """
    work = SettlingWork(EditedRows(pipes, surroundings), settings)
    keys = {str(edit.now["pipe_id"]): edit.key for edit in pipes if edit.now is not None}
    work.heirs.update({old: [keys[name] for name in some] for old, some in heirs.items()})
    named = [key for some in work.heirs.values() for key in some]
    work.merged.update(key for key in named if named.count(key) > 1)
    carry_links(work)
    return tuple(edit for edit in work.rows.edits() if edit.table not in settled)
