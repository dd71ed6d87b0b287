"""A page template as a file: short, the same bytes each time, and read by QGIS as the page that was drawn."""

from __future__ import annotations

import copy
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from qgis.core import QgsPrintLayout, QgsProject, QgsReadWriteContext
from qgis.PyQt.QtXml import QDomDocument

MARK = re.compile(r"\{[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}")


def numbered(text: str) -> str:
    """Return a page with numbers in the place of random marks."""
    marks: dict[str, str] = {}

    def plain(match: re.Match[str]) -> str:
        mark = f"{{00000000-0000-0000-0000-{len(marks) + 1:012d}}}"
        return marks.setdefault(match[0], mark)

    return MARK.sub(plain, text)


def saved_again(root: ElementTree.Element) -> str:
    """Return a page as QGIS saves it that has read it, without random marks."""
    document = QDomDocument()
    document.setContent(ElementTree.tostring(root, encoding="unicode"))
    project = QgsProject()
    layout = QgsPrintLayout(project)
    layout.loadFromTemplate(document, QgsReadWriteContext())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.qpt"
        layout.saveAsTemplate(str(path), QgsReadWriteContext())
        text = path.read_text(encoding="utf-8")
    # The layout must be gone before the project is.
    del layout
    return MARK.sub("", text)


class Shortener:
    """Leaves out of pages what QGIS reads alike without, which is most.

    What that is, it finds by trying on the first page.
    """

    # What gives a page its frame: QGIS does not live through all of it being away.
    _KEPT = frozenset(
        "PageCollection LayoutItem LayoutMultiFrame childFrame ComposerMapGrid symbol layer text-style "
        "headers displayColumns contents layer-tree-group type class".split()
    )
    # What differs from item to item is not tried.
    _OWN = frozenset(("position", "size", "zValue", "id", "labelText", "x", "y", "file"))

    # So many items of a kind and name show what it needs.
    _MODELS = 3

    def __init__(self) -> None:
        # Of symbols older programs wrote ``prop``, which all read; newer ones write ``Option``, too.
        self._needless: list[tuple[str, ...]] = [("layer", "Option")]

    def shortened(self, text: str) -> str:
        """Return a page that reads as another one.

        Raises
        ------
        SystemExit
            When QGIS does not read it alike.
        """
        root = ElementTree.fromstring(text)
        whole = saved_again(root)
        if len(self._needless) == 1:
            self._learn(copy.deepcopy(root))
        for part in self._needless:
            self._drop(root, part)
        if saved_again(root) != whole:
            raise SystemExit("QGIS reads the short page in another way")
        return ElementTree.tostring(root, encoding="unicode") + "\n"

    def _learn(self, root: ElementTree.Element) -> None:
        """Find out on a few items of each kind what is needless."""
        seen: Counter[tuple[str, str]] = Counter()
        for item in root.findall("LayoutItem"):
            kind = (item.get("type", ""), item.get("id", "").partition("_")[0])
            seen[kind] += 1
            if seen[kind] > self._MODELS:
                root.remove(item)
        whole = saved_again(root)
        for part in self._needless:
            self._drop(root, part)
        for tried in dict.fromkeys(self._parts(root)):
            short = copy.deepcopy(root)
            self._drop(short, tried)
            if saved_again(short) == whole:
                root = short
                self._needless.append(tried)

    @classmethod
    def _parts(cls, root: ElementTree.Element) -> Iterator[tuple[str, ...]]:
        """Yield what may be left out: elements below others, and attributes of a value."""
        for parent in root.iter():
            kind = parent.get("type", "") if parent.tag == "LayoutItem" else ""
            if parent.tag != "prop":
                # A frame is known to its table by its mark.
                is_framed = bool(parent.get("multiFrame")) or parent.tag in ("LayoutMultiFrame", "childFrame")
                for name, value in parent.attrib.items():
                    if not (is_framed and MARK.fullmatch(value)) and name not in cls._KEPT | cls._OWN:
                        yield parent.tag, kind, name, "" if MARK.fullmatch(value) else value
            for child in parent:
                if child.tag == "prop":
                    yield parent.tag, child.tag, child.get("k", ""), child.get("v", ""), "k"
                elif child.tag not in cls._KEPT:
                    yield parent.tag, child.tag

    @classmethod
    def _drop(cls, root: ElementTree.Element, part: tuple[str, ...]) -> None:
        """Take a part out wherever it is."""
        for parent in list(root.iter(part[0])):
            if len(part) == 4:
                kind = parent.get("type", "") if parent.tag == "LayoutItem" else ""
                value = parent.get(part[2])
                is_mark = not part[3] and MARK.fullmatch(value or "") and not parent.get("multiFrame")
                is_same = value == part[3] or is_mark
                if kind == part[1] and value is not None and is_same:
                    del parent.attrib[part[2]]
                continue
            for child in parent.findall(part[1]):
                if len(part) == 2 or (child.get("k"), child.get("v")) == part[2:4]:
                    parent.remove(child)


def write_template(layout: QgsPrintLayout, path: Path, shortener: Shortener) -> None:
    """Save a page as a template.

    Raises
    ------
    SystemExit
        When it can't be written.
    """
    # A run that is stopped leaves no long page in the place of a short one.
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / path.name
        if not layout.saveAsTemplate(str(whole), QgsReadWriteContext()):
            raise SystemExit(f"{path} can't be written")
        text = numbered(shortener.shortened(whole.read_text(encoding="utf-8")))
    path.write_bytes(re.sub(r"\n\s*", "\n", text).encode("utf-8"))
