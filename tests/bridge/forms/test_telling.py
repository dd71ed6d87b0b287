"""Reasons are kept as facts and told in the language of the project, the file or the form."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from qgis.core import QgsExpression

from waternet_plugin.bridge.forms.reason_texts import first_reason, told_column
from waternet_plugin.core.facts import stored_text
from waternet_plugin.core.health.rates.reason_words import WORDS
from waternet_plugin.core.texts import speaking
from waternet_plugin.language import speaking as speaking_qt

FACTS: tuple[dict[str, Any], ...] = (
    {"is": "failures", "count": 3, "year": 2008},
    {"is": "no_failure", "year": 2008},
    {"is": "small", "diameter": 100},
    {"is": "cohort", "material": "cast_iron", "from": 1960, "years": 20, "ratio": 2.34},
    {"is": "cohort", "material": "unknown", "from": None, "years": 20, "ratio": 0.5},
    {"is": "cost", "ratio": 3.0},
    {"is": "corrosive"},
    {"is": "policy"},
    {"is": "drain"},
)


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


@pytest.mark.parametrize("code", ["en", "zh_CN"])
@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact["is"])
def test_map_tips_say_what_panes_say(qgis_app: Any, fact: dict[str, Any], code: str) -> None:
    asked = QgsExpression(
        first_reason(_text(stored_text([fact, {"is": "long"}])), _text("in another language"), code)
    )
    found = asked.evaluate()
    assert not asked.hasParserError() and not asked.hasEvalError(), asked.evalErrorString()
    with speaking_qt(code):
        assert found == WORDS.say(fact)


def test_runs_of_before_show_their_first_sentence(qgis_app: Any) -> None:
    for facts in ("NULL", "''"):
        asked = QgsExpression(first_reason(facts, _text("3 failures since 2001; low pressure"), "zh_CN"))
        assert asked.evaluate() == "3 failures since 2001"


def test_files_have_the_language_that_was_asked_for(qgis_app: Any) -> None:
    rows = pd.DataFrame(
        {
            "reasons": ["3 failures since 2008; corrosive soil", "1 recorded failure", None],
            "reason_facts": [stored_text([FACTS[0], {"is": "corrosive"}]), None, None],
        }
    )
    with speaking(None, "en"):
        chinese = told_column("assessment", rows, "reasons", "zh_CN")
        english = told_column("assessment", rows.assign(reasons="2008 年以来故障 3 次"), "reasons", "en")
    assert chinese[0] == "2008 年以来故障 3 次；土壤腐蚀性强" and chinese[2] is None
    assert english[0] == "3 failures since 2008; corrosive soil"
    failure = pd.DataFrame(
        {
            "match_reason": ["Reported on pipe P1."],
            "match_facts": [stored_text([{"is": "reported", "pipe": "P1"}])],
        }
    )
    assert told_column("failure", failure, "match_reason", "zh_CN") == ["上报管段为 P1。"]
    older = failure.assign(match_facts=None)
    assert told_column("failure", older, "match_reason", "zh_CN") == ["上报管段为 P1。"]
