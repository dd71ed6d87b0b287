"""The guide: the README in the user's language, shown at the topic asked for."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtWidgets import QDialog, QTextBrowser, QVBoxLayout, QWidget

from waternet_plugin import paths
from waternet_plugin.core import texts
from waternet_plugin.core.texts import tr

# By which heading of the README a topic is found: a word of it, in English and in Chinese.
TOPICS: dict[str, tuple[str, str]] = {
    "start": ("tour", "五分钟"),
    "adopt": ("own", "自有"),
    "map": ("map", "地图"),
    "forms": ("form", "表单"),
    "issues": ("issues", "问题："),
    "health": ("health", "健康"),
    "plan": ("plan", "计划"),
    "burst": ("burst", "爆管"),
    "trace": ("trac", "追踪"),
    "print": ("print", "打印"),
    "export": ("export", "导出"),
    "packages": ("packages", "依赖"),
}


_PICTURE = re.compile(r"!\[[^\]]*\]\(([^)\s]+)[^)]*\)")


def guide_file() -> Path | None:
    """Return the README in the user's language that came with the plugin, None if there is none."""
    names = ("README.zh-CN.md", "README.md") if texts.language() == "zh_CN" else ("README.md",)
    places = [paths.ROOT / name for name in names]
    return next((place for place in places if place.is_file()), None)


def _shown(file: Path) -> str:
    """Return the text without the pictures that did not come with the plugin."""
    text = file.read_text(encoding="utf-8")
    return _PICTURE.sub(lambda found: found[0] if (file.parent / found[1]).is_file() else "", text)


class GuideWindow(QDialog):
    """The README, scrolled to a topic."""

    def __init__(self, file: Path, topic: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("wn_guide")
        self.setWindowTitle(tr("WaterNet guide"))
        self.resize(880, 600)
        self.text = QTextBrowser(self)
        self.text.setObjectName("wn_guide_text")
        self.text.setSearchPaths([str(file.parent)])
        self.text.setOpenLinks(False)
        self.text.anchorClicked.connect(self._follow)
        self.text.setMarkdown(_shown(file))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.addWidget(self.text)
        self.show_topic(topic)

    def _follow(self, url: QUrl) -> None:
        # Links between files of the repository lead nowhere here.
        if url.scheme() in ("http", "https"):
            QDesktopServices.openUrl(url)

    def show_topic(self, topic: str) -> bool:
        """Scroll to the heading of a topic; tell whether there is one."""
        words = TOPICS.get(topic, ())
        block = self.text.document().begin()
        while block.isValid():
            heading = block.text().casefold()
            if block.blockFormat().headingLevel() > 1 and any(word in heading for word in words):
                cursor = self.text.textCursor()
                cursor.setPosition(self.text.document().end().previous().position())
                self.text.setTextCursor(cursor)
                cursor.setPosition(block.position())
                self.text.setTextCursor(cursor)
                return True
            block = block.next()
        return False


def open_guide(session: Any, topic: str = "") -> None:
    """Show the guide; without the file, the project's page in the browser."""
    file = guide_file()
    if file is None:
        QDesktopServices.openUrl(QUrl(paths.metadata("homepage")))
        return
    session.show_window(GuideWindow(file, topic, session.iface.mainWindow()))
