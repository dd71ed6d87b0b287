"""A user's own page through `exportatlas`: each change is on every sheet, or one sentence says why not."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from qgis.core import (
    QgsApplication,
    QgsLayoutItemLabel,
    QgsLayoutItemMap,
    QgsLayoutItemPicture,
    QgsLayoutPoint,
    QgsLayoutSize,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProject,
)
from qgis.PyQt.QtGui import QColor, QFont, QImage
from support.slow_cases import a_few_quick

from waternet_plugin.atlas.layouts.own_page import begin_own_page, save_page
from waternet_plugin.atlas.layouts.page_sample import FILLED_IDS
from waternet_plugin.atlas.layouts.page_template import load_template, shipped_template
from waternet_plugin.atlas.map_layers import map_content
from waternet_plugin.bridge.printing.page_fonts import page_families
from waternet_plugin.bridge.project.layer_tree import theme_name
from waternet_plugin.bridge.project.project_basis import project_basis_at
from waternet_plugin.bridge.styling.look import Look

NAME = "sheet_a4.qpt"
# Written by QGIS 3.40.6.
LATER = Path(__file__).with_name("page_of_qgis_3_40.qpt")


@pytest.fixture(scope="module")
def _provider(qgis_app):
    from support.registering import registered

    with registered():
        yield


@pytest.fixture
def own(_provider, town_path, tmp_path):
    """Path of a network of its own, with the shipped page copied beside it."""
    network = Path(shutil.copy(town_path, tmp_path / "小城.gpkg"))
    begin_own_page(NAME, network, QgsProject())
    return network


def changed(network, change):
    """Change the own page as a user does."""
    page = network.with_name(NAME)
    layout = load_template(page)
    change(layout)
    save_page(layout, page, FILLED_IDS)


def item_of(layout, name):
    """The item of an id."""
    return next(item for item in layout.items() if hasattr(item, "id") and item.id() == name)


class Listening(QgsProcessingFeedback):
    """Keeps why a run was refused."""

    def __init__(self):
        super().__init__(False)
        self.said = ""

    def keep_refusal(self, error):
        self.said = error.message


def printed(network, **parameters):
    """Print the town and return the PDF, or the sentence that refuses it."""
    algorithm = QgsApplication.processingRegistry().createAlgorithmById("waternet:exportatlas")
    output = network.with_suffix(".pdf")
    listening = Listening()
    chosen = {"NETWORK": str(network), "PAPER": "A4", "SCALE": 2000, "FRONT": False, "LANGUAGE": "en"}
    chosen["OUTPUT"] = str(output)
    results, succeeded = algorithm.run({**chosen, **parameters}, QgsProcessingContext(), listening)
    assert succeeded or not output.exists()
    return output if results.get("PAGES") else listening.said


def words(pdf):
    """Each page's words with the mm of their left upper corners."""
    told = subprocess.run(["pdftotext", "-bbox", str(pdf), "-"], capture_output=True, check=True)
    pages = told.stdout.decode("utf-8").split("<page ")[1:]
    pattern = re.compile(r'xMin="([\d.]+)" yMin="([\d.]+)"[^>]*>([^<]*)<')
    return [
        {text: (float(x) * 25.4 / 72, float(y) * 25.4 / 72) for x, y, text in pattern.findall(page)}
        for page in pages
    ]


@pytest.mark.slow
@pytest.mark.parametrize("follows", [False, True])
def test_a_second_map_may_follow_any_theme_and_expressions_ask_any_layer(own, follows):
    material, failures = theme_name("material", "en"), Look("print", "en").word("failure")

    def change(layout):
        added = QgsLayoutItemMap(layout)
        added.setFollowVisibilityPreset(follows)
        added.setFollowVisibilityPresetName(material)
        layout.addLayoutItem(added)

    changed(own, change)
    content = map_content(
        project_basis_at(own),
        theme="system",
        palette="print",
        language="en",
        scale=1000,
        families=page_families("en"),
        templates=[own.with_name(NAME)],
    )
    themes, (pipes,) = content.project.mapThemeCollection(), content.pipes
    assert themes.hasMapTheme(material) is follows
    assert (pipes.id() in themes.mapThemeStyleOverrides(material)) is follows
    assert len(content.project.mapLayersByName(failures)) == 1
    content.project.clear()


@pytest.mark.parametrize("theme", ["plan", "users"])
def test_a_shipped_page_opens_the_layers_of_its_theme_alone(own, theme):
    def content(template):
        made = map_content(
            project_basis_at(own),
            theme=theme,
            palette="print",
            language="en",
            scale=1000,
            families=page_families("en"),
            templates=[template],
        )
        found = (made.project.crs().authid(), [layer.name() for layer in made.layers])
        opened = len(made.project.mapLayers())
        made.project.clear()
        return found, opened

    (shipped, few), (users_own, all_layers) = content(shipped_template(NAME)), content(own.with_name(NAME))
    assert shipped == users_own
    assert few < all_layers / 3


