"""One lock of the whole network, for those who write much of it: imports, repairs, undos, migrations."""

from __future__ import annotations

import datetime
import time

from waternet_plugin.core.errors import LockedError
from waternet_plugin.core.schema import domains
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.store.postgis.server_database import ServerDatabase

# A second writer is told after this many seconds who writes.
PATIENCE_S = 3.0
_PAUSE_S = 0.1
# The server keeps plain letters of this name alone: what is done stands there as a code. Since when is told
# there, too, as others may not ask the server.
_PROGRAM = "WaterNet: "
# The lock's number is made of the schema's, which no other network of the database has.
_KEYS = "hashtext('waternet'), (SELECT oid::integer FROM pg_namespace WHERE nspname = current_schema())"
_TAKE = f"SELECT pg_try_advisory_xact_lock({_KEYS})"
# By the server's clock: those of two people differ.
_NOW = '\'YYYY-MM-DD"T"HH24:MI:SS"+00:00"\''
_TELL = f"SELECT set_config('application_name', %s || to_char(now(), {_NOW}), true)"
_HOLDERS = (
    f"SELECT a.usename, a.application_name, coalesce(to_char(a.xact_start, {_NOW}), '') FROM pg_locks l"
    " JOIN pg_stat_activity a ON a.pid = l.pid"
    " WHERE l.locktype = 'advisory' AND l.granted AND l.classid = hashtext('waternet')::oid"
    " AND l.objid = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())"
    " AND l.pid <> pg_backend_pid()"
    " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


def take(database: ServerDatabase, name: str, *, kind: str) -> None:
    """Take the lock of the network until the transaction ends.

    Parameters
    ----------
    name
        What sentences call the network.
    kind
        Code of the domain ``batch_kind``: others who wait are told what is being done.

    Raises
    ------
    LockedError
        When another keeps it for longer than `PATIENCE_S`: who, with which program, since when.
    """
    end = time.monotonic() + PATIENCE_S
    while not database.native(_TAKE).fetchall()[0][0]:
        if time.monotonic() >= end:
            raise LockedError(_sentence(database, name))
        time.sleep(_PAUSE_S)
    database.native(_TELL, f"{_PROGRAM}{kind} ")


def _sentence(database: ServerDatabase, name: str) -> str:
    holders = database.native(_HOLDERS).fetchall()
    if not holders:
        return tr("Somebody else has just been writing much of {name}. Try again.").format(name=name)
    text = tr("{name} is being written by {who}. Wait until that is done, then try again.")
    since = tr("{login} with {program} since {moment}")
    who = []
    for login, named, moment in holders:
        program = str(named)
        if program.startswith(_PROGRAM):
            kind, _blank, moment = program[len(_PROGRAM) :].partition(" ")
            program = f"{_PROGRAM}{domains.label_of('batch_kind', kind)}"
        who.append(since.format(login=login, program=program, moment=_on_the_wall(str(moment))))
    return text.format(name=name, who=listed(who))


def _on_the_wall(moment: str) -> str:
    """Return a moment as clocks here show it; what no calendar has as it stands."""
    try:
        return datetime.datetime.fromisoformat(moment).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return moment
