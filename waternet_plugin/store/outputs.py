"""The guard of every output: none may replace, shrink or litter a network."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Optional, Union
from urllib.parse import unquote

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.files.modes import is_special
from waternet_plugin.core.texts import tr
from waternet_plugin.store.addresses import is_server

# Tables of a network alone, and those that tell it should another program have dropped these.
_OWN_TABLES = frozenset({"wn_meta", "wn_session"})
_TELLING = frozenset({"pipe", "node", "batch", "change_log"})
# What SQLite and the note of a writer lay beside a network.
_BESIDE = ("-wal", "-shm", "-journal", ".lock.json")
_QUOTED = re.compile(r"""'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)\"""")
_BARE = re.compile(r"dbname=([^\s'\"]+)", re.IGNORECASE)


def _spellings(text: str) -> list[str]:
    """Return every text within a destination that may be a path: ``ogr:`` forms, addresses, quoted names."""
    found = [text]
    # QGIS and GDAL take a provider or driver before a colon; so does an address.
    found += [text[match.end() :] for match in re.finditer(":", text)]
    for quoted in _QUOTED.findall(text):
        inner = quoted[0] or quoted[1]
        found += [inner, re.sub(r"\\(.)", r"\1", inner)]
    found += _BARE.findall(text)
    for each in list(found):
        if each.startswith("//"):
            # An address: file:///a, file://localhost/a, ogr:///a.
            found += [each[2:], "/" + each[2:].partition("/")[2], each[3:]]
    found += [each.partition("|")[0] for each in found]
    found += [each.partition("?")[0] for each in found]
    found += [unquote(each) for each in found if "%" in each]
    found += [os.path.expanduser(each) for each in found if each.startswith("~")]
    return [each for each in dict.fromkeys(found) if each.strip() and _can_be_asked(each)]


def _can_be_asked(text: str) -> bool:
    """Return whether the system takes a text for a path."""
    try:
        return b"\0" not in os.fsencode(text)
    except UnicodeEncodeError:
        return False


def _touched(text: str) -> Iterable[Path]:
    """Yield every file that writing to a destination may touch."""
    for each in _spellings(text):
        path = Path(each)
        yield path
        # QGIS adds this to a layer's name whose ending it does not know.
        yield Path(f"{each}.gpkg")
        if path.suffix.lower() in (".html", ".htm"):
            yield path.with_suffix(".json")


def _owner(path: Path) -> Optional[Path]:
    """Return the network that a file would belong to by its name: its log, its journal, its note."""
    for end in _BESIDE:
        if path.name.lower().endswith(end) and len(path.name) > len(end):
            return path.with_name(path.name[: -len(end)])
    return None


def is_network(path: Path) -> Optional[bool]:
    """Return whether a file is a network of ours, None where that can't be told.

    SQLite alone looks into it: opening and closing a file that is in use by other means drops its locks.
    """
    # Needs packages that are missing in a bare QGIS, whose projects are built and shown all the same.
    from waternet_plugin.store.geopackage import connection

    if not os.path.isfile(path):
        return False
    try:
        with closing(connection.connect(path)) as database:
            rows = database.execute("SELECT lower(name) FROM sqlite_master WHERE type = 'table'").fetchall()
    except sqlite3.Error as error:
        # Whatever else SQLite says (damaged, locked, no right to read), it may be a network.
        return False if "not a database" in str(error) else None
    names = {str(name) for (name,) in rows}
    return bool(names & _OWN_TABLES) or names >= _TELLING


def _is_same(path: Path, other: Path) -> bool:
    """Return whether two paths mean one file, however they are spelled."""
    try:
        return os.path.samefile(path, other)
    except (OSError, ValueError):
        spelled = [os.path.normcase(os.path.realpath(each)) for each in (path, other)]
        return spelled[0] == spelled[1]


def refuse_network_as_output(
    destination: Union[str, os.PathLike[str]], networks: Iterable[Union[str, os.PathLike[str]]] = ()
) -> None:
    """Refuse to write where a network is, before anything is opened for writing.

    Parameters
    ----------
    destination
        A path, or what QGIS takes for one: ``path|layername=name``, ``ogr:dbname='path' table="name"``,
        an address, the name of a layer without its ending.
    networks
        Networks in use; they need not be there, and their files need not be readable. Those on servers are
        replaced by no output.

    Raises
    ------
    InputError
        The destination is a network, a file that belongs to one, or can't be told from one; or it is a
        device or a pipe.
    """
    text = os.fspath(destination)
    known = [Path(each) for each in networks if str(each) and not is_server(each)]
    for path in _touched(text):
        if is_special(path):
            message = tr("{path} is not an ordinary file. Choose another name.")
            raise InputError(message.format(path=path))
        owner = _owner(path)
        if owner is not None and (any(_is_same(owner, each) for each in known) or is_network(owner)):
            message = tr("{name} belongs to the network {network}. Choose another name.")
            raise InputError(message.format(name=path.name, network=owner.name))
        # One that is in use is known without looking into it, which would wait while somebody writes it.
        found = True if any(_is_same(path, each) for each in known) else is_network(path)
        if found:
            message = tr("{name} is a WaterNet network and is never replaced. Choose another name.")
            raise InputError(message.format(name=path.name))
        if found is None:
            message = tr(
                "{name} can't be read, so it may be a WaterNet network and is not replaced. Choose another "
                "name."
            )
            raise InputError(message.format(name=path.name))
