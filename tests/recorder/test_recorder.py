"""The recorder: every algorithm is in it, recording works, two recordings are compared cell by cell."""

from __future__ import annotations

import json
import sqlite3
import sys
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from support import headless

sys.path.insert(0, str(Path(__file__).resolve().parent))

import large
from comparing import compare, read_reworded
from run import record
from steps import SHORT, STEPS
from tables import Cleaner, as_csv


def test_every_algorithm_is_recorded_with_parameters_that_it_has(provider) -> None:
    algorithms = {algorithm.name(): algorithm for algorithm in provider.algorithms()}
    assert {step.algorithm for step in STEPS} == set(algorithms)
    unknown = [
        f"{step.name}: {name}"
        for step in STEPS
        for name in step.parameters
        if algorithms[step.algorithm].parameterDefinition(name) is None
    ]
    assert unknown == []


def test_steps_are_recorded_in_the_order_of_their_names() -> None:
    names = [step.name for step in STEPS]
    assert names == sorted(set(names))
    assert set(SHORT) <= set(names)


def test_each_step_names_its_folders_and_keeps_braces_of_json(tmp_path: Path) -> None:
    given = [
        (step.name, name, text)
        for step in STEPS
        for name, text in step.filled(tmp_path / "tree", tmp_path / "work").items()
        if isinstance(text, str)
    ]
    folders = ("{out}", "{work}", "{tree}", "{network}", "{backup}")
    assert [row for row in given if any(folder in row[2] for folder in folders)] == []
    mappings = [json.loads(text) for _, name, text in given if name == "MAPPING" and text.startswith("{")]
    assert [mapping["units"] for mapping in mappings] == [{"pressure_mpa": "MPa"}]


@pytest.mark.slow
@pytest.mark.usefixtures("sample_town")
def test_a_short_recording(tmp_path: Path) -> None:
    folder = tmp_path / "recording"
    record(folder, headless.ROOT, only=SHORT)
    assert {path.name for path in folder.iterdir()} == set(SHORT)
    pipes = (folder / "01_town" / "sample_town.gpkg" / "pipe.csv").read_text(encoding="utf-8")
    assert pipes.count("\n") > 2000
    said = [path.read_text(encoding="utf-8") for path in folder.rglob("*.*") if path.is_file()]
    assert not any("waternet-recorder-" in text for text in said)
    assert any("<time>" in text for text in said)
    # A step on a network that it only reads records no table of it; its first opening notes what it saw.
    changed = (folder / "44_segments" / "sample_town.gpkg").iterdir()
    assert {path.name for path in changed} <= {"wn_meta.csv"}


def test_what_belongs_to_one_run_is_taken_out() -> None:
    cleaner = Cleaner({Path("/tmp/x/work"): "work", Path("/tmp/x"): "tree"}, {date(2026, 3, 1)})
    told = "2026-03-01T10:11:12.345Z 2026-03-01 20260301T101112 2025-03-01T10:00:00Z /tmp/x/work/a /tmp/x/b"
    assert cleaner.clean(told) == "<time> <time> <time> 2025-03-01T10:00:00Z <work>/a <tree>/b"


def test_bytes_and_numbers_are_written_without_loss() -> None:
    assert as_csv(["a", "b", "c"], [(b"\x01\xff", 0.1, None)]) == "a,b,c\n01ff,0.1,\n"


def _folder(path: Path, **files: str) -> Path:
    for name, text in files.items():
        target = path / name.replace("__", "/").replace("_csv", ".csv").replace("_html", ".html")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return path


def test_differences_are_named_by_file_line_and_column(tmp_path: Path) -> None:
    before = _folder(tmp_path / "a", x__pipe_csv="id,year\n1,1990\n2,1991\n", x__gone_csv="", old__t_csv="")
    after = _folder(tmp_path / "b", x__pipe_csv="id,year\n1,1990\n2,1992\n", new__t_csv="")
    assert compare(before, after) == [
        "old: is gone",
        "x/gone.csv: is gone",
        "new: is new",
        "x/pipe.csv: line 3 year: '1991' became '1992'",
    ]
    assert compare(before, before) == []


