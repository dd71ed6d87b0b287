"""Where a network is: in a file, or in a schema of a database on a server.

Only the standard library is loaded: addresses are asked for while QGIS starts.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Union
from urllib.parse import quote, unquote

from waternet_plugin.core.errors import InputError, StoreError
from waternet_plugin.core.files.file_names import allowed_name, relative_name
from waternet_plugin.core.texts import listed, tr

PathLike = Union[str, "os.PathLike[str]"]
_SERVER = re.compile(r"\s*(?P<scheme>postgresql|postgres|qgis):(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_QGIS, _POSTGRESQL = "qgis", "postgresql"
# What may stand behind the question mark, in the order in which it is written.
_PARTS = {_POSTGRESQL: ("service", "host", "port", "user", "sslmode", "schema"), _QGIS: ("schema",)}
# PostgreSQL cuts longer names off, so two of them could mean one schema.
_LONGEST_NAME_BYTES = 63
_SCHEMAS_OF_THE_SERVER = ("pg_", "information_schema")
# How the driver calls what an address has.
_KEYWORDS = {"database": "dbname"}


@dataclass(frozen=True)
class ServerConnection:
    """By what a server is reached: keywords of PostgreSQL's library.

    Parameters
    ----------
    driver
        For our own connection; may have a password, so it is never shown or kept.
    layer
        For layers of QGIS: the same without a password, with ``authcfg`` where QGIS keeps it.
    """

    driver: Mapping[str, str] = field(repr=False)
    layer: Mapping[str, str]


_resolvers: dict[str, Callable[[str], ServerConnection]] = {}
_documents: list[Callable[[], Path]] = []


def resolve_connections_by(resolver: Callable[[str], ServerConnection]) -> None:
    """Have QGIS's connections looked up by a function, which raises an InputError for unknown names."""
    _resolvers[_QGIS] = resolver


def keep_documents_in(folder: Callable[[], Path]) -> None:
    """Have a function say where a person's documents are: files of networks on servers go there."""
    _documents[:] = [folder]


