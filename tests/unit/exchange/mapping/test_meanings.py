"""What the codes of a file mean under a mapping, and what a first guess says of sections."""

from __future__ import annotations

import datetime

import pandas as pd

from waternet_plugin.core.exchange.guessing.guessing import guess
from waternet_plugin.core.exchange.mapping.filled_fields import Reader
from waternet_plugin.core.exchange.mapping.mapping_file import from_dict
from waternet_plugin.core.exchange.mapping.meanings import GIVEN, OPEN, SUGGESTED, explain, meanings, words_of
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import table as table_of

READER = Reader(datetime.date(2026, 1, 1), Settings())


def _asked(frame: pd.DataFrame, mapping: dict[str, object]) -> list[tuple[str, str, int, str | None, str]]:
    words = {column: words_of(frame[column]) for column in frame.columns}
    found = meanings(words, from_dict(mapping), table_of("pipe"), READER)
    return [(one.field, one.value, one.count, one.code, one.state) for one in found]


def test_open_codes_come_first_then_suggestions_then_what_is_set() -> None:
    frame = pd.DataFrame({"m": ["PVC", "PVC", "Zauber", "x1", None, "ductile_iron"]})
    mapping = {"fields": {"material": "m"}, "values": {"material": {"X1": "steel"}}}
    assert _asked(frame, mapping) == [
        ("material", "Zauber", 1, None, OPEN),
        ("material", "PVC", 2, "pvc", SUGGESTED),
        ("material", "x1", 1, "steel", GIVEN),
    ]


def test_an_empty_cell_of_what_must_be_known_is_a_code_too() -> None:
    frame = pd.DataFrame({"s": ["potable", None, None]})
    assert _asked(frame, {"fields": {"system": "s"}}) == [("system", "", 2, None, OPEN)]
    filled = {"fields": {"system": "s"}, "defaults": {"system": "potable"}}
    assert _asked(frame, filled) == []


def test_codes_that_differ_behind_the_first_word_are_one() -> None:
    frame = pd.DataFrame({"m": ["QQ, old", "QQ/new", "QQ"]})
    mapping = {"fields": {"material": {"from": "m", "take": "first"}}}
    assert _asked(frame, mapping) == [("material", "QQ", 3, None, OPEN)]


def test_every_other_code_has_a_meaning_where_the_mapping_says_so() -> None:
    frame = pd.DataFrame({"m": ["A", "B"]})
    mapping = {"fields": {"material": "m"}, "values": {"material": {"*": "unknown"}}}
    assert {(code, state) for _, _, _, code, state in _asked(frame, mapping)} == {("unknown", GIVEN)}


def test_a_meaning_can_be_unknown() -> None:
    mapping = explain(from_dict({"fields": {"material": "m"}}), [("material", "A", None)])
    words = {"m": words_of(pd.Series(["A"]))}
    (one,) = meanings(words, mapping, table_of("pipe"), READER)
    assert (one.code, one.state) == (None, GIVEN)


def test_a_column_of_sections_fills_width_and_height() -> None:
    frame = pd.DataFrame({"pipe_id": ["1", "2"], "管径": [300, 0], "断面": [None, "2000X1500"]})
    fields = guess(frame, table="pipe").mapping.fields
    assert (fields["width_mm"].column, fields["width_mm"].take) == ("断面", "width")
    assert (fields["height_mm"].column, fields["height_mm"].take) == ("断面", "height")


def test_numbers_alone_are_no_sections() -> None:
    frame = pd.DataFrame({"pipe_id": ["1", "2"], "wert": ["300", "400"]})
    assert "width_mm" not in guess(frame, table="pipe").mapping.fields
