"""EPANET computes in a process of its own: a cancel and limits end it, and nothing stays behind."""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np
import pytest
from support.epanet_grid import grid_file

from waternet_plugin.core.dma.hydraulics import EngineError, HydraulicModel, HydraulicRun
from waternet_plugin.core.errors import CancelledError
from waternet_plugin.core.files import scratch
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.operations.hydraulics.engines import epanet_engine
from waternet_plugin.operations.hydraulics.engines.epanet_engine import WntrEngine, found_engine

NODES = tuple(f"J{across}-{along}" for along in range(6) for across in range(6))
STARTED = "import os, pathlib, sys, time\npathlib.Path('started').write_text(str(os.getpid()))\n"


def model_of(text: str = "", **asked: object) -> HydraulicModel:
    """Return a model of a lattice."""
    return HydraulicModel((text or grid_file(6)).encode(), NODES, 1.0, **asked)  # type: ignore[arg-type]


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which temporary ones are made."""
    place = tmp_path / "temporary 临时"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    return place


def engine_of(tmp_path: Path, lines: str) -> WntrEngine:
    """Return an engine whose process runs other lines."""
    worker = tmp_path / "worker.py"
    worker.write_text(STARTED + lines, encoding="utf-8")
    return WntrEngine(worker)


def reason(engine: WntrEngine, limit_s: float = 30.0) -> str:
    """Return why an engine computed nothing."""
    (found,) = engine.run([model_of()], limit_s, SILENT)
    assert isinstance(found, EngineError)
    return found.message


def test_a_cancel_ends_the_process_within_a_second(folders: Path, tmp_path: Path) -> None:
    engine = engine_of(tmp_path, "time.sleep(60)\n")
    seen: list[tuple[float, int]] = []

    def listen(_fraction: float, _text: str) -> bool:
        started = [path for path in folders.glob("*/started") if path.read_text()]
        if started:
            seen.append((time.monotonic(), int(started[0].read_text())))
        return not started

    with pytest.raises(CancelledError):
        engine.run([model_of()], 60.0, Progress(listen))
    ((asked_at, pid),) = seen
    assert time.monotonic() - asked_at < 1.0
    assert not scratch.is_alive(pid)
    assert list(folders.iterdir()) == []


def test_a_limit_of_a_setting_ends_it(folders: Path, tmp_path: Path) -> None:
    begun = time.monotonic()
    sentence = reason(engine_of(tmp_path, "time.sleep(60)\n"), 0.5)
    assert "0.5 s (setting dma.hydraulics_limit_s)" in sentence
    assert time.monotonic() - begun < 5.0
    assert list(folders.iterdir()) == []


def test_files_that_grow_end_it(folders: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(epanet_engine, "_ROOM_BYTES", 1024 * 1024)
    grow = "file = open('en1234', 'wb', 0)\nwhile True: file.write(bytes(100_000)); time.sleep(0.01)\n"
    assert "1 MB of temporary files" in reason(engine_of(tmp_path, grow))
    assert list(folders.iterdir()) == []


def test_room_on_the_disk_is_asked_first(
    folders: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(epanet_engine, "_ROOM_BYTES", 2**60)
    with pytest.raises(EngineError, match="MB left, EPANET needs"):
        engine_of(tmp_path, "").run([model_of()], 30.0, SILENT)


def test_a_process_that_dies_is_a_reason(folders: Path, tmp_path: Path) -> None:
    assert reason(engine_of(tmp_path, "os.abort()\n")) == "EPANET 2.2 (wntr) ended without a result."


def test_a_sentence_of_the_engine_has_no_place_left_open(folders: Path, tmp_path: Path) -> None:
    text = "(Error 305) cannot open hydraulics file %s"
    put = f"pathlib.Path('0.json').write_text({json.dumps(json.dumps({'fault': 'failed', 'text': text}))})\n"
    assert reason(engine_of(tmp_path, put)) == (
        "EPANET 2.2 (wntr) failed: (Error 305) cannot open hydraulics file."
    )


def test_qgis_itself_is_not_taken_for_python(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "qgis-bin.exe"))
    monkeypatch.setattr("sys.exec_prefix", str(tmp_path))
    with pytest.raises(EngineError, match="No Python program was found"):
        WntrEngine().run([model_of()], 1.0, SILENT)
    (tmp_path / "python3.exe").write_bytes(b"")
    assert epanet_engine._python("EPANET") == str(tmp_path / "python3.exe")


@pytest.mark.slow
def test_nothing_is_written_where_the_process_stands(
    folders: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("wntr.epanet.toolkit", reason="the EPANET engine (wntr) is not installed")
    stand = tmp_path / "stand"
    stand.mkdir()
    monkeypatch.chdir(stand)
    engine = found_engine()
    assert engine is not None
    aged = grid_file(6).replace("[OPTIONS]", "[OPTIONS]\n Quality Age")
    ages = {"age_at": NODES[-2:], "age_duration_h": 30.0, "age_step_min": 30.0}
    seen: list[float] = []

    def listen(fraction: float, _text: str) -> bool:
        seen.append(fraction)
        return True

    plain, old, broken = engine.run(
        [model_of(), model_of(aged, **ages), model_of("[JUNCTIONS]\n[END]\n")], 60.0, Progress(listen)
    )
    assert isinstance(plain, HydraulicRun)
    assert isinstance(old, HydraulicRun)
    assert isinstance(broken, EngineError)
    assert "%" not in broken.message
    assert plain.age_h is None
    assert old.duration_h == 30.0
    assert np.all((old.age_h > 0) & (old.age_h < 30.0))
    assert np.allclose(plain.pressure_m, old.pressure_m)
    assert seen == sorted(seen)
    assert list(stand.iterdir()) == list(folders.iterdir()) == []


@pytest.mark.slow
def test_a_folder_that_takes_no_files_is_no_hindrance(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("wntr.epanet.toolkit", reason="the EPANET engine (wntr) is not installed")
    if not Path("/proc").is_dir():
        pytest.skip("needs the folder /proc")
    monkeypatch.chdir("/proc")
    (found,) = WntrEngine().run([model_of()], 60.0, SILENT)
    assert isinstance(found, HydraulicRun)
