"""The shipped pages, and what becomes of a user's own."""

import re

import pytest
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsLayoutItem,
    QgsLayoutItemLabel,
    QgsLayoutObject,
    QgsProject,
    QgsProperty,
    QgsReadWriteContext,
)
from support.slow_cases import a_few_quick

from waternet_plugin.atlas.layouts import sheet_layout
from waternet_plugin.atlas.layouts.item_fonts import POINT_MM, label_font
from waternet_plugin.atlas.layouts.page_table import TableText, page_table
from waternet_plugin.atlas.layouts.page_template import load_template, shipped_template, template_path
from waternet_plugin.atlas.layouts.sheet_layout import BookLook, SheetLayout
from waternet_plugin.atlas.map_layers import MapContent
from waternet_plugin.atlas.pages.page import Imprint, SheetPage
from waternet_plugin.atlas.pages.page_layout import (
    FRAMES_MM,
    STANDARD_FRAMES_MM,
    WALL_LETTERS,
    plan_of,
    standard_plan,
    wall_plan,
)
from waternet_plugin.atlas.pages.page_words import PageWords
from waternet_plugin.core.errors import InputError
from waternet_plugin.paths import SHIPPED_PAGES

PLANS = [*map(plan_of, FRAMES_MM), *map(standard_plan, STANDARD_FRAMES_MM)]
NAMES = (
    "map overview legend scale_bar north_arrow table label_list title sheet_no sheet_name page_no crs "
    "height_datum secrecy drawn_by checked_by approved_by date edition logo"
).split()
WALL_NAMES = (
    "map legend scale_bar north_arrow table title sheet_no crs height_datum secrecy drawn_by checked_by "
    "approved_by date edition logo"
).split()
NAMES += [f"neighbour_{side}" for side in sheet_layout.NEIGHBOURS]
PAGE = SheetPage(
    number=1,
    sheet_no="2513.0-501.1",
    bounds=(501_165.0, 2_513_000.0, 501_480.0, 2_513_250.0),
    neighbours=("", "2513.2-501.1", "", "", "2513.0-501.4", "", "", ""),
    streets="人民路",
    legend=(),
    materials=(),
    material_labels={},
    scale=1000.0,
)


def shipped(paper="A3"):
    """The text of a shipped page."""
    return shipped_template(f"sheet_{paper.lower()}.qpt").read_text(encoding="utf-8")


def _item(layout, name):
    """The item of an id."""
    return next(item for item in layout.items() if isinstance(item, QgsLayoutItem) and item.id() == name)


@pytest.fixture
def filled(qgis_app, tmp_path):
    """Function that fills a template's text with a sheet and returns its layout."""
    content = MapContent(QgsProject(), (), ())
    content.project.setCrs(QgsCoordinateReferenceSystem("EPSG:4547"))
    imprint = Imprint(
        title="[% 1 + 1 %] 清源县",
        theme="综合管线图",
        scale=1000.0,
        crs="CGCS2000",
        height_datum="",
        secrecy="内部使用",
        drawn_by="李四",
        checked_by="",
        approved_by="",
        date="2026-10-02",
        edition="4",
        pages=1,
        north_arrow=True,
    )

    def fill(text, frame=FRAMES_MM["A3"]):
        path = tmp_path / "sheet_a3.qpt"
        path.write_text(text, encoding="utf-8")
        look = BookLook(PageWords("zh_CN"), ("Noto Sans CJK SC",), imprint)
        layout = SheetLayout(path, frame, content, look, tmp_path)
        layout.prepare([PAGE], None)
        layout.fill(PAGE, number=7, pages=9)
        return layout

    yield fill
    content.project.clear()


def texts(layout):
    """What the labels of a layout say, by their ids."""
    items = [item for item in layout.layout.items() if isinstance(item, QgsLayoutItemLabel)]
    return {item.id(): item.currentText() for item in items if item.id()}


