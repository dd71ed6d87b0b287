"""Surveys into the sample town: one batch, a ledger of every row, refusals that name file, row and rule."""

from __future__ import annotations

import datetime
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.slow_cases import a_few_quick
from support.survey_tables import write_dat, write_lines, write_points

from waternet_plugin import store
from waternet_plugin.core.errors import CancelledError, InputError, StoreError
from waternet_plugin.core.progress import Progress
from waternet_plugin.operations.survey.import_survey import (
    ImportSurveyRequest,
    ImportSurveyResult,
    import_survey,
)
from waternet_plugin.store.network import Network

TODAY = datetime.date(2026, 11, 22)
CJJ61 = '{"level_of": "cjj61"}'


@pytest.fixture
def town(sample_town: Path, tmp_path: Path) -> Iterator[Network]:
    """An own copy of the sample town, open."""
    path = tmp_path / "town.gpkg"
    shutil.copy(sample_town / "en" / "sample_town.gpkg", path)
    with store.open_network(str(path)) as network:
        yield network


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """A folder with a point table and a line table."""
    folder = tmp_path / "survey"
    folder.mkdir()
    write_points(folder / "JS点表.csv")
    write_lines(folder / "JS线表.csv")
    return folder


def _import(network: Network, inputs: Path | str, **more: object) -> ImportSurveyResult:
    return import_survey(network, ImportSurveyRequest(str(inputs), **more), today=TODAY)  # type: ignore[arg-type]


def _sizes(network: Network) -> tuple[int, ...]:
    return tuple(network.count(name) for name in ("node", "pipe", "survey_batch", "survey_row"))


@pytest.mark.slow
def test_tables_of_cjj_61_become_one_batch_that_is_undone_as_a_whole(town: Network, tables: Path) -> None:
    before = _sizes(town)
    done = _import(town, tables, decisions=CJJ61)
    assert done.counts == {"imported": 11, "merged": 0, "rejected": 0, "skipped": 3}
    assert _sizes(town) == (before[0] + 6, before[1] + 5, before[2] + 2, before[3] + 14)
    batch = town.batches().iloc[0]
    assert (batch["batch_id"], batch["kind"]) == (done.batch_id, "survey")
    pipe = town.read("pipe", ids=["JS1001-JS1002"]).iloc[0]
    assert (pipe["system"], pipe["material"], pipe["diameter_mm"]) == ("potable", "ductile_iron", 200.0)
    assert pipe["invert_start_m"] == pytest.approx(39.10 - 1.2 - 0.2)
    assert pipe["survey_batch"] == "SV0002"
    node = town.read("node", ids=["JS1003"]).iloc[0]
    assert (node["kind"], node["feature"], node["survey_batch"]) == ("valve", "阀门", "SV0001")
    kept = town.read("survey_row")
    assert kept["verdict"].value_counts().to_dict() == {"imported": 11, "skipped": 3}
    assert json.loads(kept["raw"].iloc[2])["物探点号"] == "JS1001"
    town.undo(done.batch_id)
    assert _sizes(town) == before


@pytest.mark.slow
def test_a_file_of_points_alone_needs_only_to_know_what_its_heights_are_of(
    town: Network, tmp_path: Path
) -> None:
    file = write_dat(tmp_path / "cass.dat")
    with pytest.raises(InputError, match=r"cass\.dat: height_of"):
        _import(town, file)
    done = _import(town, file, decisions='{"height_of": "ground"}')
    nodes = town.read("node", ids=["1", "5"])
    assert nodes["system"].tolist() == ["sewage", "sewage"]
    assert nodes["ground_m"].tolist() == [38.0, 38.04]
    assert nodes["survey_code"].tolist() == ["WS", "WS"]
    assert done.pipes_written == 0


@pytest.mark.slow
def test_a_dry_run_writes_nothing_and_lists_what_is_open(town: Network, tables: Path, tmp_path: Path) -> None:
    before = _sizes(town)
    (tables / "broken.dat").write_bytes(b"")
    done = _import(town, tables, dry_run=True)
    assert [(one.file, one.key) for one in done.questions] == [("JS线表.csv", "level_of")]
    assert [one.name for one in done.files if one.error] == ["broken.dat"]
    assert done.batch_id == ""
    assert sum(done.counts.values()) == len(done.rows) == 14
    assert _sizes(town) == before


