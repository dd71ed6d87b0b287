"""What was written to a file last, as the file itself has it: a write shows in it once it is committed."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from pathlib import Path
from typing import Optional

from waternet_plugin.core.errors import LockedError, WaterNetError
from waternet_plugin.store.geopackage.connection import reading
from waternet_plugin.store.geopackage.log.write_conflicts import position
from waternet_plugin.store.presence import Presence, file_presence


def presence(path: Path, before: Optional[Presence]) -> Presence:
    """Look at a file, and open it where it looks otherwise than before.

    Until a write is committed, and while a log is taken in, a file looks otherwise again and again, with the
    same rows as before in it: whoever read them anew each time would never get to an end in a large network.
    """
    now = file_presence(path)
    if before is not None and now.stamp == before.stamp:
        return before
    if not now.is_there:
        return now
    try:
        return replace(now, last_write=_last_write(path))
    except LockedError:
        # Nobody can read it now; the next look asks again.
        return before or now
    except WaterNetError:
        # It can't be read any more, as whoever shows it is to find out.
        return replace(now, last_write=now.stamp)


def _last_write(path: Path) -> Hashable:
    """Return the newest entry of the log, which names rows whoever changed them, and the newest batch."""
    with reading(path) as database:
        return position(database), database.execute("SELECT max(fid) FROM batch").fetchone()[0]
