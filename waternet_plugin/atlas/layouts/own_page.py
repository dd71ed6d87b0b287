"""The user's own page: a copy of the shipped one beside the network, saved from QGIS's layout window."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Any

from qgis.core import QgsPrintLayout, QgsProject, QgsReadWriteContext
from qgis.PyQt.QtXml import QDomDocument

from waternet_plugin.atlas.layouts.page_template import shipped_template, template_path
from waternet_plugin.core.errors import StoreError
from waternet_plugin.core.texts import tr
from waternet_plugin.store import Place, parse
from waternet_plugin.store.outputs import refuse_network_as_output

# Variables of a layout that are filled in when a book is printed begin so.
FILLED = "wn_"
_ASIDE = "_aside"
# Where QGIS keeps names and values of the variables of a layout.
_VARIABLES = ("variableNames", "variableValues")
# Parts of a map that a book sets itself; kept styles would make each page slower.
_OF_THE_BOOK = ("LayerSet", "LayerStyles")


def own_page(name: str, network: Place, project: QgsProject) -> Path | None:
    """Return the user's own page of a name, None where the shipped one is used."""
    path = template_path(name, network, project)
    return None if path == shipped_template(name) else path


def begin_own_page(name: str, network: Place, project: QgsProject) -> Path:
    """Return the user's own page of a name: where there is none yet, a copy of the shipped one.

    Raises
    ------
    StoreError
        When the folder can't be written.
    """
    found = own_page(name, network, project)
    if found is not None:
        return found
    path = parse(network).beside(name)
    refuse_network_as_output(path)
    part = path.with_name(f"{name}.part")
    try:
        shutil.copyfile(shipped_template(name), part)
        os.replace(part, path)
    except OSError as error:
        raise _refused(path, error) from error
    return path


def set_page_aside(path: Path) -> Path:
    """Give the user's own page another name, by which no book takes it, and return that.

    Raises
    ------
    StoreError
        When the folder can't be written.
    """
    number, aside = 1, path.with_name(f"{path.stem}{_ASIDE}{path.suffix}")
    while aside.exists():
        number += 1
        aside = path.with_name(f"{path.stem}{_ASIDE}_{number}{path.suffix}")
    return _moved(path, aside)


def put_page_back(aside: Path, path: Path) -> Path:
    """Let books take a page again that was set aside; one that took its place meanwhile is set aside.

    Raises
    ------
    StoreError
        When the folder can't be written.
    """
    if path.exists():
        set_page_aside(path)
    return _moved(aside, path)


def _moved(source: Path, path: Path) -> Path:
    refuse_network_as_output(path)
    try:
        os.replace(source, path)
    except OSError as error:
        raise _refused(path, error) from error
    return path


def save_page(layout: QgsPrintLayout, path: Path, filled: Collection[str]) -> None:
    """Save a page; what a book fills in is left out.

    Parameters
    ----------
    layout
        As edited.
    path
        The page.
    filled
        Ids of the items whose texts a book fills in; expressions in them are the user's and stay.

    Raises
    ------
    StoreError
        When the file can't be written; the page of before stays.
    """
    refuse_network_as_output(path)
    document = QDomDocument()
    names, values = (list(layout.customProperty(key) or []) for key in _VARIABLES)
    kept = [(name, value) for name, value in zip(names, values) if not str(name).startswith(FILLED)]
    try:
        _set_variables(layout, [name for name, _value in kept], [value for _name, value in kept])
        element = layout.writeXml(document, QgsReadWriteContext())
    finally:
        _set_variables(layout, names, values)
    document.appendChild(element)
    _empty(element, filled)
    part = path.with_name(f"{path.name}.part")
    try:
        part.write_text(document.toString(0), encoding="utf-8")
        os.replace(part, path)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise _refused(path, error) from error


def _set_variables(layout: QgsPrintLayout, names: list[Any], values: list[Any]) -> None:
    for key, texts in zip(_VARIABLES, (names, values)):
        layout.setCustomProperty(key, texts)


def _empty(page: Any, filled: Collection[str]) -> None:
    """Take out of a written page what a book fills in: texts of its own items, and layers of maps."""
    items = page.elementsByTagName("LayoutItem")
    for index in range(items.count()):
        item = items.at(index).toElement()
        if item.attribute("id") in filled and "[%" not in item.attribute("labelText"):
            item.setAttribute("labelText", "")
        for name in _OF_THE_BOOK:
            child = item.firstChildElement(name)
            if not child.isNull():
                item.removeChild(child)


def _refused(path: Path, error: OSError) -> StoreError:
    reason = error.strerror or tr("the reason is not known")
    return StoreError(tr("The page {path} can't be written: {reason}.").format(path=path, reason=reason))
