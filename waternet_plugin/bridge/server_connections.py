"""Connections to databases that QGIS keeps, and where a person's documents are: the store asks for both."""

from __future__ import annotations

from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsAuthMethodConfig,
    QgsDataSourceUri,
    QgsProviderConnectionException,
    QgsProviderRegistry,
    QgsSettings,
)
from qgis.PyQt.QtCore import QStandardPaths

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.store.addresses import ServerConnection, keep_documents_in, resolve_connections_by

_PROVIDER, _CONNECTIONS = "postgres", "PostgreSQL/connections"
# The one method whose secrets are a name and a password, as the driver takes them.
_BASIC = "Basic"


def register() -> None:
    """Let the store look up connections and documents here."""
    resolve_connections_by(connection_named)
    keep_documents_in(_documents)


def _documents() -> Path:
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))


def connection_names() -> list[str]:
    """Return the names of QGIS's connections to PostgreSQL."""
    settings = QgsSettings()
    settings.beginGroup(_CONNECTIONS)
    return sorted(settings.childGroups())


def connection_named(name: str) -> ServerConnection:
    """Return by what a server is reached that QGIS keeps as a connection to PostgreSQL.

    Raises
    ------
    InputError
        When QGIS has none of that name, or its authentication can't be used.
    """
    known = connection_names()
    metadata = QgsProviderRegistry.instance().providerMetadata(_PROVIDER)
    if name not in known or metadata is None:
        text = tr("QGIS has no connection to PostgreSQL named “{name}”. It has: {known}.")
        raise InputError(text.format(name=name, known=listed(known) or tr("none")))
    try:
        # One of our own: QGIS deletes those of its list when anybody asks for that anew, in whatever thread.
        uri = QgsDataSourceUri(metadata.createConnection(name).uri())
    except QgsProviderConnectionException as error:
        text = tr("The connection “{name}” of QGIS can't be used: {reason}.")
        raise InputError(text.format(name=name, reason=error)) from error
    parts = {
        "service": uri.service(),
        "host": uri.host(),
        "port": uri.port(),
        "dbname": uri.database(),
        "sslmode": _ssl_mode(uri),
    }
    server = {key: value for key, value in parts.items() if value}
    user, password = uri.username(), uri.password()
    if uri.authConfigId():
        user, password = _secrets(name, uri.authConfigId())
        layer = {**server, "authcfg": uri.authConfigId()}
    else:
        layer = {**server, **({"user": user} if user else {})}
    secrets = {key: value for key, value in (("user", user), ("password", password)) if value}
    return ServerConnection({**server, **secrets}, layer)


def _ssl_mode(uri: QgsDataSourceUri) -> str:
    mode = uri.sslMode()
    return "" if mode == QgsDataSourceUri.SslMode.SslPrefer else QgsDataSourceUri.encodeSslMode(mode)


def _secrets(name: str, identifier: str) -> tuple[str, str]:
    """Return user and password of an authentication of QGIS."""
    config = QgsAuthMethodConfig()
    is_read, config = QgsApplication.authManager().loadAuthenticationConfig(identifier, config, True)
    if not is_read or config.method() != _BASIC:
        text = tr(
            "The authentication {id} of the connection “{name}” can't be used: it must be there, open, and "
            "have a user and a password. Choose another one, or use a service file."
        )
        raise InputError(text.format(id=identifier, name=name))
    return config.config("username"), config.config("password")
