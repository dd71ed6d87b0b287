"""The shipped pages are those that the tool draws which makes them: who changes one of both, changes both."""

import sys
from xml.etree import ElementTree

import pytest
from qgis.core import QgsReadWriteContext
from support.headless import ROOT

from waternet_plugin.atlas.layouts.page_template import shipped_template

# The page of a verification sheet is drawn by hand.
BY_HAND = {"verification_sheet"}


@pytest.fixture(scope="module")
def tool(qgis_app):
    """The modules that draw pages."""
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        import make_pages
        import page_file
    finally:
        sys.path.remove(str(ROOT / "tools"))
    return make_pages, page_file


def as_read(page_file, text):
    """A page as QGIS reads it, without random marks, its attributes in order."""
    return ElementTree.canonicalize(page_file.saved_again(ElementTree.fromstring(text)))


@pytest.mark.slow
def test_shipped_pages_are_those_that_are_drawn(tool, tmp_path):
    make_pages, page_file = tool
    names = set()
    for name, sheet in make_pages.drawn_pages():
        drawn = tmp_path / f"{name}.qpt"
        assert sheet.layout.saveAsTemplate(str(drawn), QgsReadWriteContext())
        shipped = shipped_template(drawn.name).read_text(encoding="utf-8")
        assert as_read(page_file, shipped) == as_read(page_file, drawn.read_text(encoding="utf-8")), name
        # Marks are numbers, which are the same each time.
        assert page_file.numbered(shipped) == shipped
        names.add(name)
    folder = shipped_template("sheet_a3.qpt").parent
    assert {path.stem for path in folder.glob("*.qpt")} == names | BY_HAND
