"""adoptlayers as an update, as a script runs it: parameters, outputs, report, batches, bad input."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from support.adoption_frames import CRS
from support.delivered_town import LINES, MAPPING, column, delivery, edit
from support.headless import Answer, run
from support.slow_cases import a_few_quick

from waternet_plugin import store
from waternet_plugin.store.foreign.foreign import read_foreign

COUNTS = ("ROWS_IN", "ROWS_CHANGED", "ROWS_SAME", "ROWS_NEW", "ROWS_CONFLICT", "ROWS_REJECTED", "ROWS_GONE")


@pytest.fixture
def network(tmp_path: Path) -> Path:
    """An empty network."""
    path = tmp_path / "城区 管网.gpkg"
    store.create_network(path, CRS, by="li").close()
    return path


def _file(folder: Path, name: str = "一月.geojson", *args: Any, **columns: Any) -> Path:
    path = folder / name
    delivery(*args, **columns).to_file(path, driver="GeoJSON")
    return path


def _adopt(
    network: Path, source: Path, *, mapping: Any = MAPPING, table: str = "pipe", **more: Any
) -> Answer:
    given = {name: str(value) if isinstance(value, Path) else value for name, value in more.items()}
    return run(
        "adoptlayers",
        NETWORK=str(network),
        INPUT=str(source),
        TABLE=table,
        MAPPING=json.dumps(mapping, ensure_ascii=False),
        **given,
    )


def _counts(answer: Answer) -> list[int]:
    assert answer.status == 0, answer.stderr
    return [int(answer.results[name]) for name in COUNTS]


@pytest.mark.slow
def test_next_months_file_updates_the_network(network: Path, tmp_path: Path) -> None:
    first = _adopt(network, _file(tmp_path))
    assert _counts(first) == [3, 0, 0, 3, 0, 0, 0]
    with store.open_network(network, by="li") as opened:
        edit(opened, pipe_id=["A"], street=["Two Road"])
    moved = [LINES[0], LINES[6], LINES[5]]
    file = _file(tmp_path, "二月.geojson", "ABD", MAT=["PE", "CI", "PE"], geom=moved)
    changes, report = tmp_path / "changes.csv", tmp_path / "report.html"
    dry = _adopt(network, file, MODE="both", DRY_RUN=True, OUTPUT_CHANGES=changes, REPORT=report)
    assert _counts(dry) == [3, 1, 0, 1, 1, 0, 1]
    listed = read_foreign(str(changes))
    assert listed.columns.tolist()[:5] == ["asset", "field", "before", "after", "state"]
    rows = [tuple(row) for row in listed[["asset", "field", "state"]].fillna("").to_numpy().tolist()]
    assert rows == [
        ("A", "street", "conflict"),
        ("B", "material", "changed"),
        ("B", "geom", "moved"),
        ("D", "", "new"),
        ("C", "", "gone"),
    ]
    figures = json.loads(report.with_suffix(".json").read_text(encoding="utf-8"))
    assert figures["update"]["rows_changed"] == 1
    assert figures["gone"] == ["C"]
    done = _adopt(network, file, MODE="both", CONFLICTS="take", GEOMETRY=True)
    assert _counts(done) == [3, 2, 0, 1, 0, 0, 1]
    again = _adopt(network, file, MODE="both", CONFLICTS="take", GEOMETRY=True)
    assert _counts(again) == [3, 0, 3, 0, 0, 0, 1]
    with store.open_network(network) as opened:
        assert column(opened, "street") == dict.fromkeys("ABCD", "One Road")
        batches = opened.batches()
        assert batches["kind"].tolist()[:3] == ["update", "edit", "adopt"]
        assert batches["file"][0] == "二月.geojson"
    listing = run("listbatches", NETWORK=str(network), OUTPUT=str(tmp_path / "batches.csv"))
    assert listing.status == 0, listing.stderr
    newest = read_foreign(str(tmp_path / "batches.csv")).iloc[0]
    assert newest["file"] == "二月.geojson"
    assert newest["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()


@pytest.mark.slow
def test_without_a_mode_an_id_that_is_there_is_rejected_as_before(network: Path, tmp_path: Path) -> None:
    file = _file(tmp_path)
    assert _counts(_adopt(network, file))[3] == 3
    refused = _adopt(network, file)
    assert refused.status == 1
    assert "already exists" in refused.stderr


@pytest.mark.slow
def test_an_unknown_id_is_rejected_and_an_empty_cell_clears_on_request(network: Path, tmp_path: Path) -> None:
    _adopt(network, _file(tmp_path))
    file = _file(tmp_path, "x.geojson", "AZ", ROAD=[None, "One Road"])
    rejected = tmp_path / "rejected.csv"
    answer = _adopt(network, file, MODE="update", REJECTED=rejected)
    assert _counts(answer) == [2, 0, 1, 0, 0, 1, 2]
    assert read_foreign(str(rejected))["reason_code"].tolist() == ["unknown_id"]
    assert _counts(_adopt(network, file, MODE="update", CLEAR=True)) == [2, 1, 0, 0, 0, 1, 2]
    with store.open_network(network) as opened:
        assert column(opened, "street")["A"] is None


@pytest.mark.slow
def test_events_that_are_there_end_well_and_write_nothing(network: Path, tmp_path: Path) -> None:
    path = tmp_path / "热线.csv"
    path.write_text(
        "日期,类型,x,y\n"
        + "".join(f"2026-01-{day:02d},爆管,{500000 + day},2500000\n" for day in range(1, 29)),
        encoding="utf-8",
    )
    mapping = {
        "fields": {"date": "日期", "kind": "类型"},
        "values": {"kind": {"爆管": "main_break"}},
        "crs": "EPSG:4547",
    }
    first = _adopt(network, path, mapping=mapping, table="failure")
    assert (first.status, int(first.results["ROWS_WRITTEN"])) == (0, 28)
    again = _adopt(network, path, mapping=mapping, table="failure")
    assert again.status == 0, again.stderr
    assert (int(again.results["ROWS_WRITTEN"]), int(again.results["ROWS_REJECTED"])) == (0, 28)
    assert "28 of 28" in again.stdout
    with store.open_network(network) as opened:
        assert opened.count("failure") == 28
        assert opened.batches()["kind"].tolist().count("adopt") == 1


@pytest.mark.parametrize(
    ("more", "words"),
    a_few_quick(
        [
            ({"mapping": {"fields": {"material": "MAT"}}}, "recognises rows by their ids"),
            ({"mapping": {**MAPPING, "repeats": "twice"}}, "repeats"),
            ({"MODE": "replace"}, "MODE"),
        ],
        1,
        is_tuple_one_value=False,
    ),
)
def test_bad_input_gets_one_sentence(network: Path, tmp_path: Path, more: dict[str, Any], words: str) -> None:
    refused = _adopt(network, _file(tmp_path), **{"MODE": "update", **more})
    assert refused.status == 1
    assert words in refused.stderr
    assert "Traceback" not in refused.stderr
