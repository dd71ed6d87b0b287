"""What is remembered between two starts: last values per network, and which network a project belongs to."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from qgis.core import QgsProject, QgsSettings

from waternet_plugin.processing.job import PROJECT_KEY, PROJECT_SCOPE
from waternet_plugin.store.addresses import parse, stored_address

_ROOT = "waternet"
# Habits of a person, last values of one network are those of the next: where files are, what is folded.
_HABITS = ("base_map/", "folded/", "folder", "issues/reasons", "new_crs", "server", "survey/", "wizard/")


def _key(network_path: str, key: str) -> str:
    if not network_path:
        return f"{_ROOT}/any/{key}"
    mark = hashlib.sha256(os.path.normcase(str(parse(network_path))).encode("utf-8")).hexdigest()[:12]
    return f"{_ROOT}/networks/{mark}/{key}"


def remembered(network_path: str, key: str, default: Any = None, *, shared: bool | None = None) -> Any:
    """Return a remembered value of a network.

    Parameters
    ----------
    network_path
        The network, '' for none.
    key
        Name of the value.
    default
        What is returned where nothing was remembered.
    shared
        Whether a network that has none gets the one last used with any; None: where it is a habit of the
        person, never a decision about a network.
    """
    settings = QgsSettings()
    is_shared = key.startswith(_HABITS) if shared is None else shared
    for place in (_key(network_path, key), _key("", key))[: 2 if is_shared else 1]:
        stored = settings.value(place, None)
        if stored is not None:
            try:
                return json.loads(stored)
            except (TypeError, ValueError):
                continue
    return default


def remember(network_path: str, key: str, value: Any) -> None:
    """Remember a plain value (text, number, yes or no, list) for a network."""
    stored = json.dumps(value, ensure_ascii=False)
    settings = QgsSettings()
    settings.setValue(_key(network_path, key), stored)
    settings.setValue(_key("", key), stored)


def write_network(project: QgsProject, network_path: str) -> None:
    """Note in a project which network it belongs to: a file relative to itself, where it has a place."""
    # While a project is saved under another name, QGIS still remembers its old folder.
    folder = os.path.dirname(project.fileName())
    stored = network_path
    if folder:
        stored = stored_address(parse(network_path), Path(folder))
    project.writeEntry(PROJECT_SCOPE, PROJECT_KEY, stored)