@pytest.mark.slow
def test_what_is_moved_added_and_dressed_is_on_every_sheet(own):
    before = words(printed(own))
    logo = QImage(20, 20, QImage.Format.Format_RGB32)
    logo.fill(QColor("#d7165a"))
    logo.save(str(own.parent / "标志.png"))

    def change(layout):
        letter = item_of(layout, "north_letter")
        letter.attemptMove(QgsLayoutPoint(40.0, 40.0))
        item_of(layout, "title").setFont(QFont("DejaVu Serif", 9))
        added = QgsLayoutItemLabel(layout)
        added.setText("[% 'Hotline-' || @wn_sheet_no %]")
        layout.addLayoutItem(added)
        added.attemptResize(QgsLayoutSize(60.0, 6.0))
        added.attemptMove(QgsLayoutPoint(20.0, 60.0))
        picture = item_of(layout, "logo")
        assert isinstance(picture, QgsLayoutItemPicture)
        picture.setPicturePath(str(own.parent / "标志.png"))

    changed(own, change)
    pdf = printed(own)
    after = words(pdf)
    assert len(before) == len(after) > 1
    numbers = set()
    for old, new in zip(before, after):
        assert new["N"] != old["N"] and abs(new["N"][1] - 40.0) < 3.0
        (number,) = (word.partition("-")[2] for word in new if word.startswith("Hotline-"))
        assert number in old
        numbers.add(number)
    assert len(numbers) == len(after)
    fonts = subprocess.run(["pdffonts", str(pdf)], capture_output=True, check=True).stdout.decode()
    assert "DejaVuSerif" in fonts
    pictures = subprocess.run(
        ["pdfimages", "-list", str(pdf)], capture_output=True, check=True
    ).stdout.decode()
    assert len({line.split()[0] for line in pictures.splitlines()[2:]}) == len(after)


@pytest.mark.slow
def test_the_logo_of_the_setting_is_found_beside_the_network(own):
    from waternet_plugin import store

    with store.open_network(own) as network, network.write("setting") as batch:
        batch.set_setting("printing.logo", "标志.png")
    assert "标志.png (setting printing.logo) is not there" in printed(own)
    logo = QImage(20, 20, QImage.Format.Format_RGB32)
    logo.fill(QColor("#d7165a"))
    logo.save(str(own.parent / "标志.png"))
    pdf = printed(own)
    pictures = subprocess.run(
        ["pdfimages", "-list", str(pdf)], capture_output=True, check=True
    ).stdout.decode()
    assert len({line.split()[0] for line in pictures.splitlines()[2:]}) == len(words(pdf))


@pytest.mark.slow
def test_a_page_without_its_items_is_printed_with_what_it_has(own):
    def change(layout):
        for item in list(layout.items()):
            if hasattr(item, "id") and item.id() and item.id() not in ("map", "sheet_no"):
                layout.removeLayoutItem(item)

    changed(own, change)
    for page in words(printed(own)):
        assert [word for word in page if re.fullmatch(r"\d+\.\d-\d+\.\d", word)]
        assert "N" not in page


@pytest.mark.slow
def test_the_page_of_a_later_qgis_is_printed(own):
    shutil.copy(LATER, own.with_name(NAME))
    for page in words(printed(own)):
        assert "3.40:" in page
        assert [word for word in page if re.fullmatch(r"\d+\.\d-\d+\.\d", word)]


def _small(layout):
    item_of(layout, "map").attemptResize(QgsLayoutSize(100.0, 80.0))


def _without_map(layout):
    for item in layout.items():
        if isinstance(item, QgsLayoutItemMap):
            item.setId("")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (_small, "The map of .*sheet_a4.qpt is 100 × 80 mm, but the sheets need 205 × 165 mm"),
        (_without_map, "sheet_a4.qpt has no map with the item id “map”"),
    ],
)
def test_a_page_that_fits_no_sheet_gets_one_sentence(own, change, sentence):
    changed(own, change)
    assert re.search(sentence, printed(own))


@pytest.mark.parametrize("text", a_few_quick(["", "no XML at all", "<qgis/>", '<Layout units="mm"'], 1))
def test_a_file_that_is_no_page_gets_one_sentence(own, text):
    own.with_name(NAME).write_text(text, encoding="utf-8")
    assert "sheet_a4.qpt is not a page template" in printed(own)


@pytest.mark.slow
def test_template_goes_before_the_own_page(own):
    from waternet_plugin.atlas.layouts.page_template import shipped_template

    own.with_name(NAME).write_text("no page", encoding="utf-8")
    assert words(printed(own, TEMPLATE=str(shipped_template(NAME))))
