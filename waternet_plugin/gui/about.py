"""About: the versions of everything, to be copied into a question or a report."""

from __future__ import annotations

import platform
import sys
from typing import TYPE_CHECKING

from osgeo import gdal
from qgis.core import Qgis
from qgis.PyQt.QtCore import QT_VERSION_STR, QEvent, Qt, QUrl
from qgis.PyQt.QtGui import QDesktopServices, QIcon
from qgis.PyQt.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from waternet_plugin import dependencies, log, paths
from waternet_plugin.core import texts
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.guide import help_key
from waternet_plugin.gui.panel.section import TITLE_PT, sized
from waternet_plugin.gui.tasks.unexpected import show_details
from waternet_plugin.gui.widgets.buttons import speak
from waternet_plugin.gui.widgets.plain_text import plain_label
from waternet_plugin.paths import icon_path

if TYPE_CHECKING:
    from waternet_plugin.gui.session import Session


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


class AboutWindow(QDialog):
    """What WaterNet is, and the versions.

    Parameters
    ----------
    session
        Opens the guide.
    parent
        The main window.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.setObjectName("wn_about")
        self.setWindowTitle(tr("About WaterNet"))
        self.resize(480, 480)
        icon = plain_label("", self)
        icon.setPixmap(QIcon(icon_path("waternet")).pixmap(48, 48))
        title = plain_label(f"WaterNet {paths.version()}", self)
        title.setFont(sized(self.font(), 16, semibold=True))
        what = plain_label(tr("Every pipe of a town on one map: adopt, assess, plan, print."), self)
        what.setFont(sized(self.font(), TITLE_PT))
        what.setWordWrap(True)
        words = QVBoxLayout()
        words.addWidget(title)
        words.addWidget(what)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(icon)
        head.addLayout(words, 1)
        page = paths.metadata("homepage")
        link = plain_label(page, self)
        link.setObjectName("wn_about_link")
        link.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        rights = tr("By {author}. Licence: GNU GPL, version 2 or later.").format(
            author=paths.metadata("author")
        )
        maker = plain_label(rights, self)
        maker.setObjectName("wn_about_rights")
        maker.setWordWrap(True)
        lines = QPlainTextEdit(as_text(), self)
        lines.setObjectName("wn_about_versions")
        lines.setReadOnly(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        copy = buttons.addButton(tr("Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.setObjectName("wn_about_copy")
        copy.setAutoDefault(False)
        buttons.button(QDialogButtonBox.StandardButton.Close).setDefault(True)
        copy.clicked.connect(lambda _checked=False: QApplication.clipboard().setText(as_text()))
        visit = buttons.addButton(tr("Web page"), QDialogButtonBox.ButtonRole.ActionRole)
        visit.setObjectName("wn_about_visit")
        visit.setAutoDefault(False)
        visit.clicked.connect(lambda _checked=False: QDesktopServices.openUrl(QUrl(page)))
        self._error = log.newest()
        last = buttons.addButton(tr("Last unexpected error…"), QDialogButtonBox.ButtonRole.ActionRole)
        last.setObjectName("wn_about_error")
        last.setAutoDefault(False)
        last.setVisible(self._error is not None)
        last.clicked.connect(lambda _checked=False: self._show_error())
        speak(buttons).rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addWidget(maker)
        layout.addWidget(link)
        layout.addWidget(lines, 1)
        layout.addWidget(buttons)

    def _show_error(self) -> None:
        if self._error is not None:
            show_details(self.session, self._error)

    def event(self, event: QEvent) -> bool:
        """Answer F1."""
        return help_key.answers(event, lambda: self.session, "reports") or bool(super().event(event))