@dataclass(frozen=True)
class NetworkAddress:
    """Where a network is; made by `parse`.

    Parameters
    ----------
    file
        The path of a file as it was given; '' for a schema on a server.
    schema
        The schema; '' for a file.
    connection
        Name of a connection of QGIS that leads to the server; '' for none.
    database, service, host, port, user, sslmode
        What else leads to the server, each '' where it is not given.
    """

    file: str = ""
    schema: str = ""
    connection: str = ""
    database: str = ""
    service: str = ""
    host: str = ""
    port: str = ""
    user: str = ""
    sslmode: str = ""

    def __str__(self) -> str:
        """Return the one text that means this network; it never has a password."""
        if self.is_file:
            return self.file
        scheme = _QGIS if self.connection else _POSTGRESQL
        named = ((part, getattr(self, part)) for part in _PARTS[scheme])
        query = "&".join(f"{part}={_quoted(value)}" for part, value in named if value)
        if self.connection:
            return f"{scheme}:{_quoted(self.connection)}?{query}"
        return f"{scheme}:///{_quoted(self.database)}?{query}"

    @property
    def is_file(self) -> bool:
        """Whether the network is a file."""
        return bool(self.file)

    @property
    def path(self) -> Path:
        """The network's file.

        Raises
        ------
        StoreError
            For a network on a server.
        """
        if not self.is_file:
            text = tr("{name} is on a database server: it is not a file. Choose a network that is one.")
            raise StoreError(text.format(name=self))
        return Path(self.file)

    @property
    def identity(self) -> str:
        """A text that is the same for all spellings of one file or schema; not for people to read.

        A schema that is reached in two ways, such as by a service and by a host, has two of them.
        """
        return os.path.normcase(os.path.realpath(self.file)) if self.is_file else str(self)

    @property
    def name(self) -> str:
        """What sentences call the network: the file's name with its ending, or the schema's."""
        return Path(self.file).name if self.is_file else self.schema

    @property
    def display_name(self) -> str:
        """What titles call the network, and names of its outputs begin with: safe as the name of a file."""
        return Path(self.file).stem if self.is_file else allowed_name(self.schema) or "_"

    @property
    def outputs_folder(self) -> Path:
        """Where files about the network go at first, which need not be there.

        Beside a file; for a schema in a folder of its name and its database's in the person's documents.
        """
        if self.is_file:
            return Path(self.file).parent
        documents = _documents[0]() if _documents else Path.home()
        server = " ".join(filter(None, (self.connection, self.service, self.host, self.database)))
        return documents / "WaterNet" / allowed_name(server) / self.display_name

    def beside(self, name: str) -> Path:
        """Return the path of a file in the folder of the network's outputs."""
        return self.outputs_folder / name

    @property
    def project_path(self) -> Path:
        """Where the project of the network is built."""
        if self.is_file:
            return Path(self.file).with_suffix(".qgz")
        return self.beside(f"{self.display_name}.qgz")

    def server(self) -> ServerConnection:
        """Return by what the server is reached.

        Raises
        ------
        InputError
            Where QGIS has no connection of that name, or there is no QGIS to ask.
        StoreError
            For a file.
        """
        if self.is_file:
            raise StoreError(tr("{name} is a file and not on a server.").format(name=self.name))
        if self.connection:
            resolver = _resolvers.get(_QGIS)
            if resolver is None:
                text = tr(
                    "Connections of QGIS such as “{name}” are only known within QGIS. Write the address as "
                    "postgresql:///DATABASE?service=NAME&schema=TOWN."
                )
                raise InputError(text.format(name=self.connection))
            return resolver(self.connection)
        parts = ("database", "service", "host", "port", "user", "sslmode")
        given = {_KEYWORDS.get(part, part): getattr(self, part) for part in parts if getattr(self, part)}
        return ServerConnection(given, given)


def parse(text: Union[PathLike, NetworkAddress]) -> NetworkAddress:
    """Return the address that a text means: a path, or the address of a schema on a server.

    Parameters
    ----------
    text
        A path (a `Path` is always one), ``postgresql:///DATABASE?service=NAME&schema=TOWN`` or
        ``qgis:CONNECTION?schema=TOWN``; the first word in small or large letters. Signs such as ``?``, ``&``,
        ``/``, ``%`` and blanks within names are written as in addresses of the web (``%20``).

    Raises
    ------
    InputError
        For the address of a server that lacks something or has what does not belong there, such as a
        password, which is never repeated.
    """
    if isinstance(text, NetworkAddress):
        return text
    if not isinstance(text, str):
        return _of_file(os.fspath(text))
    match = _SERVER.fullmatch(text)
    if match is None:
        return _of_file(text)
    scheme = _QGIS if match["scheme"].lower() == _QGIS else _POSTGRESQL
    return _on_server(scheme, match["rest"].strip())


def _of_file(path: str) -> NetworkAddress:
    # As paths are written everywhere, without what they don't need.
    file = str(Path(path))
    return NetworkAddress(file=os.path.join(os.curdir, file) if is_server(file) else file)


def absolute(place: Union[PathLike, NetworkAddress]) -> NetworkAddress:
    """Return an address that means the same from every folder."""
    address = parse(place)
    return _of_file(os.path.abspath(address.file)) if address.is_file else address


def stored_address(address: NetworkAddress, folder: Path) -> str:
    """Return the text by which a project in a folder keeps an address, so that both can be moved together."""
    return relative_name(address.path, folder) if address.is_file else str(address)


def read_address(stored: str, folder: str) -> str:
    """Return the text of the address that a project in a folder keeps."""
    return stored if is_server(stored) else os.path.normpath(os.path.join(folder, stored))


def is_server(text: PathLike) -> bool:
    """Return whether a text is meant as the address of a server, right or wrong."""
    return isinstance(text, str) and _SERVER.fullmatch(text) is not None


