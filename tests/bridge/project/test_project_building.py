"""Projects as QGIS reads them back."""

from __future__ import annotations

import shutil
from datetime import datetime, timezone

import pandas as pd
import pytest
from qgis.core import (
    QgsApplication,
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsFeature,
    QgsFeatureRequest,
    QgsFields,
    QgsPalLayerSettings,
    QgsProject,
    QgsRenderContext,
    QgsSnappingConfig,
    QgsVectorLayer,
)
from qgis.PyQt.QtGui import QColor
from support.slow_cases import a_few_quick

from waternet_plugin.bridge.project import project as projects
from waternet_plugin.bridge.project.layer_tree import layer_of, theme_name
from waternet_plugin.bridge.project.project import build_project
from waternet_plugin.bridge.styling import expressions, look, pipes
from waternet_plugin.bridge.styling.labels import pipe_labeling
from waternet_plugin.bridge.styling.look import Look
from waternet_plugin.compat import field
from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.core.schema import domains
from waternet_plugin.core.schema.tables import table
from waternet_plugin.store.geopackage.tables import derived

TREE = {
    "en": {
        "Network": ["Pipes", "Nodes", "Users"],
        "Areas": ["Compounds", "Zones"],
        "Events": ["Failures", "Inspections", "Work items", "Road works", "Programme items"],
        "Results": [
            "Issues",
            "Verification",
            "Health",
            "Renewal plan",
            "Leakage",
            "Tanks due",
            "Compounds by programme",
            "DMA boundaries",
            "Unmetered ways into DMA",
            "Packages",
            "Survey rows",
            "Assessments",
            "Changes",
        ],
        "Base map": [],
    },
    "zh_CN": {
        "管网": ["管段", "节点设施", "用户"],
        "区域": ["小区", "分区"],
        "事件": ["故障", "检测", "工单", "道路工程", "专项任务"],
        "成果": [
            *("问题", "核验", "健康评估", "改造计划", "漏损", "三池到期", "专项任务小区"),
            *("计量区边界设施", "未计量进水路径"),
            *("改造项目", "测量记录", "历次评估", "变更记录"),
        ],
        "底图": [],
    },
}


@pytest.fixture(scope="module")
def english(shared_network):
    """Path of an English project that tests only read."""
    return build_project(shared_network, shared_network.with_name("english.qgz"), language="en").path


@pytest.fixture(scope="module")
def chinese(shared_network):
    """Path of a Chinese project that tests only read."""
    return build_project(shared_network, shared_network.with_name("chinese.qgz"), language="zh_CN").path


def opened(path) -> QgsProject:
    """Read a project back; every warning of QGIS fails the test."""
    messages = []
    log = QgsApplication.messageLog()

    def note(text, tag, level):
        messages.append(f"{tag}: {text}")

    log.messageReceived.connect(note)
    project = QgsProject()
    try:
        assert project.read(str(path))
    finally:
        log.messageReceived.disconnect(note)
    assert messages == []
    assert all(layer.isValid() for layer in project.mapLayers().values())
    return project


def tree_of(project: QgsProject) -> dict[str, list[str]]:
    root = project.layerTreeRoot()
    return {group.name(): [node.name() for node in group.findLayers()] for group in root.findGroups()}


def renderer_of(project: QgsProject, key: str, style: str):
    layer = layer_of(project, key)
    layer.styleManager().setCurrentStyle(style)
    return layer.renderer()


def rule_of(renderer, key: str):
    """Return the rule of a key."""
    return next(rule for rule in renderer.rootRule().descendants() if rule.ruleKey() == key)


def first_colour(project: QgsProject, style: str) -> str:
    renderer = renderer_of(project, "pipe", style)
    return rule_of(renderer, "potable").symbol().color().name()