@pytest.mark.parametrize("plan", a_few_quick(PLANS, 1), ids=lambda plan: plan.paper)
def test_shipped_pages_have_every_item_within_the_margins(qgis_app, plan):
    layout = load_template(shipped_template(f"sheet_{plan.paper.lower()}.qpt"), QgsProject())
    items = {item.id(): item for item in layout.items() if hasattr(item, "id") and item.id()}
    assert set(NAMES) <= set(items)
    size = items["map"].rect()
    assert (size.width(), size.height()) == (plan.frame.width, plan.frame.height)
    page = layout.pageCollection().page(0).pageSize()
    assert (page.width(), page.height()) == (plan.page.width, plan.page.height)
    for name, item in items.items():
        box = item.mapRectToScene(item.rect())
        assert plan.frame.x - 0.5 <= box.left() and box.right() <= plan.strip.right + 0.5, name
        assert plan.frame.y - 0.5 <= box.top() and box.bottom() <= plan.strip.bottom + 0.5, name


def test_no_page_stores_styles_of_layers():
    for plan in PLANS:
        assert "<renderer-v2" not in shipped(plan.paper)


def test_no_property_of_a_shipped_page_rests_on_what_a_sheet_says(qgis_app):
    # So these pages are not refreshed for each sheet.
    pages = sorted(SHIPPED_PAGES.glob("*.qpt"))
    assert pages
    for page in pages:
        layout = load_template(page, QgsProject())
        items = [item for item in layout.items() if isinstance(item, QgsLayoutItem)]
        for part in (*items, *layout.multiFrames()):
            assert not part.dataDefinedProperties().hasActiveProperties(), (page.name, part)


def test_properties_of_an_own_page_follow_the_sheet(filled, tmp_path):
    page = tmp_path / "changed.qpt"
    layout = load_template(shipped_template("sheet_a3.qpt"), QgsProject())
    by_sheet = QgsProperty.fromExpression(f"if(@wn_sheet_no = '{PAGE.sheet_no}', 50, 10)")
    letter = _item(layout, "north_letter")
    letter.dataDefinedProperties().setProperty(QgsLayoutObject.DataDefinedProperty.PositionX, by_sheet)
    layout.saveAsTemplate(str(page), QgsReadWriteContext())
    assert _item(filled(page.read_text(encoding="utf-8")).layout, "north_letter").pos().x() == 50.0


@pytest.mark.slow
def test_items_are_filled_by_their_ids(filled):
    said = texts(filled(shipped()))
    assert said["sheet_no"] == "2513.0-501.1"
    assert said["page_no"] == "7/9"
    assert said["neighbour_e"] == "2513.0-501.4"
    assert said["sheet_name"] == "主要道路：人民路"
    assert said["drawn_by"] == "李四"


@pytest.mark.slow
def test_a_name_is_no_expression(filled):
    assert texts(filled(shipped()))["title"] == "[ % 1 + 1 %] 清源县 综合管线图"


@pytest.mark.slow
def test_the_map_shows_the_sheet_at_its_scale(filled):
    layout = filled(shipped())
    shown = layout.map
    extent = shown.extent()
    assert (extent.xMinimum(), extent.yMaximum()) == pytest.approx((501_165.0, 2_513_250.0), abs=1e-3)
    assert shown.scale() == pytest.approx(1000.0, abs=0.01)


def test_an_expression_of_the_user_stays_and_knows_the_sheet(filled):
    own = r"\1[% '图 ' || @wn_sheet_no %]\2"
    text = re.sub(r'(labelText=")("[^>]* id="sheet_name")', own, shipped())
    if text == shipped():
        text = re.sub(r'(id="sheet_name"[^>]* labelText=")(")', own, shipped())
    assert text != shipped()
    assert texts(filled(text))["sheet_name"] == "图 2513.0-501.1"


@pytest.mark.slow
def test_only_the_map_must_be_there(filled):
    layout = load_template(shipped_template("sheet_a3.qpt"), QgsProject())
    text = shipped()
    for item in list(layout.items()):
        name = item.id() if hasattr(item, "id") else ""
        if name in NAMES and name != "map":
            text = text.replace(f'id="{name}"', 'id="other"')
    left = filled(text)
    assert left.map.scale() == pytest.approx(1000.0, abs=0.01)
    assert not set(texts(left)) & set(NAMES)


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    a_few_quick(
        [
            (lambda _text: "", "not a page template"),
            (lambda _text: "<broken", "not a page template"),
            (lambda _text: "<Layout/>", "not a page template"),
            (lambda text: text.replace('id="map"', 'id="plan"'), "has no map with the item id"),
        ],
        3,
        is_tuple_one_value=False,
    ),
)
def test_what_is_no_page_gets_one_sentence(filled, spoil, sentence):
    with pytest.raises(InputError, match=sentence):
        filled(spoil(shipped()))


