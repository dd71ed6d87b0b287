"""Maps and tables of QGIS tell findings in the language of the project, not in that of their check."""

from __future__ import annotations

import string
from pathlib import Path

import geopandas as gpd
import pytest
from qgis.core import (
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsFeature,
    QgsField,
    QgsFields,
    QgsProject,
)
from qgis.PyQt.QtCore import QVariant
from shapely.geometry import Point

from waternet_plugin import store
from waternet_plugin.bridge.forms.finding_texts import told_finding
from waternet_plugin.bridge.project.project import build_project
from waternet_plugin.core.quality.catalogue import catalogue
from waternet_plugin.core.quality.issues.retelling import labels_of, retold
from waternet_plugin.language import speaking

LANGUAGES = ("en", "zh_CN")
ENGLISH, CHINESE = "P-1 is only 0.120 m long.", "P-1 仅长 0.120 m。"


def _filled(template: str, **values: str) -> str:
    """Return a sentence with a different value in each hole; some look as signs of patterns do."""
    for _text, name, how, _conversion in string.Formatter().parse(template):
        if name:
            values.setdefault(name, f"{12 + len(values)}.5" if how else f"N(0{len(values)})'7*")
    return "".join(
        text + (values[name] if name else "")
        for text, name, _how, _conversion in string.Formatter().parse(template)
    )


class _Asked:
    """The expression of a language, asked about rows."""

    def __init__(self, code: str) -> None:
        self.fields = QgsFields()
        for name in ("rule_id", "text"):
            self.fields.append(QgsField(name, QVariant.String))
        self.expression = QgsExpression(told_finding(code))
        assert not self.expression.hasParserError(), self.expression.parserErrorString()
        self.context = QgsExpressionContext()
        self.context.setFields(self.fields)
        self.expression.prepare(self.context)

    def about(self, rule_id: str, sentence: str | None) -> str | None:
        row = QgsFeature(self.fields)
        row.setAttributes([rule_id, sentence])
        self.context.setFeature(row)
        found = self.expression.evaluate(self.context)
        assert not self.expression.hasEvalError(), self.expression.evalErrorString()
        return found


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_finding_is_told_as_the_panel_tells_it(qgis_app, code: str) -> None:
    asked = _Asked(code)
    for rule in catalogue().values():
        for sentence in (_filled(rule.text_en), _filled(rule.text_zh)):
            with speaking(code):
                assert asked.about(rule.rule_id, sentence) == retold(rule.rule_id, sentence)


def test_labels_and_words_within_a_sentence_change_with_it(qgis_app) -> None:
    rules = catalogue()
    chinese, english = _Asked("zh_CN"), _Asked("en")
    missing = rules["missing_node"]
    one, two = (_filled(missing.text_en, end="end"), _filled(missing.text_zh, end="终点"))
    assert "end" not in chinese.about("missing_node", one) and "终点" in chinese.about("missing_node", one)
    assert english.about("missing_node", two) == one
    required = rules["missing_required"]
    field = next(iter(labels_of("zh_CN")))
    assert labels_of("zh_CN")[field] in chinese.about(
        "missing_required", _filled(required.text_en, field=field)
    )


@pytest.mark.parametrize("sentence", ["A sentence of an earlier version.", "手工填写", None])
def test_a_sentence_that_no_rule_explains_stays(qgis_app, sentence: str | None) -> None:
    for code in LANGUAGES:
        asked = _Asked(code)
        assert (asked.about("missing_node", sentence) or None) == sentence
        assert (asked.about("a_rule_of_tomorrow", sentence) or None) == sentence


@pytest.mark.slow
@pytest.mark.parametrize(("code", "told", "title"), [("en", ENGLISH, "en"), ("zh_CN", CHINESE, "zh")])
def test_tip_name_and_table_of_a_project_are_in_its_language(
    empty_network: Path, code: str, told: str, title: str
) -> None:
    with store.open_network(empty_network) as network, network.write("check", name="test") as batch:
        rows = [
            {"issue_id": f"I-{place}", "rule_id": "short_pipe", "severity": "warning", "text": text}
            for place, text in enumerate((ENGLISH, CHINESE))
        ]
        for row in rows:
            row["geom"] = Point(500_000, 2_500_000)
        batch.insert("issue", gpd.GeoDataFrame(rows, geometry="geom", crs=network.crs))
    project = QgsProject()
    project.read(str(build_project(empty_network, language=code).path))
    sources = {each.source().partition("layername=")[2]: each for each in project.mapLayers().values()}
    layer = sources["issue"]
    rows = list(layer.getFeatures())
    assert len(rows) == 2
    for row in rows:
        context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
        context.setFeature(row)
        tip = QgsExpression.replaceExpressionText(layer.mapTipTemplate(), context)
        assert f"<b>{told}</b>" in tip
        assert QgsExpression(layer.displayExpression()).evaluate(context) == told
    setup = layer.editorWidgetSetup(layer.fields().lookupField("rule_id"))
    titles = {rule_id: name for pair in setup.config()["map"] for name, rule_id in pair.items()}
    assert titles["short_pipe"] == getattr(catalogue()["short_pipe"], f"title_{title}")