def drawn_by(renderer, layer_fields: dict, scale: float | None) -> set[str]:
    """Return the keys of the rules that draw a pipe at a scale, arrows aside."""
    feature, described = _feature(layer_fields)
    context = QgsRenderContext()
    context.setRendererScale(scale or 0.0)
    expressions = QgsExpressionContext()
    scope = QgsExpressionContextUtils.projectScope(QgsProject())
    scope.setVariable("map_scale", scale or 0.0)
    expressions.appendScope(scope)
    expressions.setFields(described)
    expressions.setFeature(feature)
    context.setExpressionContext(expressions)
    copy = renderer.clone()
    copy.startRender(context, described)
    try:
        keys = set(copy.legendKeysForFeature(feature, context))
    finally:
        copy.stopRender(context)
    signs = {rule.ruleKey() for rule in renderer.rootRule().descendants() if rule.symbol() is not None}
    return {key for key in keys & signs if not key.startswith(("flow", "veil"))}


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_empty_network_gets_the_whole_tree(empty_network, language):
    built = build_project(empty_network, language=language)
    assert built.path == empty_network.with_suffix(".qgz")
    assert tree_of(opened(built.path)) == TREE[language]


@pytest.mark.slow
def test_filled_network_reads_back_without_warnings(english):
    project = opened(english)
    assert layer_of(project, "pipe").featureCount() == 7
    assert layer_of(project, "pipe_health").featureCount() == 7
    assert layer_of(project, "pipe_plan").featureCount() == 1
    assert project.crs().authid() == "EPSG:4547"
    assert project.title() == "town"


@pytest.mark.slow
def test_opens_on_the_whole_town_with_a_margin(english):
    project = opened(english)
    extent = project.viewSettings().defaultViewExtent()
    # 120 m from south to north and 100 m from west to east; 5 % of the longer side on each side.
    assert extent.height() == pytest.approx(120 * 1.1, abs=0.1)
    assert extent.width() == pytest.approx(100 + 120 * 0.1, abs=0.1)


@pytest.mark.slow
def test_themes_are_there_in_the_language(chinese):
    project = opened(chinese)
    assert set(project.mapThemeCollection().mapThemes()) == {
        "系统",
        "管材",
        "管龄",
        "使用状态",
        "健康",
        "核验",
        "改造计划",
        "独立计量区（DMA）",
        "漏损",
        "双达标（夜间最小流量+漏损率）",
        "专项任务",
        "压力",
        "用户行业",
        "水表到期",
    }


@pytest.mark.slow
def test_health_theme_shows_health_instead_of_pipes(filled_network):
    built = build_project(filled_network, language="en", theme="health")
    project = opened(built.path)
    visible = {layer.name() for layer in project.mapThemeCollection().mapThemeVisibleLayers("Health")}
    assert visible == {"Health", "Nodes", "Compounds", "Failures"}
    root = project.layerTreeRoot()
    assert root.findLayer(layer_of(project, "pipe_health").id()).isVisible()
    assert not root.findLayer(layer_of(project, "pipe").id()).isVisible()


@pytest.mark.slow
@pytest.mark.parametrize("palette", look.PALETTES)
def test_system_theme_has_every_class_in_its_colour(filled_network, palette):
    project = opened(build_project(filled_network, palette=palette, language="en").path)
    renderer = renderer_of(project, "pipe", "System")
    chosen = Look(palette, "en")
    rules = {key: rule_of(renderer, key) for key in domains.domain("map_class")}
    found = {key: QColor(rule.symbol().symbolLayer(0).color()).name() for key, rule in rules.items()}
    assert found == {key: chosen.colour(f"system.{key}") for key in domains.domain("map_class")}


def legend_of(renderer) -> dict[str, list[str]]:
    """Return the lines of a legend by its headings."""
    groups = [rule for rule in renderer.rootRule().children() if rule.symbol() is None]
    return {group.label(): [rule.label() for rule in group.descendants()] for group in groups}