def test_a_map_of_another_size_gets_one_sentence(filled):
    with pytest.raises(InputError, match=r"315 × 250 mm, but the sheets need 205 × 165 mm"):
        filled(shipped(), FRAMES_MM["A4"])


@pytest.mark.slow
def test_a_page_of_a_later_qgis_is_filled(filled):
    """Attributes and elements that this QGIS does not know are passed over."""
    text = re.sub(r"<Layout ", '<Layout laterAttribute="1" ', shipped(), count=1)
    text = re.sub(r"(<Layout [^>]*>)", r'\1<LaterElement kind="new"><a/></LaterElement>', text, count=1)
    assert texts(filled(text))["sheet_no"] == "2513.0-501.1"


def test_the_page_beside_the_network_goes_before_the_shipped_one(qgis_app, tmp_path):
    network = tmp_path / "n.gpkg"
    assert template_path("sheet_a3.qpt", network, QgsProject()) == shipped_template("sheet_a3.qpt")
    (tmp_path / "sheet_a3.qpt").write_text(shipped(), encoding="utf-8")
    assert template_path("sheet_a3.qpt", network, QgsProject()) == tmp_path / "sheet_a3.qpt"


@pytest.mark.parametrize("paper", a_few_quick(WALL_LETTERS, 1))
def test_pages_of_wall_maps_have_every_item_within_the_page(qgis_app, paper):
    layout, plan = (
        load_template(shipped_template(f"wall_{paper.lower()}.qpt"), QgsProject()),
        wall_plan(paper),
    )
    items = {item.id(): item for item in layout.items() if hasattr(item, "id") and item.id()}
    assert set(WALL_NAMES) <= set(items)
    size = items["map"].rect()
    assert (size.width(), size.height()) == (plan.page.frame.width, plan.page.frame.height)
    for name, item in items.items():
        box = item.mapRectToScene(item.rect())
        assert box.left() >= 9.5 and box.right() <= plan.page.page.width - 9.5, name
        assert box.top() >= 9.5 and box.bottom() <= plan.page.page.height - 9.5, name


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.paper)
def test_shipped_pages_leave_out_what_qgis_takes_for_granted(plan):
    text = shipped(plan.paper)
    assert len(text) < 40_000 and "data_defined_properties" not in text


# What has no letters that reach below the line: a year, the letter beside the arrow.
FLAT = {"year", "north_letter"}
# Of the height of its letters (em) a label needs so much that those below the line are not cut.
LEAST_ROOM = 1.31


@pytest.mark.slow
def test_no_label_cuts_the_foot_of_its_letters(qgis_app):
    folder = shipped_template("sheet_a3.qpt").parent
    tight = []
    for path in sorted(folder.glob("*.qpt")):
        layout = load_template(path, QgsProject())
        for item in layout.items():
            if isinstance(item, QgsLayoutItemLabel) and item.id() not in FLAT:
                letters_mm = label_font(item).pointSizeF() * POINT_MM
                if item.rect().height() < LEAST_ROOM * letters_mm:
                    tight.append((path.name, item.id(), item.text(), item.rect().height(), letters_mm))
    assert tight == []


@pytest.mark.parametrize("is_dense", [False, True])
def test_the_rows_for_which_a_table_has_room_are_no_higher_than_its_frame(qgis_app, is_dense):
    project = QgsProject()
    layout = load_template(shipped_template("sheet_a3.qpt"), project)
    table = page_table(layout, "label_list")
    count = table.dense_rows if is_dense else table.rows
    assert table.rows + 2 <= table.dense_rows
    rows = tuple((f"DN{number}", f"{number} YS-0001") for number in range(count + 1))
    table.show(TableText(rows, (0.4, 0.6), (False, False), is_dense=is_dense))
    (shown,) = [
        group
        for group in layout.multiFrames()
        if any(group.frame(place).id() == "label_list" for place in range(group.frameCount()))
    ]
    room_mm = shown.frame(0).rect().height()
    assert 0.8 * room_mm <= shown.totalSize().height() <= room_mm
    # The layout must be gone before the project is.
    del shown, table, layout
