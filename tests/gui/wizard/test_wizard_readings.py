"""Readings in the wizard: no place is asked for, only unit, clocks and sense where they are open."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from support.reading_town import reading_town
from support.wizard_helpers import wizard_with

from waternet_plugin import store
from waternet_plugin.gui.wizard.dialog import CHECK, CODES


@pytest.fixture
def town(session, tmp_path: Path) -> Path:
    path = tmp_path / "town.gpkg"
    reading_town(path, ["M1", "M2"])
    session.network_path = str(path)
    return path


def _readings(folder: Path, name: str) -> Path:
    times = pd.date_range("2026-01-01", periods=96, freq="15min").strftime("%Y-%m-%d %H:%M")
    frame = pd.DataFrame({"time": times, "M1": [str(5 + n % 7) for n in range(96)]})
    frame["M2"] = ["-" + one for one in frame["M1"]]
    frame.to_csv(folder / name, index=False)
    return folder / name


def _answer(wizard, key: str, answer: str) -> None:
    line = next(n for n, one in enumerate(wizard.check.questions.asked) if one.key == key)
    wizard.check.questions.table.cellWidget(line, 2).chosen.emit(answer)


@pytest.mark.slow
def test_a_column_for_each_meter_goes_from_file_to_network_by_three_answers(session, tmp_path, town) -> None:
    wizard = wizard_with(session, tmp_path, _readings(tmp_path, "export.csv"))
    source = wizard.state.sources[0]
    assert source.table == "reading" and set(source.mapping.meters) == {"M1", "M2"}
    assert source.missing_fields() == []
    wizard.go_to(CHECK)
    assert wizard.step == CHECK, wizard.message.text()
    asked = {one.key: one for one in wizard.check.questions.asked}
    assert set(asked) == {"unit_flow_m3h", "time_zone", "sense"}
    assert asked["time_zone"].suggestion == "Asia/Shanghai" and "M2" in asked["sense"].text
    # A number without a unit is never adopted.
    wizard.go_on()
    assert not wizard.is_done and "unit" in wizard.message.text()
    _answer(wizard, "unit_flow_m3h", "L/s")
    _answer(wizard, "time_zone", "Europe/Rome")
    _answer(wizard, "sense", "turn")
    mapping = source.mapping.to_dict()
    assert (mapping["units"], mapping["time_zone"], mapping["reversed"]) == (
        {"value": "L/s"}, "Europe/Rome", ["M2"],
    )  # fmt: skip
    wizard.go_on()
    assert wizard.is_done, wizard.message.text()
    with store.open_network(town) as network:
        read = network.read("reading").sort_values(["node_id", "time"])
    assert len(read) == 192 and read["value"].min() > 0
    assert read["value"].iloc[0] == pytest.approx(18.0)
    assert str(read["time"].iloc[0]) == "2025-12-31 23:00:00+00:00"


@pytest.mark.slow
def test_a_file_whose_name_says_the_unit_needs_no_answer(session, tmp_path, town) -> None:
    wizard = wizard_with(session, tmp_path, _readings(tmp_path, "inflow_lps.csv"))
    wizard.go_to(CHECK)
    assert wizard.step == CHECK, wizard.message.text()
    asked = {one.key: one for one in wizard.check.questions.asked}
    assert not asked["unit_flow_m3h"].is_open and asked["unit_flow_m3h"].answer == "lps"
    wizard.go_on()
    assert wizard.is_done, wizard.message.text()


@pytest.mark.slow
def test_the_same_file_again_is_said_and_adds_nothing(session, tmp_path, town) -> None:
    file = _readings(tmp_path, "inflow_lps.csv")
    for _ in range(2):
        wizard = wizard_with(session, tmp_path, file)
        wizard.go_to(CHECK)
        wizard.go_on()
    assert "was adopted before" in wizard.check.details.toPlainText()
    with store.open_network(town) as network:
        assert network.count("reading") == 192


def _long_readings(file: Path, rows: int, *, later: str = "", at: int = 0) -> Path:
    """Write readings meter by meter, more than a look reads; one row has its quantity in another word."""
    times = pd.date_range("2020-01-01", periods=rows // 2, freq="15min").strftime("%Y-%m-%d %H:%M")
    frame = pd.DataFrame({"meter": ["M1"] * len(times) + ["M2"] * len(times), "time": [*times, *times]})
    frame["quantity"], frame["value"] = "flow_m3h", [str(5 + n % 7) for n in range(len(frame))]
    if later:
        frame.loc[at, "quantity"] = later
    frame.to_csv(file, index=False)
    return file


def _between_looks(file: Path) -> int:
    """Return the number of a row that a look at a file leaves out."""
    from waternet_plugin.store.foreign import foreign

    whole, look = foreign.read_rows(file).frame, foreign.look_at_rows(file).frame
    left = whole.merge(look, on=["meter", "time"], how="left", indicator=True)
    return int((left["_merge"] == "left_only").to_numpy().nonzero()[0][0])


@pytest.mark.slow
def test_a_long_file_is_only_looked_at_until_it_is_checked(session, tmp_path, town, monkeypatch) -> None:
    from waternet_plugin.store.foreign import foreign_tables

    file = _long_readings(tmp_path / "long.csv", 300_000)
    decoded: list[int] = []
    real = foreign_tables.decoded_text

    def counted(raw: bytes, name: str, given: str | None) -> tuple[str, str]:
        decoded.append(raw.count(b"\n"))
        return real(raw, name, given)

    monkeypatch.setattr(foreign_tables, "decoded_text", counted)
    read = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda one: pytest.fail(f"{one} was read whole"))
    wizard = wizard_with(session, tmp_path, file)
    source = wizard.state.sources[0]
    assert source.table == "reading" and source.missing_fields() == []
    assert decoded and max(decoded) < 150_000 and len(source.frame) < 150_000
    # Both meters are there, the second one far behind the first rows.
    assert set(source.frame["meter"]) == {"M1", "M2"}
    assert abs(source.rows - 300_000) < 9_000
    assert wizard.files.table.item(0, 4).text() == "about 300,000"
    monkeypatch.setattr(Path, "read_bytes", read)
    wizard.go_to(CHECK)
    assert wizard.step == CHECK, wizard.message.text()
    assert [one.rows_in for one in wizard.state.results] == [300_000]
    _answer(wizard, "unit_flow_m3h", "L/s")
    wizard.go_on()
    assert wizard.is_done, wizard.message.text()
    with store.open_network(town) as network:
        assert network.count("reading") == 300_000


@pytest.mark.slow
def test_a_code_beyond_the_look_is_asked_for_before_anything_is_written(session, tmp_path, town) -> None:
    file = _long_readings(tmp_path / "long.csv", 300_000)
    at = _between_looks(file)
    _long_readings(file, 300_000, later="xyz", at=at)
    wizard = wizard_with(session, tmp_path, file)
    assert "xyz" not in set(wizard.state.sources[0].frame["quantity"])
    wizard.go_to(CHECK)
    _answer(wizard, "unit_flow_m3h", "L/s")
    wizard.go_on()
    assert not wizard.is_done and wizard.step == CODES
    assert "xyz" in wizard.message.text()


@pytest.mark.slow
@pytest.mark.parametrize("heads", ["meter,time,压力(MPa)", "time,M1压力(MPa),M2压力(MPa)"])
def test_metres_headed_mpa_are_asked_with_the_answer_filled_in(session, tmp_path, town, heads: str) -> None:
    rows = [f"M1,2026-01-01 {hour:02d}:00,28.5" for hour in range(24)]
    if heads.startswith("time"):
        rows = [f"2026-01-01 {hour:02d}:00,28.5,31" for hour in range(24)]
    file = tmp_path / "points.csv"
    file.write_text("\n".join([heads, *rows]) + "\n", encoding="utf-8")
    wizard = wizard_with(session, tmp_path, file)
    wizard.go_to(CHECK)
    asked = {one.key: one for one in wizard.check.questions.asked}["unit_pressure_mpa"]
    assert asked.is_open and asked.suggestion == "m" and "28.5" in asked.text
    wizard.go_on()
    assert not wizard.is_done and "28.5" in wizard.message.text()
    wizard.check.questions.accept_suggestions()
    wizard.go_on()
    assert wizard.is_done, wizard.message.text()
    with store.open_network(town) as network:
        assert network.read("reading")["value"].min() == pytest.approx(0.279488, abs=1e-5)
