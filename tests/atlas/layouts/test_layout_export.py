"""Pages are small: pictures in them are kept sharp, or as photos, and halos are simple strokes."""

import subprocess

import pytest
from qgis.core import QgsLayoutItemPicture, QgsLayoutSize, QgsPrintLayout, QgsProject
from qgis.PyQt.QtGui import QColor, QImage

from waternet_plugin.atlas.layouts.layout_export import export_page
from waternet_plugin.bridge.printing.page_fonts import printed_format
from waternet_plugin.bridge.styling.labels import text_format


@pytest.fixture
def layout(qgis_app, tmp_path):
    """A page with a picture in two colours."""
    picture = QImage(200, 200, QImage.Format.Format_RGB32)
    picture.fill(QColor("white"))
    for place in range(200):
        picture.setPixelColor(place, place, QColor("black"))
    picture.save(str(tmp_path / "hatch.png"))
    project = QgsProject()
    made = QgsPrintLayout(project)
    made.initializeDefaults()
    item = QgsLayoutItemPicture(made)
    item.setPicturePath(str(tmp_path / "hatch.png"))
    item.attemptResize(QgsLayoutSize(100.0, 100.0))
    made.addLayoutItem(item)
    yield made
    del item, made
    project.clear()


@pytest.mark.parametrize(("has_photos", "kept"), [(False, "image"), (True, "jpeg")])
def test_pictures_are_photos_where_that_is_said(layout, tmp_path, has_photos, kept):
    export_page(layout, tmp_path / "page.pdf", has_photos=has_photos)
    told = subprocess.run(
        ["pdfimages", "-list", str(tmp_path / "page.pdf")], capture_output=True, check=True
    ).stdout.decode()
    assert {line.split()[8] for line in told.splitlines()[2:]} == {kept}


def test_halos_are_opaque_on_paper(qgis_app):
    # Qt parts an outline that lets light through into thousands of points.
    shown = text_format(2.0, "#000000")
    printed = printed_format(shown, ("DejaVu Sans",))
    assert printed.buffer().enabled() and printed.buffer().opacity() == 1.0
    assert printed.font().families() == ["DejaVu Sans"]
    assert shown.buffer().opacity() < 1.0
