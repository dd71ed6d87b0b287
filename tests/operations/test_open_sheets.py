"""A sheet or file that nobody understands is open: its columns are named, or it is left out, by a word."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.small_surveys import DECISIONS, EAST, NORTH, bring, empty_network
from support.workbook_files import plain_workbook

from waternet_plugin.core.errors import InputError
from waternet_plugin.store.network import Network

POINTS = [["点号", "X", "Y", "地面高程", "特征", "附属物"]] + [
    [f"JS{n}", NORTH, EAST + 20 * n, 5.5, "", "阀门"] for n in range(3)
]
# Headings of a bureau of which no list knows the ends of lines.
LINES = [["甲", "乙", "材质", "管径"], ["JS0", "JS1", "PE", "DN200"], ["JS1", "JS2", "PE", "DN200"]]


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    with empty_network(tmp_path / "n.gpkg") as made:
        yield made


def _book(folder: Path, **sheets: list[list[object]]) -> Path:
    path = folder / "给水.xlsx"
    path.write_bytes(plain_workbook(sheets))
    return path


@pytest.mark.slow
def test_one_sheet_that_is_not_understood_refuses_neither_the_others_nor_itself_silently(
    network: Network, tmp_path: Path
) -> None:
    path = _book(tmp_path, JS点=POINTS, JS线=LINES)
    tried = bring(network, path, dry_run=True)
    assert [one.error for one in tried.files] == [""]
    (question,) = tried.questions
    assert (question.key, question.column) == ("sheets", "JS线")
    (candidate,) = question.candidates
    assert candidate.answers == {"sheets": {"JS线": "leave_out"}}
    assert "JS线" in candidate.evidence[0].text and "Columns…" in candidate.evidence[0].text
    reasons = tried.rows.groupby("sheet")["reason"].last()
    assert "JS线" in reasons["JS线"] and "Columns…" in reasons["JS线"]
    assert reasons["JS点"] == "A decision about its file is open"
    with pytest.raises(InputError, match=r"JS线.*To leave the sheet out") as refused:
        bring(network, path)
    assert network.count("node") == 0
    # What the sentence advises works.
    advice = re.search(r'("sheets": \{[^}]+\})', str(refused.value))
    assert advice is not None
    answers = {**json.loads(DECISIONS), **json.loads(f"{{{advice.group(1)}}}")}
    done = bring(network, path, decisions=json.dumps(answers))
    assert (done.nodes_written, done.pipes_written) == (3, 0)
    left = done.rows[done.rows["sheet"] == "JS线"]
    assert set(left["verdict"]) == {"skipped"} and set(left["reason"]) == {"Its sheet or layer is left out"}
    stored = json.loads(network.read("survey_batch", ["decisions"], geometry=False)["decisions"][0])
    assert stored["sheets"]["value"] == "JS线: leave out"


@pytest.mark.slow
@pytest.mark.parametrize("row", [{}, {"heading_row": 1}])
def test_the_columns_of_a_sheet_are_named_by_a_mapping(
    network: Network, tmp_path: Path, row: dict[str, int]
) -> None:
    path = _book(tmp_path, JS点=POINTS, JS线=LINES)
    table = {"file": "*", "sheet": "JS线", "fields": {"start_no": "甲", "end_no": "乙"}, **row}
    done = bring(network, path, mapping=json.dumps({"tables": [table]}))
    assert done.pipes_written == 2
    pipes = network.read("pipe", ["pipe_id", "material", "diameter_mm"], geometry=False)
    assert pipes.sort_values("pipe_id").to_numpy(object).tolist()[0] == ["JS0-JS1", "pe", 200.0]


@pytest.mark.slow
def test_one_end_is_named_and_the_other_is_known(network: Network, tmp_path: Path) -> None:
    lines = [["起点", "另一头", *LINES[0][2:]], *LINES[1:]]
    path = _book(tmp_path, JS点=POINTS, JS线=lines)
    table = {"sheet": "JS线", "fields": {"end_no": "另一头"}}
    assert bring(network, path, mapping=json.dumps({"tables": [table]})).pipes_written == 2


@pytest.mark.slow
def test_a_file_without_headings_has_its_columns_named_by_their_place(
    network: Network, tmp_path: Path
) -> None:
    path = tmp_path / "给水.txt"
    rows = [f"{4 + n},JS{n},{NORTH},{EAST + 20 * n},{NORTH},5.{n}" for n in range(3)]
    path.write_text("\n".join(rows), encoding="utf-8")
    fields = {"point_no": "column_2", "x": "column_3", "y": "column_4", "h": "column_6"}
    done = bring(network, path, mapping=json.dumps({"tables": [{"fields": fields}]}))
    assert done.nodes_written == 3
    nodes = network.read("node", ["node_id", "ground_m"], geometry=False).sort_values("node_id")
    assert nodes.to_numpy(object).tolist() == [["JS0", 5.0], ["JS1", 5.1], ["JS2", 5.2]]


@pytest.mark.slow
def test_a_mapping_of_a_column_that_is_not_there_is_refused_by_its_name(
    network: Network, tmp_path: Path
) -> None:
    path = tmp_path / "给水.dat"
    path.write_text("\n".join(f"JS{n},JS,{EAST + n:.2f},{NORTH:.2f},5.1" for n in range(3)), encoding="utf-8")
    for fields in ({"material": "材质"}, {"h": "column_9"}):
        with pytest.raises(InputError, match=r"has no column (材质|column_9)"):
            bring(network, path, mapping=json.dumps({"tables": [{"fields": fields}]}))


def test_a_field_of_a_format_that_names_its_columns_is_refused_where_it_is_not_there(
    network: Network, tmp_path: Path
) -> None:
    path = tmp_path / "a.gsi"
    path.write_text("110001+0000JS01 81..00+50200012 82..00+25133001 83..00+00005500\n", encoding="ascii")
    with pytest.raises(InputError, match="has no column 材质"):
        bring(network, path, mapping=json.dumps({"tables": [{"fields": {"material": "材质"}}]}))


@pytest.mark.slow
@pytest.mark.parametrize("value", ["leave_out", {"JS线": "lines"}, ["JS线"]])
def test_other_words_about_sheets_are_refused(network: Network, tmp_path: Path, value: object) -> None:
    path = _book(tmp_path, JS点=POINTS, JS线=LINES)
    with pytest.raises(InputError, match="as in this example"):
        bring(network, path, decisions=json.dumps({**json.loads(DECISIONS), "sheets": value}))


def test_a_file_of_which_nothing_is_understood_shows_its_first_rows(network: Network, tmp_path: Path) -> None:
    path = _book(tmp_path, JS线=[["滨河路"], *LINES])
    (unread,) = bring(network, path, dry_run=True).unreadable
    (head,) = unread.tables
    assert (head.sheet, head.likely_heading, head.size) == ("JS线", 2, 4)
    assert head.names(2) == ("甲", "乙", "材质", "管径") and head.values(0, 2, 3) == ["JS0", "JS1"]
    assert head.reason == unread.message


@pytest.mark.slow
def test_points_left_out_by_code_take_the_rows_below_them_along(network: Network, tmp_path: Path) -> None:
    rows = [
        ["物探点号", "连接点号", "特征", "附属物", "X", "Y", "地面高程", "埋深"],
        ["JS1", "JS2", "", "阀门", NORTH, EAST, 5.1, 1.0],
        ["T1", "JS1", "", "树", NORTH, EAST + 9, 5.1, ""],
        ["", "JS2", "", "", "", "", "", ""],
        ["JS2", "JS1", "", "阀门", NORTH, EAST + 30, 5.1, 1.0],
    ]
    done = bring(
        network, _book(tmp_path, JS=rows), mapping=json.dumps({"values": {"appurtenance": {"树": None}}})
    )
    assert (done.nodes_written, done.pipes_written) == (2, 1)
    assert done.rows["reason_code"].tolist().count("left_out") == 2
