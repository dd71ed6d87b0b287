"""About: the versions of everything, to be copied into a question or a report."""

from __future__ import annotations

import platform
import sys

from osgeo import gdal
from qgis.core import Qgis
from qgis.PyQt.QtCore import QT_VERSION_STR, Qt, QUrl
from qgis.PyQt.QtGui import QDesktopServices, QIcon
from qgis.PyQt.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QPlainTextEdit,
    QWidget,
)

from waternet_plugin import dependencies, log, paths
from waternet_plugin.core import texts
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.dock.dialogs.unexpected import show_details
from waternet_plugin.gui.panes.section import TITLE_PT, sized
from waternet_plugin.gui.session.help_key import HelpKey
from waternet_plugin.gui.session.session import Session
from waternet_plugin.gui.widgets.layouts import horizontal, vertical
from waternet_plugin.gui.widgets.plain_text import plain_label
from waternet_plugin.gui.widgets.standard_buttons import add_button, speak
from waternet_plugin.paths import icon_path


def versions() -> list[tuple[str, str]]:
    """Return name and version of the plugin, QGIS, GDAL, Qt, Python, the packages and the system."""
    found = [
        ("WaterNet", paths.version()),
        ("QGIS", Qgis.version()),
        ("GDAL", gdal.VersionInfo("RELEASE_NAME")),
        ("Qt", QT_VERSION_STR),
        ("Python", sys.version.split()[0]),
        (tr("System"), platform.platform()),
        (tr("Language"), texts.language()),
    ]
    for package in dependencies.packages():
        version = package.version or (tr("version unknown") if package.found else tr("missing"))
        found.append((package.name, version))
    return found


def as_text() -> str:
    """Return the versions as lines."""
    return "\n".join(f"{name}: {version}" for name, version in versions())


class AboutWindow(HelpKey, QDialog):
    """What WaterNet is, and the versions."""

    TOPIC = "reports"

    # What it shows is of no network.
    IS_OF_NO_NETWORK = True

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="wn_about", windowTitle=tr("About WaterNet"))
        self.session = session
        self.resize(480, 480)
        icon = plain_label("", self, pixmap=QIcon(icon_path("waternet")).pixmap(48, 48))
        title = plain_label(f"WaterNet {paths.version()}", self, font=sized(self.font(), 16, semibold=True))
        what = plain_label(
            tr("Every pipe of a town on one map: adopt, assess, plan, print."),
            self,
            font=sized(self.font(), TITLE_PT),
            wordWrap=True,
        )
        head = horizontal(icon, (vertical(title, what, spacing=None), 1), spacing=12)
        page = paths.metadata("homepage")
        link = plain_label(
            page,
            self,
            objectName="wn_about_link",
            textInteractionFlags=Qt.TextInteractionFlag.TextSelectableByMouse,
        )
        rights = tr("By {author}. Licence: GNU GPL, version 2 or later.").format(
            author=paths.metadata("author")
        )
        maker = plain_label(rights, self, objectName="wn_about_rights", wordWrap=True)
        lines = QPlainTextEdit(as_text(), self, objectName="wn_about_versions", readOnly=True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        add_button(
            buttons,
            tr("Copy"),
            "wn_about_copy",
            lambda: QApplication.clipboard().setText(as_text()),
            autoDefault=False,
        )
        buttons.button(QDialogButtonBox.StandardButton.Close).setDefault(True)
        add_button(
            buttons,
            tr("Web page"),
            "wn_about_visit",
            lambda: QDesktopServices.openUrl(QUrl(page)),
            autoDefault=False,
        )
        self._error = log.newest()
        add_button(
            buttons,
            tr("Last unexpected error…"),
            "wn_about_error",
            self._show_error,
            autoDefault=False,
            visible=self._error is not None,
        )
        speak(buttons).rejected.connect(self.reject)
        vertical(head, maker, link, (lines, 1), buttons, parent=self, margins=12)

    def _show_error(self) -> None:
        if self._error is not None:
            show_details(self.session, self._error)
