"""One kept network a session, and what is done a moment later."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from waternet_plugin.gui.session.session import Session
    from waternet_plugin.operations.network.live_network import LiveNetwork

_live: weakref.WeakKeyDictionary[Session, LiveNetwork] = weakref.WeakKeyDictionary()


def live_network(session: Session) -> LiveNetwork:
    """Return the network of the open project as it is kept for questions."""
    from waternet_plugin.operations.network import live_network

    found = _live.get(session)
    if found is None or found.uri != session.network_path:
        found = _live[session] = live_network.live_network(session.network_path)
    return found


def let_go(session: Session) -> None:
    """Free the memory of the kept network."""
    _live.pop(session, None)


def later(owner: QObject, function: Callable[[], Any]) -> None:
    """Call a function when QGIS has finished what it does now, unless its owner is gone by then."""

    def call() -> None:
        if not sip.isdeleted(owner):
            function()

    QTimer.singleShot(0, call)
