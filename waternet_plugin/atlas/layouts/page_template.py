"""Templates of pages: the user's own, else those of the plugin."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.core import QgsApplication, QgsPrintLayout, QgsProject, QgsReadWriteContext
from qgis.PyQt.QtXml import QDomDocument

from waternet_plugin.atlas.pages.page_layout import STANDARD_FRAMES_MM
from waternet_plugin.atlas.sheets.frames import STANDARD_MM, sheet_frame
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr
from waternet_plugin.paths import SHIPPED_PAGES
from waternet_plugin.store import Place, parse

_FOLDER = "composer_templates"
# A template is a page, no data: what is larger is none.
_MOST_BYTES = 20_000_000


def shipped_template(name: str) -> Path:
    """Return the plugin's own template."""
    return SHIPPED_PAGES / name


def sheet_template_name(paper: str, scale: float) -> str:
    """Return the file name of the page of a paper; standard sheets at 1:5000 have one of their own."""
    frame = sheet_frame(paper, scale)
    names = [name for name, own in STANDARD_FRAMES_MM.items() if paper in STANDARD_MM and own == frame]
    return f"sheet_{(names or [paper])[0].lower()}.qpt"


def template_path(name: str, network: Place, project: QgsProject) -> Path:
    """Return a template: beside project or network, in the user's profile, else the plugin's own.

    Parameters
    ----------
    name
        File name of the template.
    network
        Where the network is.
    project
        The open project.
    """
    home = project.homePath()
    folders = [*([Path(home)] if home else []), parse(network).outputs_folder]
    folders.append(Path(QgsApplication.qgisSettingsDirPath()) / _FOLDER)
    paths = (folder / name for folder in folders)
    return next((path for path in paths if path.is_file()), shipped_template(name))


def load_template(path: Path, project: QgsProject | None = None) -> QgsPrintLayout:
    """Return the page of a template, in a project (None: the open one).

    Raises
    ------
    InputError
        When it is not a template of a page.
    """
    layout = QgsPrintLayout(project if project is not None else QgsProject.instance())
    document, is_read = QDomDocument(), False
    if path.is_file() and path.stat().st_size <= _MOST_BYTES:
        text = path.read_text(encoding="utf-8", errors="replace")
        # A template needs no document type, and one may hold entities that grow without end.
        parsed: Any = document.setContent(text) if "<!ENTITY" not in text else False
        is_read = bool(parsed[0] if isinstance(parsed, tuple) else parsed)
    if is_read:
        _items, is_read = layout.loadFromTemplate(document, QgsReadWriteContext())
    if not is_read or layout.pageCollection().pageCount() < 1:
        message = tr("{path} is not a page template. Save it again from QGIS's layout window, or delete it.")
        raise InputError(message.format(path=path))
    return layout
