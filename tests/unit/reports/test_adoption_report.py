"""The report of an adoption."""

from __future__ import annotations

import json

import pandas as pd
from support.adoption_frames import adopted, frame, line

from waternet_plugin.core.cells import causes
from waternet_plugin.core.exchange.adoption.verdicts import REASONS
from waternet_plugin.core.exchange.guessing.guessing import guess
from waternet_plugin.core.exchange.mapping.mapping_file import parse
from waternet_plugin.core.reports.adoption.adoption import adoption_report, cause_text, reason_text

ONE = line((0, 0), (30, 40))
FOREIGN = frame([ONE, None, ONE], ID=["a", "b", "c"], D=[0, 100, 200], MAT=["CI", "ZZ", "ZZ"])
FIELDS = {"pipe_id": "ID", "diameter_mm": "D"}


def test_figures_hold_all_counts_and_the_mapping() -> None:
    result = adopted(FOREIGN, FIELDS)
    figures = json.loads(adoption_report(result, source="a.shp", network="town").to_json())
    assert {key: figures[key] for key in ("rows_in", "rows_written", "rows_rejected", "assets_written")} == {
        "rows_in": 3,
        "rows_written": 2,
        "rows_rejected": 1,
        "assets_written": 2,
    }
    assert figures["rejected"] == {"no_geometry": 1}
    assert figures["rejected_rows"] == [{"source_row": 2, "source_id": "b", "reason_code": "no_geometry"}]
    assert figures["nulled"] == [{"field": "diameter_mm", "cause": "zero", "count": 1, "examples": ["0"]}]
    assert figures["length_m"] == 100.0
    assert parse(json.dumps(figures)).fields == result.mapping.fields


def test_dry_run_lists_codes_with_suggestions() -> None:
    result = adopted(FOREIGN, {**FIELDS, "material": "MAT"}, dry_run=True)
    report = adoption_report(result, source="a.shp", network="town", dry_run=True)
    assert report.figures["unmapped"] == [
        {"field": "material", "value": "CI", "count": 1, "suggestion": "cast_iron"},
        {"field": "material", "value": "ZZ", "count": 2, "suggestion": None},
    ]
    assert "cast_iron" in report.to_html()


def test_guess_is_in_the_report() -> None:
    guessed = guess(FOREIGN, table="pipe")
    result = adopted(FOREIGN, FIELDS, dry_run=True)
    figures = adoption_report(result, source="a", network="n", dry_run=True, guessed=guessed).figures
    assert {one["field"]: one["confidence"] for one in figures["guess"]["fields"]}["pipe_id"] == "sure"


def test_every_cause_and_reason_has_words() -> None:
    every = [
        value
        for name, value in vars(causes).items()
        if name[0].isupper() and name.isupper() and isinstance(value, str)
    ]
    assert all(cause_text(cause) for cause in every)
    assert all(reason_text(code) for code in REASONS)


def test_lengths_of_inspections_are_no_lengths_of_pipes() -> None:
    foreign = pd.DataFrame({"ID": ["i1"], "PIPE": ["P1"], "LENGTH": [35.2]})
    mapping = {"inspection_id": "ID", "pipe_id": "PIPE", "length_m": "LENGTH"}
    report = adoption_report(
        adopted(foreign, mapping, "inspection"), source="inspections.csv", network="town"
    )
    assert "length_given" not in json.loads(report.to_json())
    assert "Lengths" not in [section.title for section in report.sections]