@pytest.mark.slow
def test_legend_has_the_systems_in_order_and_what_the_widths_mean(english):
    project = opened(english)
    legend = legend_of(renderer_of(project, "pipe", "System"))
    words = [word for word in legend["System"] if word not in ("Direction of flow", "Other")]
    assert words == [domains.domain("map_class")[item.key].label_en for item in look.line_classes("system")]
    assert words[0] == "Drinking water"
    assert legend["Diameter (mm)"] == ["DN ≤ 100", "DN ≤ 200", "DN ≤ 400", "DN ≤ 700", "DN > 700"]


@pytest.mark.slow
def test_health_legend_has_the_km(english):
    project = opened(english)
    rules = renderer_of(project, "pipe_health", "Health").rootRule().children()
    assert [rule.label() for rule in rules][:5] == [
        "Renew now  0.1 km",
        "Priority renewal",
        "Monitor  0.1 km",
        "In service",
        "Not assessed  0.5 km",
    ]


@pytest.mark.slow
def test_plan_has_a_colour_for_each_of_its_years(english):
    project = opened(english)
    categories = renderer_of(project, "pipe_plan", "Renewal plan").categories()
    # QGIS reads values back as text.
    assert [str(item.value()) for item in categories] == ["2028", ""]


def _feature(fields: dict) -> tuple[QgsFeature, QgsFields]:
    names = ["diameter_mm", "width_mm", "height_mm", "length_m", "invert_start_m", "invert_end_m"]
    feature = QgsFeature()
    described = QgsFields()
    for name in names:
        described.append(field(name, "real"))
    for name in ("install_year", "map_code", "map_width", "map_rank", "map_flow"):
        described.append(field(name, "integer"))
    for name in ("system", "function", "class", "map_class", "status", "material"):
        described.append(field(name, "text"))
    feature.setFields(described, True)
    feature.setValid(True)
    for name, value in fields.items():
        feature.setAttribute(name, value)
    return feature, described


def _stored(fields: dict) -> dict:
    """Return the fields of a pipe with what the store derives of them."""
    frame = pd.DataFrame([{"system": None, "status": None, **fields}])
    derived.fill(frame, table("pipe"))
    known = frame[list(derived.COLUMNS)].iloc[0].dropna()
    return {**fields, **{name: v if isinstance(v, str) else int(v) for name, v in known.items()}}


def _evaluate(expression: str, fields: dict, scale: float | None = None):
    feature, described = _feature(fields)
    context = QgsExpressionContext()
    scope = QgsExpressionContextUtils.projectScope(QgsProject())
    if scale is not None:
        scope.setVariable("map_scale", scale)
    context.appendScope(scope)
    context.setFeature(feature)
    context.setFields(described)
    parsed = QgsExpression(expression)
    result = parsed.evaluate(context)
    assert not parsed.hasEvalError(), parsed.evalErrorString()
    return result


@pytest.mark.parametrize(
    ("fields", "width_mm"),
    a_few_quick(
        [
            ({"diameter_mm": 100}, 0.26),
            ({"diameter_mm": 101}, 0.4),
            ({"diameter_mm": 200}, 0.4),
            ({"diameter_mm": 400}, 0.66),
            ({"diameter_mm": 700}, 0.9),
            ({"diameter_mm": 701}, 1.2),
            ({"width_mm": 400, "height_mm": 900}, 0.9),
            ({}, 0.26),
        ],
        1,
        is_tuple_one_value=False,
    ),
)
def test_width_follows_the_dn(fields, width_mm):
    assert _evaluate(expressions.width(Look("screen", "en")), _stored(fields)) == width_mm