def _on_server(scheme: str, rest: str) -> NetworkAddress:
    place, _, query = rest.partition("?")
    parts = _query_parts(scheme, query)
    if scheme == _QGIS:
        parts["connection"] = _unquoted(place)
        if not parts["connection"]:
            raise _malformed(tr("The address names no connection."))
    else:
        _take_place(place, parts)
        if not parts.get("database") and not parts.get("service"):
            raise _malformed(tr("The address names neither a database nor a service."))
    if parts.get("port") and not re.fullmatch(r"[0-9]{1,5}", parts["port"]):
        raise _malformed(tr("“{port}” can't be a port.").format(port=parts["port"]))
    _check_schema(parts.get("schema", ""))
    return NetworkAddress(**parts)


def _query_parts(scheme: str, query: str) -> dict[str, str]:
    """Return what stands behind the question mark, by its names."""
    parts: dict[str, str] = {}
    for each in filter(None, query.split("&")):
        name, _, value = each.partition("=")
        name = _unquoted(name).lower()
        if name.startswith(("password", "passwd")):
            raise _has_password()
        if name not in _PARTS[scheme]:
            text = tr("“{part}” does not belong into the address; it may have {known}.")
            raise _malformed(text.format(part=name, known=listed(_PARTS[scheme])))
        if name in parts:
            raise _malformed(tr("The address has “{part}” twice.").format(part=name))
        parts[name] = _unquoted(value)
    return {name: value for name, value in parts.items() if value}


def _take_place(place: str, parts: dict[str, str]) -> None:
    """Take server and database out of what stands between ``postgresql:`` and the question mark."""
    if not place.startswith("//"):
        raise _malformed(tr("Two slashes must follow “postgresql:”."))
    server, _, database = place[2:].partition("/")
    user, at, host_and_port = server.rpartition("@")
    if ":" in user:
        raise _has_password()
    if at and not user:
        raise _malformed(tr("The address names no user before “@”."))
    # An address of the sixth version of the internet has colons within its brackets.
    host, colon, port = host_and_port.rpartition(":") if not host_and_port.endswith("]") else ("", "", "")
    host = host if colon else host_and_port
    for name, value in (("host", host.strip("[]")), ("port", port), ("user", user), ("database", database)):
        if value and name in parts:
            raise _malformed(tr("The address has “{part}” twice.").format(part=name))
        if value:
            parts[name] = _unquoted(value)


def _check_schema(schema: str) -> None:
    """Refuse what can't be the schema of a network."""
    if not schema:
        raise _malformed(tr("The address names no schema."))
    if "\0" in schema or len(schema.encode("utf-8", "surrogateescape")) > _LONGEST_NAME_BYTES:
        text = tr(
            "The name of the schema is too long: at most {bytes} bytes are allowed, and a Chinese character "
            "takes three."
        )
        raise _malformed(text.format(bytes=_LONGEST_NAME_BYTES))
    if schema.lower().startswith(_SCHEMAS_OF_THE_SERVER):
        raise _malformed(tr("The schema “{schema}” belongs to the server itself.").format(schema=schema))


def _malformed(reason: str) -> InputError:
    text = tr(
        "{reason} Write it as postgresql:///DATABASE?service=NAME&schema=TOWN or qgis:CONNECTION?schema=TOWN."
    )
    return InputError(text.format(reason=reason))


def _has_password() -> InputError:
    return InputError(
        tr(
            "The address of a network never has a password. Keep it in a service file, a password file or a "
            "connection of QGIS."
        )
    )


def _quoted(text: str) -> str:
    """Return a text as it stands in an address: letters of all languages stay."""
    return "".join(
        sign if sign.isalnum() or sign in "-_.~" else quote(sign, safe="", errors="surrogateescape")
        for sign in text
    )


def _unquoted(text: str) -> str:
    return unquote(text).strip()