def test_other_bytes_of_the_same_cells_are_a_difference(tmp_path: Path) -> None:
    before = _folder(tmp_path / "a", pipe_csv="id\n1\n")
    after = _folder(tmp_path / "b", pipe_csv='id\n"1"\n')
    assert compare(before, after) == ["pipe.csv: other bytes, the same cells"]


def test_reworded_sentences_are_explained_and_nothing_else(tmp_path: Path) -> None:
    table = tmp_path / "reworded.tsv"
    table.write_text(
        "{value} is no date.\t{value} is not a valid date.\n"
        "# a comment\n"
        "Mended %n pipe(s)\tRepaired %n pipe(s)\n"
        "old: {what} of {pipe}\tof {pipe}: {what}\n",
        encoding="utf-8",
    )
    before = _folder(
        tmp_path / "a",
        t_csv='id,text\n1,"soon is no date.; x"\n2,Mended 3 pipe(s)\n3,old: year of P1\n4,kept\n',
        r_html="<p>Mended 3 pipe(s)</p>\n",
    )
    after = _folder(
        tmp_path / "b",
        t_csv='id,text\n1,"soon is not a valid date.; x"\n2,Repaired 3 pipe(s)\n3,of P1: year\n4,lost\n',
        r_html="<p>Repaired 3 pipe(s)</p>\n",
    )
    assert compare(before, after, read_reworded(table)) == ["t.csv: line 5 text: 'kept' became 'lost'"]
    assert len(compare(before, after)) == 5


def test_a_table_of_one_column_is_refused(tmp_path: Path) -> None:
    table = tmp_path / "reworded.tsv"
    table.write_text("alone\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"reworded.tsv:1 is not a line of two sentences"):
        read_reworded(table)


def _answers(folder: Path, rows: list[tuple[str, float, str]]) -> Path:
    folder.mkdir()
    with closing(sqlite3.connect(folder / "network.gpkg")) as database:
        database.execute("CREATE TABLE pipe (pipe_id TEXT, rate REAL, made_on TEXT)")
        database.executemany("INSERT INTO pipe VALUES (?, ?, ?)", rows)
        database.execute("CREATE TABLE run (summary TEXT)")
        database.execute("INSERT INTO run VALUES (?)", (json.dumps({"rate": rows[1][1]}),))
        database.execute("CREATE TABLE gpkg_contents (last_change TEXT)")
        database.commit()
    return folder


def test_answers_on_a_large_network_are_compared_cell_by_cell(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = _answers(tmp_path / "a", [("P1", 0.1, "now"), ("P2", 0.2, "now")])
    rounded = _answers(tmp_path / "b", [("P1", 0.1, "then"), ("P2", 0.2 + 1e-16, "then")])
    other = _answers(tmp_path / "c", [("P1", 0.1, "now"), ("P3", 0.2, "now"), ("P4", 0.2, "now")])
    assert [large.compare(before, after) for after in (before, rounded, other)] == [0, 0, 2]
    lines = [line.split() for line in capsys.readouterr().out.splitlines() if line.startswith("network")]
    assert [line[4:6] for line in lines if line[1] == "pipe"] == [["0", "0"], ["1", "0"], ["0", "2"]]
    assert [line[4:6] for line in lines if line[1] == "run"] == [["0", "0"], ["1", "0"], ["0", "0"]]
    assert lines[0][3] == lines[2][3]


def test_recordings_of_other_files_are_not_compared(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    before = _answers(tmp_path / "a", [("P1", 0.1, "now"), ("P2", 0.2, "now")])
    for folders in ((before, tmp_path / "empty"), (tmp_path / "empty", tmp_path / "empty")):
        with pytest.raises(ValueError, match="have not the same files"):
            large.compare(*folders)


def test_texts_that_tell_rounded_numbers_are_close() -> None:
    assert large._are_close('{"km": 0.30000000000000004}', '{"km": 0.3}')
    assert not large._are_close('{"km": 0.31}', '{"km": 0.3}')
    assert not large._are_close('{"km": 0.3}', '{"m": 0.3}')
    assert large._are_close('{"hash":"e12a"}', '{"hash":"e6e5"}')
    assert not large._are_close("P1", "P2")