@pytest.mark.parametrize(
    ("fields", "scale", "shows"),
    a_few_quick(
        [
            ({"diameter_mm": 299, "system": "potable"}, 60_000, False),
            ({"diameter_mm": 300, "system": "potable"}, 60_000, True),
            ({"diameter_mm": 799, "system": "storm"}, 60_000, False),
            ({"diameter_mm": 800, "system": "storm"}, 60_000, True),
            ({"system": "potable"}, 60_000, False),
            ({"diameter_mm": 50, "system": "potable"}, 50_000, True),
            ({"diameter_mm": 50, "system": "potable", "function": "service"}, 10_000, False),
            ({"diameter_mm": 50, "system": "potable", "function": "service"}, 5_000, True),
            ({"diameter_mm": 50, "system": "potable", "function": "distribution"}, 10_000, True),
            ({"width_mm": 800, "height_mm": 800, "system": "storm"}, 60_000, True),
        ],
        2,
        is_tuple_one_value=False,
    ),
)
def test_pipes_show_by_scale(fields, scale, shows):
    renderer = pipes.renderer(Look("screen", "en"), "system")
    drawn = drawn_by(renderer, _stored(fields), scale)
    bands = {key.split(":")[0] if ":" in key or key == "far" else "near" for key in drawn}
    assert len(drawn) <= 1
    assert bands == (
        {"far" if scale == 60_000 else "near" if scale == 5_000 else "middle"} if shows else set()
    )


@pytest.mark.parametrize(
    ("language", "fields", "scale", "label"),
    [
        ("zh_CN", {}, 2500, "DN200"),
        ("zh_CN", {"length_m": 30}, 1000, "DN200 球墨铸铁 1998"),
        ("zh_CN", {}, 1000, "DN200"),
        ("en", {}, 1000, "DN200 DI 1998"),
        ("en", {"length_m": 9}, 1000, "DN200"),
        ("en", {"material": "unknown"}, 1000, "DN200 1998"),
        ("en", {"system": "storm", "invert_start_m": 2.06, "invert_end_m": 2}, 1000, "DN200 i=3.0‰\n20.0 m"),
        ("en", {"system": "storm"}, 1000, "DN200\n20.0 m"),
        ("en", {"system": "storm", "width_mm": 2000, "height_mm": 1500}, 2500, "2000x1500"),
        ("en", {"diameter_mm": None}, 1000, None),
    ],
)
def test_labels_say_what_the_design_says(language, fields, scale, label):
    settings = pipe_labeling(Look("screen", language)).settings()
    pipe = {
        "system": "potable",
        "diameter_mm": 200,
        "material": "ductile_iron",
        "install_year": 1998,
        "length_m": 20,
    }
    found = _evaluate(settings.fieldName, {**pipe, **fields}, scale)
    if label is None:
        shows = settings.dataDefinedProperties().property(QgsPalLayerSettings.Property.Show)
        assert not _evaluate(shows.expressionString(), {**pipe, **fields}, scale)
    else:
        assert found == label


@pytest.mark.parametrize(
    ("class_", "diameter_mm", "shows"),
    [
        ("renew_now", 100, True),
        ("priority", 100, True),
        ("in_service", 100, False),
        ("in_service", 300, True),
        (None, 299, False),
        (None, 300, True),
    ],
)
def test_what_must_be_renewed_shows_at_every_scale(class_, diameter_mm, shows):
    renderer = pipes.renderer(Look("screen", "en"), "health")
    drawn = drawn_by(renderer, _stored({"class": class_, "diameter_mm": diameter_mm}), 200_000)
    assert bool(drawn) is shows


@pytest.mark.slow
def test_project_survives_being_moved_with_its_network(filled_network, tmp_path):
    built = build_project(filled_network, language="en")
    moved = tmp_path / "elsewhere"
    shutil.move(str(filled_network.parent), str(moved))
    project = opened(moved / built.path.name)
    assert project.readEntry("WaterNet", "network")[0] == "town.gpkg"
    assert layer_of(project, "pipe").source().startswith(str(moved))
    assert layer_of(project, "pipe").featureCount() == 7


@pytest.mark.slow
def test_forms_show_labels_and_store_codes(chinese):
    project = opened(chinese)
    layer = layer_of(project, "pipe")
    index = layer.fields().lookupField("material")
    assert layer.attributeAlias(index) == "管材"
    setup = layer.editorWidgetSetup(index)
    assert setup.type() == "ValueMap"
    assert {"球墨铸铁 ductile_iron": "ductile_iron"} in setup.config()["map"]
    assert layer.attributeAlias(layer.fields().lookupField("diameter_mm")) == "公称直径（mm）"


