"""The key of a tile service: it stays in the user's settings and never goes into a project file.

A project is handed on; whoever opens it needs a key of their own. Layers of the open project hold the key,
what is saved holds a placeholder.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from qgis.core import QgsDataProvider, QgsMapLayer, QgsProject
from qgis.PyQt.QtXml import QDomDocument, QDomElement

from waternet_plugin.core.texts import tr

PLACEHOLDER = "your-key"
# What a base map of ours is, kept with its layer: nobody else's layers are touched.
MARK = "waternet/base_map"
# The layer's own name, while it says that its key is missing.
_NAME = "waternet/name_with_key"
_HOST = "tianditu"
# The key ends the address, which is quoted once in a layer's source.
_KEY = re.compile(r"(tk(?:=|%3D))((?:[^&%\s\"']|%25[0-9A-Fa-f]{2})+)", re.IGNORECASE)


def quoted(key: str) -> str:
    """Return a key as it stands in an address, the placeholder for none."""
    return quote(key, safe="") or PLACEHOLDER


def with_key(source: str, key: str) -> str:
    """Return a layer's source with another key, with the placeholder for none; others as they are."""
    if _HOST not in source.casefold():
        return source
    again = quote(quoted(key), safe="")
    return _KEY.sub(lambda found: found.group(1) + again, source)


def needs_key(layer: QgsMapLayer) -> bool:
    """Return whether a layer's tiles come with a key."""
    return str(layer.customProperty(MARK) or "").startswith(_HOST)


def hide_in_layer(layer: QgsMapLayer, element: QDomElement) -> None:
    """Put the placeholder where a layer that is being written holds a key."""
    if needs_key(layer):
        text = element.firstChildElement("datasource").firstChild()
        text.setNodeValue(with_key(text.nodeValue(), ""))


def hide_in_tree(project: QgsProject, document: QDomDocument) -> None:
    """Put the placeholder where the tree of a project that is being written, or a legend, holds a key."""
    ours = {id_ for id_, layer in project.mapLayers().items() if needs_key(layer)}
    nodes = document.elementsByTagName("layer-tree-layer") if ours else None
    for place in range(nodes.size() if nodes is not None else 0):
        element = nodes.at(place).toElement()
        if element.attribute("id") in ours:
            element.setAttribute("source", with_key(element.attribute("source"), ""))


def fill(project: QgsProject, key: str) -> list[str]:
    """Give the layers of a project the user's key and return the names of those that have none.

    Without a key they get the placeholder and say in their name that it is missing.
    """
    missing = []
    dirty = project.isDirty()
    for layer in project.mapLayers().values():
        if not needs_key(layer):
            continue
        source = layer.source()
        wanted = with_key(source, key)
        if wanted != source:
            layer.setDataSource(wanted, layer.name(), layer.providerType(), QgsDataProvider.ProviderOptions())
        own = str(layer.customProperty(_NAME) or "")
        if key and own:
            layer.setName(own)
            layer.removeCustomProperty(_NAME)
        elif not key:
            own = own or layer.name()
            layer.setCustomProperty(_NAME, own)
            layer.setName(tr("{service}: key missing").format(service=own))
            missing.append(own)
    project.setDirty(dirty)
    return missing
