"""The page of a survey import speaks in words; its .json file keeps the keys that scripts read."""

from __future__ import annotations

import re

import pandas as pd

from waternet_plugin.core.places.deciding.decisions import (
    KEYS,
    Candidate,
    Decision,
    Decisions,
    FileRefusal,
    SurveyQuestion,
)
from waternet_plugin.core.places.deciding.evidence_sentences import DecisionEvidence
from waternet_plugin.core.reports.survey.survey_import import FileShown, SurveyShown, survey_report
from waternet_plugin.core.survey.decisions.decision_words import key_name
from waternet_plugin.core.survey.row_findings import COLUMNS

_CHOSEN = ("gb18030", "leave_out", "leave_out", "x_north", "EPSG:4547", "1985", "invert", "cjj61", "outer")
_VALUES = dict(zip(KEYS, _CHOSEN))


def _shown() -> SurveyShown:
    decided = {key: Decision(key, value) for key, value in _VALUES.items()}
    decided["height_of"] = Decision("height_of", None)
    refusal = FileRefusal("JS.csv", "height_datum", DecisionEvidence("not_said"))
    candidates = (
        Candidate("A", "ground", {}),
        Candidate("B", "x_east", {"axes": "x_east", "crs": "EPSG:4549"}),
    )
    checks = pd.DataFrame(
        [["number_again", "error", "JS.csv", "JS", 7.0, "JS1", "JS1 is at two places."]], columns=COLUMNS
    )
    return SurveyShown(
        network="town",
        dry_run=True,
        files=(
            FileShown("JS.csv", "ab", "cjj61_tables", "gb18030", 7, Decisions("JS.csv", decided, (refusal,))),
        ),
        questions=(SurveyQuestion("JS.csv", "height_of", candidates),),
        checks=checks,
        counts={"imported": 6, "merged": 0, "rejected": 1, "skipped": 0},
        nodes=6,
        pipes=0,
        length_m=0.0,
    )


def test_the_page_has_words_and_the_figures_have_keys() -> None:
    report = survey_report(_shown())
    cells = [
        str(cell)
        for section in report.sections
        if section.table
        for row in section.table.rows
        for cell in row
        if isinstance(cell, str)
    ]
    page = " | ".join(cells)
    # What is a word in a sentence, too, tells nothing.
    plain = {"EPSG:4547", "1985", "encoding", "outer", "invert"}
    raw = {*KEYS, *_VALUES.values(), "x_east", "number_again", "cjj61_tables"} - plain
    assert not [word for word in raw if re.search(rf"(?<![\w:]){re.escape(word)}(?![\w:])", page)], page
    for words in (
        "Axes: the first coordinate is north",
        "Coordinate system: CGCS2000 / 3-degree Gauss-Kruger CM 114E (EPSG:4547)",
        "Heights are of: open",
        "Height datum: The file does not say.",
        "B: the first coordinate is east, CGCS2000 / 3-degree Gauss-Kruger CM 120E (EPSG:4549)",
        "GB 18030",
    ):
        assert words in page
    figures = report.figures
    assert set(figures["files"][0]["decisions"]) == set(KEYS)
    assert figures["files"][0]["encoding"] == "gb18030"
    assert figures["questions"][0]["key"] == "height_of"
    assert figures["checks"][0]["rule_id"] == "number_again"


def test_every_decision_has_a_name() -> None:
    assert [key for key in (*KEYS, "planned_pipe") if key_name(key) == key] == []