@pytest.mark.slow
def test_forms_run_no_code_and_hide_what_the_store_fills(english):
    project = opened(english)
    layer = layer_of(project, "pipe")
    config = layer.editFormConfig()
    assert not config.initCode() and not config.initFunction()
    for name in ("map_class", "row_version", "batch_id", "fid"):
        assert layer.editorWidgetSetup(layer.fields().lookupField(name)).type() == "Hidden", name
    assert config.readOnly(layer.fields().lookupField("survey_batch"))
    assert not config.readOnly(layer.fields().lookupField("material"))
    pages = [tab.name() for tab in config.tabs()]
    assert pages == ["Basics", "Position", "Condition", "Belongs to", "History"]


@pytest.mark.slow
def test_edited_on_is_utc(english):
    project = opened(english)
    layer = layer_of(project, "pipe")
    definition = layer.defaultValueDefinition(layer.fields().lookupField("edited_on"))
    assert definition.applyOnUpdate()
    written = QgsExpression(definition.expression()).evaluate()
    then = datetime.strptime(written, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    assert abs((datetime.now(timezone.utc) - then).total_seconds()) < 60


@pytest.mark.slow
def test_views_are_read_only(english):
    project = opened(english)
    assert layer_of(project, "pipe_health").readOnly()
    assert layer_of(project, "pipe_plan").readOnly()
    assert not layer_of(project, "pipe").readOnly()


@pytest.mark.slow
def test_snapping_is_on_for_pipes_and_nodes_only(english):
    project = opened(english)
    config = project.snappingConfig()
    assert config.enabled()
    assert config.mode() == QgsSnappingConfig.SnappingMode.AdvancedConfiguration
    snapped = {layer.name() for layer, one in config.individualLayerSettings().items() if one.enabled()}
    assert snapped == {"Pipes", "Nodes"}
    assert project.topologicalEditing()


@pytest.mark.slow
def test_map_tip_says_words_and_escapes_markup(chinese):
    project = opened(chinese)
    # Expressions find other layers in the project that is open.
    layer = layer_of(project, "pipe")
    feature = next(item for item in layer.getFeatures() if item["pipe_id"] == "P-1")
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    context.setFeature(feature)
    tip = QgsExpression.replaceExpressionText(layer.mapTipTemplate(), context)
    assert "给水 DN150" in tip
    assert "灰口铸铁" in tip
    assert "cast_iron" not in tip
    assert "Peace &amp; &lt;Quiet&gt; Road" in tip


@pytest.mark.slow
def test_rebuilding_in_another_language_renames_and_keeps_one_of_each(filled_network):
    build_project(filled_network, language="en")
    again = build_project(filled_network, language="zh_CN", palette="print")
    project = opened(again.path)
    assert again.unchanged_styles == ()
    assert tree_of(project) == TREE["zh_CN"]
    assert len(project.mapThemeCollection().mapThemes()) == 14
    assert first_colour(project, "系统") == "#3679aa"


@pytest.mark.slow
def test_rebuilding_keeps_an_edited_style_and_names_it(filled_network):
    built = build_project(filled_network, language="en")
    project = QgsProject()
    project.read(str(built.path))
    rule_of(layer_of(project, "pipe").renderer(), "potable").symbol().setColor(QColor("#ff00ff"))
    project.write()
    again = build_project(filled_network, language="en")
    assert again.unchanged_styles == ("Pipes: System",)
    project = opened(again.path)
    assert first_colour(project, "System") == "#ff00ff"
    assert build_project(filled_network, language="en").unchanged_styles == ("Pipes: System",)


@pytest.mark.slow
def test_rebuilding_keeps_layers_of_others(filled_network, tmp_path):
    built = build_project(filled_network, language="en")
    other = tmp_path / "trees.geojson"
    other.write_text('{"type": "FeatureCollection", "features": []}', encoding="utf-8")
    project = QgsProject()
    project.read(str(built.path))
    project.addMapLayer(QgsVectorLayer(str(other), "Trees", "ogr"))
    project.write()
    again = opened(build_project(filled_network, language="en").path)
    assert len(again.mapLayersByName("Trees")) == 1
    assert len(again.mapLayersByName("Pipes")) == 1


@pytest.mark.slow
def test_background_goes_below_everything(filled_network, tmp_path):
    water = tmp_path / "base_water.geojson"
    water.write_text(
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"name": "R"}, '
        '"geometry": {"type": "Polygon", "coordinates": [[[113, 22], [114, 22], [114, 23], [113, 22]]]}}]}',
        encoding="utf-8",
    )
    project = opened(build_project(filled_network, language="en", base_layers=[water]).path)
    assert tree_of(project)["Base map"] == ["Water"]
    assert project.layerTreeRoot().layerOrder()[-1].name() == "Water"


