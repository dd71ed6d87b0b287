"""Rows that repeat an id: rejected, numbered, or one where they are the same in every column."""

from __future__ import annotations

import pandas as pd
import pytest
from support.adoption_frames import adopted, frame, line, mapping_of, point, rejected
from support.slow_cases import a_few_quick

from waternet_plugin.core.exchange.mapping.mapping_faults import MappingError
from waternet_plugin.core.reports.adoption.adoption import adoption_report, figures_of, summary_lines

STREET = [line((100 * k, 0), (100 * k + 100, 0)) for k in range(6)]
FIELDS = {"pipe_id": "ID", "diameter_mm": "DN"}


def street(ids: list[str], dn: list[float] | None = None, geometry: list | None = None) -> pd.DataFrame:
    return frame(geometry or STREET[: len(ids)], ID=ids, DN=dn or [100.0 + k for k in range(len(ids))])


def test_repeated_ids_are_rejected_unless_something_else_is_said() -> None:
    for parts in ({}, {"repeated_ids": "reject"}):
        result = adopted(street(["A", "A", "B"]), FIELDS, **parts)
        assert result.rows["pipe_id"].tolist() == ["A", "B"]
        assert dict(rejected(result)) == {2: "duplicate_id"}
        assert (result.repeats.rows, result.repeats.ids, result.repeats.same) == (1, 1, 0)


def test_numbered_rows_keep_the_id_of_the_file() -> None:
    result = adopted(street(["A", "A", "B", "A"]), FIELDS, repeated_ids="number")
    assert result.rows["pipe_id"].tolist() == ["A", "A-2", "B", "A-3"]
    assert result.rows["source_id"].tolist() == ["A", "A", None, "A"]
    assert result.rows["diameter_mm"].tolist() == [100.0, 101.0, 102.0, 103.0]
    assert result.rows_in == result.rows_written == 4
    assert result.repeats.numbered == 2


def test_a_number_is_never_an_id_that_is_there() -> None:
    given = street(["A", "A-2", "A", "A", "A-4"])
    result = adopted(given, FIELDS, repeated_ids="number", existing=["A-3", "A-6"])
    assert result.rows["pipe_id"].tolist() == ["A", "A-2", "A-5", "A-7", "A-4"]
    assert result.rows["pipe_id"].is_unique


def test_a_number_is_not_the_id_of_a_row_that_is_rejected_either() -> None:
    given = street(["A", "A", "A-2"], geometry=[STREET[0], STREET[1], None])
    result = adopted(given, FIELDS, repeated_ids="number")
    assert result.rows["pipe_id"].tolist() == ["A", "A-3"]


def test_numbers_and_parts_of_lines_do_not_meet() -> None:
    import shapely

    two = shapely.MultiLineString([STREET[0], STREET[2]])
    result = adopted(
        street(["A", "A", "A-2.1"], geometry=[STREET[1], two, STREET[3]]), FIELDS, repeated_ids="number"
    )
    assert result.rows["pipe_id"].is_unique
    assert result.rows_in == result.rows_written + result.rows_rejected


def test_an_id_of_the_network_is_rejected_whatever_is_chosen() -> None:
    for answer in ("number", "same"):
        result = adopted(street(["A", "A", "B"]), FIELDS, repeated_ids=answer, existing=["A"])
        assert dict(rejected(result)) == {1: "duplicate_id", 2: "duplicate_id"}


@pytest.mark.parametrize("answer", ["same", "number"])
def test_rows_that_are_the_same_in_every_column_are_one(answer: str) -> None:
    given = street(
        ["A", "A", "A", "B"], [100.0, 100.0, 150.0, 100.0], [STREET[0], STREET[0], STREET[1], STREET[0]]
    )
    result = adopted(given, FIELDS, repeated_ids=answer)
    left = {"same": {2: "same_row", 3: "duplicate_id"}, "number": {2: "same_row"}}[answer]
    assert dict(rejected(result)) == left
    assert result.rows_in == result.rows_written + result.rows_rejected
    assert result.rejected_by_reason()["same_row"] == 1


def test_a_row_that_differs_in_an_unmapped_column_or_in_its_line_is_not_the_same() -> None:
    given = frame([STREET[0], STREET[0], STREET[1]], ID=["A"] * 3, DN=[100.0] * 3, NOTE=[None, "x", None])
    result = adopted(given, FIELDS, repeated_ids="same")
    assert dict(rejected(result)) == {2: "duplicate_id", 3: "duplicate_id"}
    again = frame([STREET[0], STREET[0]], ID=["A"] * 2, DN=[float("nan")] * 2, NOTE=[None, None])
    assert dict(rejected(adopted(again, FIELDS, repeated_ids="same"))) == {2: "same_row"}


def test_rows_that_are_rejected_anyway_bear_no_id() -> None:
    given = street(["A", "A", "A"], geometry=[None, STREET[1], STREET[2]])
    result = adopted(given, FIELDS, repeated_ids="number")
    assert result.rows["pipe_id"].tolist() == ["A", "A-2"]
    assert dict(rejected(result)) == {1: "no_geometry"}


@pytest.mark.parametrize("table", a_few_quick(["node", "failure", "compound", "customer", "work_item"], 1))
def test_every_table_with_ids_can_be_numbered_and_keeps_the_old_id(table: str) -> None:
    shapes = [point(10 * k, 0) for k in range(3)]
    if table == "compound":
        shapes = [one.buffer(3) for one in shapes]
    key = {"work_item": "item_id"}.get(table, f"{table}_id")
    fixed = {"defaults": {"type": "residential"}} if table == "compound" else {}
    if table == "work_item":
        fixed = {"defaults": {"type": "repair", "state": "open"}}
    result = adopted(frame(shapes, ID=["A", "A", "B"]), {key: "ID"}, table, repeated_ids="number", **fixed)
    assert result.rows[key].tolist() == ["A", "A-2", "B"]
    assert result.rows["source_id"].tolist() == ["A", "A", None]


def test_ids_that_are_made_never_repeat() -> None:
    result = adopted(street(["", "", ""]), FIELDS, repeated_ids="number")
    assert result.repeats.rows == 0
    assert "source_id" not in result.rows or result.rows["source_id"].isna().all()


def test_what_was_done_is_told_with_counts() -> None:
    result = adopted(street(["A", "A", "A"]), FIELDS, repeated_ids="number")
    told = " ".join(summary_lines(result, dry_run=True))
    assert "2" in told
    assert "A-2, A-3" in told
    figures = figures_of(result)["repeated_ids"]
    assert figures == {"answer": "number", "rows": 2, "ids": 1, "same": 0, "numbered": 2}
    report = adoption_report(result, source="a", network="b")
    assert report.figures["mapping"]["repeated_ids"] == "number"


def test_the_answer_is_part_of_the_mapping_and_checked() -> None:
    assert mapping_of({}, repeated_ids="number").to_dict()["repeated_ids"] == "number"
    assert "repeated_ids" not in mapping_of({}).to_dict()
    with pytest.raises(MappingError, match="reject, number, same"):
        mapping_of({}, repeated_ids="count")