@pytest.mark.slow
def test_an_error_refuses_the_run_by_file_row_point_and_rule_and_valid_rows_can_go_in(
    town: Network, tables: Path
) -> None:
    write_lines(tables / "JS线表.csv", ["JS1001,JS9999,1.2,1.2,,,直埋,球墨铸铁,DN200,2025,建设路"])
    before = _sizes(town)
    with pytest.raises(InputError, match=r"JS线表\.csv, row 7, JS1001-JS9999: .*JS9999.*\[unknown_point\]"):
        _import(town, tables, decisions=CJJ61)
    assert _sizes(town) == before
    done = _import(town, tables, decisions=CJJ61, valid_only=True)
    assert done.counts == {"imported": 11, "merged": 0, "rejected": 1, "skipped": 3}
    rejected = done.rows[done.rows["verdict"] == "rejected"].iloc[0]
    assert (rejected["row_no"], rejected["reason_code"]) == (7, "unknown_point")


@pytest.mark.slow
def test_the_same_file_twice_is_refused_unless_decisions_say_again(town: Network, tables: Path) -> None:
    _import(town, tables, decisions=CJJ61)
    with pytest.raises(InputError, match=r"SV0001.*again"):
        _import(town, tables, decisions=CJJ61)
    done = _import(town, tables / "JS点表.csv", decisions='{"again": true}')
    assert done.counts == {"imported": 0, "merged": 6, "rejected": 0, "skipped": 2}
    assert done.nodes_written == 0


@pytest.mark.slow
def test_undo_after_a_later_edit_names_the_edit(town: Network, tables: Path) -> None:
    done = _import(town, tables, decisions=CJJ61)
    row = town.read("node", ["node_id", "note"], ids=["JS1003"], geometry=False)
    with town.write("edit", name="by hand", seen=town.position()) as batch:
        batch.update("node", row.assign(note="seen"))
    with pytest.raises(StoreError) as refused:
        town.undo(done.batch_id)
    assert any("JS1003" in line for line in refused.value.details)
    town.undo(done.batch_id, skip_changed=True)
    assert town.read("node", ids=["JS1003", "JS1004"])["node_id"].tolist() == ["JS1003"]


@pytest.mark.slow
def test_a_cancel_leaves_the_network_as_it_was(town: Network, tables: Path) -> None:
    before = _sizes(town)
    told: list[float] = []

    def listen(fraction: float, _text: str) -> bool:
        told.append(fraction)
        return fraction < 0.75

    with pytest.raises(CancelledError):
        import_survey(town, ImportSurveyRequest(str(tables), decisions=CJJ61), Progress(listen), today=TODAY)
    assert max(told) >= 0.75
    assert _sizes(town) == before


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "empty"),
        ("物探点号,X,Y,地面高程\n", "bad.csv"),
        ("起始点号,终止点号,材质\nJS1,JS2,球墨铸铁\n", "unknown_point|bad.csv"),
        ("点号,X,Y,H\nJS1,2513600,501500,0\nJS2,2513610,501500,0\n", "bad.csv"),
    ],
)
def test_bad_files_are_refused_by_name_or_reason(
    town: Network, tmp_path: Path, content: str, words: str
) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(content, encoding="utf-8")
    before = _sizes(town)
    with pytest.raises(InputError, match=words):
        _import(town, file)
    assert _sizes(town) == before


@pytest.mark.slow
@pytest.mark.parametrize(
    ("more", "words"),
    a_few_quick(
        [
            ({"mapping": "{"}, "MAPPING"),
            ({"decisions": "[]"}, "DECISIONS"),
            ({"decisions": '{"axes": "up"}'}, "axes"),
            ({"join_tolerance_m": -1.0}, "JOIN_TOLERANCE"),
            ({"mapping": '{"id_prefix": 5}'}, "id_prefix"),
            ({"decisions": '{"files": {"x.dat": {"axes": "x_north"}}}'}, r"x\.dat"),
        ],
        is_tuple_one_value=False,
    ),
)
def test_parameters_that_make_no_sense_are_refused(
    town: Network, tables: Path, more: dict[str, object], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        _import(town, tables, **more)