@pytest.mark.slow
def test_areas_and_streets_do_not_push_the_labels_of_pipes_away(english):
    project = opened(english)
    layers = [one for one in project.mapLayers().values() if getattr(one, "labeling", None)]
    labelled = {one.customProperty("waternet/layer"): one for one in layers if one.labeling() is not None}
    obstacles = {
        key for key, one in labelled.items() if one.labeling().settings().obstacleSettings().isObstacle()
    }
    assert "pipe" in obstacles and {"compound", "zone"} <= set(labelled) - obstacles


@pytest.mark.slow
@pytest.mark.parametrize("key", ["pipe", "node", "pipe_health"])
def test_drawing_and_labels_ask_for_few_columns(english, key):
    # An expression that QGIS can't see through makes it read every column of every feature: three times
    # the time of drawing a large town.
    project = opened(english)
    layer = layer_of(project, key)
    settings = layer.labeling().settings() if layer.labeling() else None
    wanted = set(layer.renderer().usedAttributes(QgsRenderContext()))
    if settings:
        wanted |= QgsExpression(settings.fieldName).referencedColumns()
        properties = settings.dataDefinedProperties()
        for one in properties.propertyKeys():
            wanted |= QgsExpression(properties.property(one).expressionString()).referencedColumns()
    assert QgsFeatureRequest.ALL_ATTRIBUTES not in wanted
    assert len({name for name in wanted if layer.fields().lookupField(name) >= 0}) < 20


def test_file_of_somebody_else_is_not_overwritten(filled_network, tmp_path):
    target = tmp_path / "mine.qgz"
    other = QgsProject()
    other.setTitle("mine")
    assert other.write(str(target))
    before = target.read_bytes()
    with pytest.raises(WaterNetError, match="was not built by WaterNet"):
        build_project(filled_network, target, language="en")
    assert target.read_bytes() == before


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "options", "sentence"),
    a_few_quick(
        [
            ("out.qgs", {}, "must end in .qgz"),
            ("nowhere/out.qgz", {}, "does not exist"),
            ("out.qgz", {"theme": "colour"}, "THEME: “colour” is not one of the choices"),
            ("out.qgz", {"palette": "neon"}, "PALETTE: “neon” is not one of the choices"),
            ("out.qgz", {"language": "de"}, "LANGUAGE: “de” is not one of the choices"),
        ],
        1,
        is_tuple_one_value=False,
    ),
)
def test_bad_choices_are_refused_with_a_sentence(empty_network, tmp_path, name, options, sentence):
    with pytest.raises(WaterNetError, match=sentence):
        build_project(empty_network, tmp_path / name, **options)
    assert not (tmp_path / name).exists()


def test_missing_network_is_refused(tmp_path):
    with pytest.raises(WaterNetError):
        build_project(tmp_path / "none.gpkg")
    assert not (tmp_path / "none.qgz").exists()


def test_theme_names_of_both_languages():
    assert theme_name("health", "en") == "Health"
    assert theme_name("health", "zh_CN") == "健康"
    assert projects.SCOPE == "WaterNet"
