"""The KPI sheet as scripts run it: figures written apart, and the same in workbook, page and JSON."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProcessingProvider
from support.paper_texts import pdf_words, workbook_rows
from support.shut_streets import EAST, NORTH, PIPES, STEP_M, spot_of, with_shapes, write_shut_streets

from waternet_plugin.core import frames
from waternet_plugin.operations.programmes.judged_year import newest_judged_year
from waternet_plugin.operations.programmes.kpi_sheet import KpiRequest, report_kpis
from waternet_plugin.store import open_network

COLUMNS = ["unit", "indicator", "numerator", "denominator", "value", "target", "reached"]
LENGTH_M = {
    name: shapely.LineString([spot_of(start), spot_of(end)]).length for name, (start, end) in PIPES.items()
}
KM = sum(LENGTH_M.values()) / 1000
Z1_KM = sum(length for name, length in LENGTH_M.items() if name.startswith("P")) / 1000


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text)


def moment(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="Asia/Shanghai").tz_convert("UTC")


def rows_of() -> dict[str, pd.DataFrame]:
    """Return what the year 2025 left on record."""

    def plain(table: str, *rows: dict[str, Any]) -> pd.DataFrame:
        return frames.conform(pd.DataFrame(list(rows)), table)

    def volume(name: str, component: str, m3: float, **of: str) -> dict[str, Any]:
        span = {"from_date": day("2025-01-01"), "to_date": day("2025-12-31")}
        return {"volume_id": name, "component": component, "volume_m3": m3, **span, **of}

    def meter(name: str, kind: str, zone: str | None) -> dict[str, Any]:
        return {"node_id": name, "kind": "meter", "system": "potable", "status": "in_use", "meter_type": kind,
                "dma_id": zone, "geom": shapely.Point(EAST + 250, NORTH + 150)}  # fmt: skip

    def item(name: str, closed: str, pipes: str, found: str, **more: Any) -> dict[str, Any]:
        days = dict.fromkeys(("opened_on", "closed_on", "gis_checked_on"), day(closed))
        kind = {"type": "locate", "state": "done"}
        return {"item_id": name, **kind, "pipes": pipes, "found": found, **days, **more}

    spot = shapely.Point(EAST, NORTH)
    line = shapely.MultiLineString([[(EAST, NORTH), (EAST + 1, NORTH)]])
    upper = shapely.box(EAST - 50, NORTH + 0.4 * STEP_M, EAST + 900, NORTH + 2 * STEP_M)
    upper = shapely.MultiPolygon([upper])
    return {
        "zone": with_shapes("zone", [{"zone_id": "D1", "kind": "district", "geom": upper}]),
        "volume": plain(
            "volume",
            volume("V1", "own_supply", 1000.0),
            volume("V2", "billed_metered", 300.0, customer_id="U-A"),
            volume("V3", "billed_metered", 200.0, customer_id="U-B"),
            volume("V4", "billed_metered", 350.0, customer_id="U-D"),
            volume("V5", "metered", 600.0, node_id="M4"),
        ),
        "project": with_shapes("project", [
            {"project_id": name, "year": year, "state": state, "length_m": length, "pipe_ids": pipes,
             "geom": line}
            for name, year, state, length, pipes in (
                ("PR1", 2025, "done", 400.0, "P2;P3"), ("PR2", 2025, "approved", 600.0, "Q2;Q3"),
                ("PR3", 2025, "proposed", 999.0, "P4"), ("PR4", 2024, "done", 999.0, "P4"),
            )
        ]),
        "node": with_shapes(
            "node",
            [
                meter("M1", "remote", "Z1"), meter("M2", "mechanical", "Z1"), meter("M3", "remote", None),
                {**meter("M4", "", "Z1"), "kind": "flow_meter", "meter_type": None, "meter_in": "Z1"},
            ],
        ),
        "leak_alarm": plain(
            "leak_alarm",
            {"alarm_id": "A1", "zone_id": "Z1", "raised_on": day("2025-03-01"),
             "ended_on": day("2025-03-10")},
            {"alarm_id": "A2", "zone_id": "Z1", "raised_on": day("2025-05-01")},
        ),
        "failure": with_shapes("failure", [
            {"failure_id": "F1", "kind": "main_leak", "pipe_id": "P2", "found_at": moment("2025-03-02 10:00"),
             "stopped_at": moment("2025-03-02 12:00"), "repaired_at": moment("2025-03-03 06:00"),
             "geom": spot},
            {"failure_id": "F2", "kind": "main_leak", "pipe_id": "P4", "found_at": moment("2025-05-20 10:00"),
             "stopped_at": moment("2025-05-21 16:00"), "repaired_at": moment("2025-05-22 12:00"),
             "geom": spot},
            {"failure_id": "F3", "kind": "main_leak", "pipe_id": "P4", "found_at": moment("2024-05-20 10:00"),
             "stopped_at": moment("2024-05-20 11:00"), "geom": spot},
            {"failure_id": "F4", "kind": "main_leak", "pipe_id": "Q2", "found_at": moment("2025-12-31 23:30"),
             "geom": spot},
        ]),
        "shutoff": plain(
            "shutoff",
            {"shutoff_id": "S1", "kind": "burst", "state": "ended", "pipe_id": "P4", "drained_m3": 12.5,
             "reopened_at": moment("2025-06-01 09:00")},
            {"shutoff_id": "S2", "kind": "planned", "state": "ended", "pipe_id": "Q2", "drained_m3": 7.5,
             "ends_at": moment("2025-07-01 09:00")},
            {"shutoff_id": "S3", "kind": "planned", "state": "planned", "pipe_id": "Q2", "drained_m3": 99.0,
             "ends_at": moment("2025-08-01 09:00")},
        ),
        "work_item": plain(
            "work_item",
            item("W1", "2025-09-01", "P2;P3", "yes", offset_m=3.0, contractor="Ear"),
            item("W2", "2025-10-01", "Q2;GONE", "no", contractor="Ear"),
            item("W3", "2024-12-15", "P4", "yes", offset_m=50.0, contractor="Old"),
            item("W4", "2025-11-01", "Q3", "yes", offset_m=1.0),
        ),
        "target": plain(
            "target",
            *({"target_id": f"T{number}", "unit": unit, "year": year, "indicator": indicator, "value": value}
              for number, (unit, year, indicator, value) in enumerate([
                  ("all", 2025, "leakage_rate", 0.10), ("all", 2025, "hit_rate", 0.5),
                  ("all", 2025, "drained_m3", 20.0), ("contractor:Ear", 2025, "offset_m", 2.0),
                  ("Z1", 2025, "renewed_km", 0.9), ("all", 2024, "smart_share", 0.9),
              ])),
        ),
    }  # fmt: skip


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The streets with a year of records."""
    path = write_shut_streets(tmp_path_factory.mktemp("kpi") / "town.gpkg")
    with open_network(path, by="li") as network, network.write("adopt") as batch:
        for table, rows in rows_of().items():
            batch.insert(table, rows)
    return path


def run(provider: QgsProcessingProvider, **given: Any) -> tuple[dict[str, Any], bool, str]:
    feedback, context = QgsProcessingFeedback(), QgsProcessingContext()
    parameters = {key: str(value) if isinstance(value, Path) else value for key, value in given.items()}
    algorithm = provider.algorithm("kpis").create()
    ok, said = algorithm.checkParameterValues(parameters, context)
    if not ok:
        return {}, False, said
    results, ok = algorithm.run(parameters, context, feedback)
    return results, ok, feedback.textLog()


def sides(rows: pd.DataFrame, unit: str) -> dict[str, tuple[float, float]]:
    ours = rows[rows["unit"] == unit]
    return {
        name: (numerator, denominator)
        for name, numerator, denominator in zip(ours["indicator"], ours["numerator"], ours["denominator"])
    }


WHOLE = {
    "leakage_rate": (150.0, 1000.0), "renewed_km": (0.4, 1.0), "smart_share": (2.0, 3.0),
    "found_in_time": (1.0, 2.0), "stopped_in_time": (1.0, 2.0), "repaired_in_time": (1.0, 2.0),
    "drained_m3": (20.0, float("nan")), "search_coverage": (0.6, KM), "hit_rate": (2.0, 3.0),
    "offset_m": (4.0, 2.0),
}  # fmt: skip
# The first area: P1 to P6. Of its supply of 600 m3 the users U-A and U-B pay 500.
FIRST = {
    "leakage_rate": (100.0, 600.0), "renewed_km": (0.4, 0.4), "smart_share": (1.0, 2.0),
    "found_in_time": (1.0, 2.0), "stopped_in_time": (1.0, 2.0), "repaired_in_time": (1.0, 2.0),
    "drained_m3": (12.5, float("nan")), "search_coverage": (0.2, Z1_KM), "hit_rate": (1.0, 1.0),
    "offset_m": (3.0, 1.0),
}  # fmt: skip
# The second one: Q1 to Q4, and no meter that measures what flows in.
SECOND = {
    "leakage_rate": (float("nan"), 0.0), "renewed_km": (0.0, 0.6), "smart_share": (0.0, 0.0),
    "found_in_time": (0.0, 0.0), "stopped_in_time": (0.0, 0.0), "repaired_in_time": (0.0, 0.0),
    "drained_m3": (7.5, float("nan")), "search_coverage": (0.4, sum(
        length for name, length in LENGTH_M.items() if name.startswith("Q")) / 1000),
    "hit_rate": (1.0, 2.0), "offset_m": (1.0, 1.0),
}  # fmt: skip
EAR = {"hit_rate": (1.0, 2.0), "offset_m": (3.0, 1.0)}
# The district holds the first area, and every meter of customers.
UNITS = {
    "all": {"all": WHOLE, "contractor:Ear": EAR},
    "dma": {"Z1": FIRST, "Z2": SECOND, "contractor:Ear": EAR},
    "district": {"D1": {**FIRST, "smart_share": (2.0, 3.0)}, "contractor:Ear": EAR},
}
REACHED = {
    ("all", "leakage_rate"): "no", ("all", "hit_rate"): "yes", ("all", "drained_m3"): "yes",
    ("contractor:Ear", "offset_m"): "no", ("Z1", "renewed_km"): "yes",
}  # fmt: skip


def printed(figure: float) -> str:
    """Return a figure as papers print it, a dash where it is not known."""
    return "–" if pd.isna(figure) else f"{figure:,.3f}"


@pytest.mark.slow
@pytest.mark.parametrize("by", list(UNITS))
def test_figures_are_those_of_the_network_in_every_output(
    town: Path, tmp_path: Path, provider: QgsProcessingProvider, by: str
) -> None:
    out, book = tmp_path / "kpis.gpkg", tmp_path / "kpis.xlsx"
    page, paper = tmp_path / "kpis.html", tmp_path / "kpis.pdf"
    results, ok, log = run(
        provider, NETWORK=town, YEAR=2025, UNIT=by, OUTPUT=out, REPORT=page, WORKBOOK=book, PAPER=paper
    )
    assert ok, log
    rows = gpd.read_file(out)
    assert list(rows.columns)[: len(COLUMNS)] == COLUMNS
    found = {unit: sides(rows, unit) for unit in dict.fromkeys(rows["unit"])}
    assert [(unit, list(pairs)) for unit, pairs in found.items()] == [
        (unit, list(pairs)) for unit, pairs in UNITS[by].items()
    ]
    for unit, pairs in UNITS[by].items():
        for name, pair in pairs.items():
            assert found[unit][name] == pytest.approx(pair, nan_ok=True), (unit, name)
    reached = {
        (unit, name): said
        for unit, name, said in zip(rows["unit"], rows["indicator"], rows["reached"])
        if said in ("yes", "no")
    }
    assert reached == {key: said for key, said in REACHED.items() if key[0] in UNITS[by]}
    said = list(reached.values())
    assert (results["REACHED"], results["MISSED"]) == (said.count("yes"), said.count("no"))
    written = workbook_rows(book)["KPI sheet"][1:]
    words, at = pdf_words(paper), 0
    for line, row in zip(written, rows.to_dict("records")):
        figures = (row["numerator"], row["denominator"], row["value"], row["target"])
        for cell, figure in zip(line[2:6], figures):
            assert cell is None if pd.isna(figure) else cell == pytest.approx(figure)
        # A row of the paper, in the order of the sheet: the indicator, then its figures.
        at = words.index(line[1].replace(" ", "") + "".join(printed(one) for one in figures), at) + 1
    assert len(written) == len(rows)
    figures = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))["rows"]
    assert [one["value"] for one in figures] == pytest.approx(
        [None if pd.isna(one) else one for one in rows["value"]]
    )


BEHIND = {
    ("all", "leakage_rate"): ("volume", ["V1", "V2", "V3", "V4"], ["V1"]),
    ("all", "renewed_km"): ("project", ["PR1"], ["PR1", "PR2"]),
    ("all", "smart_share"): ("node", ["M1", "M3"], ["M1", "M2", "M3"]),
    ("all", "found_in_time"): ("failure", ["F1"], ["F1", "F2"]),
    ("all", "stopped_in_time"): ("failure", ["F1"], ["F1", "F2"]),
    ("all", "repaired_in_time"): ("failure", ["F1"], ["F1", "F2"]),
    ("all", "drained_m3"): ("shutoff", ["S1", "S2"], []),
    ("all", "search_coverage"): ("pipe", ["P2", "P3", "Q2", "Q3"], sorted(PIPES)),
    ("all", "hit_rate"): ("work_item", ["W1", "W4"], ["W1", "W2", "W4"]),
    ("all", "offset_m"): ("work_item", ["W1", "W4"], ["W1", "W4"]),
    ("contractor:Ear", "hit_rate"): ("work_item", ["W1"], ["W1", "W2"]),
    ("Z1", "leakage_rate"): ("zone", ["Z1"], ["Z1"]),
    ("D1", "leakage_rate"): ("zone", ["Z1"], ["Z1"]),
    ("D1", "search_coverage"): ("pipe", ["P2", "P3"], ["P1", "P2", "P3", "P4", "P5", "P6"]),
}


@pytest.mark.slow
@pytest.mark.parametrize("by", list(UNITS))
def test_rows_behind_both_sides_of_each_indicator_add_up_to_it(town: Path, by: str) -> None:
    with open_network(town) as network:
        found = report_kpis(network, KpiRequest(2025, by=by))
    for unit, indicator, numerator, denominator in found.rows.iloc[:, :4].itertuples(index=False):
        ours = found.amounts[(found.amounts[["unit", "indicator"]] == [unit, indicator]).all(axis=1)]
        assert ours["numerator"].sum() == pytest.approx(0.0 if pd.isna(numerator) else numerator)
        assert ours["denominator"].sum() == pytest.approx(0.0 if pd.isna(denominator) else denominator)
        if (unit, indicator) in BEHIND:
            table, above, below = BEHIND[unit, indicator]
            assert found.behind(unit, indicator, "numerator") == (table, tuple(above))
            assert found.behind(unit, indicator, "denominator") == (table if below else "", tuple(below))
    assert found.behind("all", "unknown", "numerator") == ("", ())


@pytest.mark.slow
def test_a_month_counts_what_happened_in_it(
    town: Path, tmp_path: Path, provider: QgsProcessingProvider
) -> None:
    out = tmp_path / "march.gpkg"
    _results, ok, log = run(provider, NETWORK=town, MONTH="2025-03", OUTPUT=out)
    assert ok, log
    march = sides(gpd.read_file(out), "all")
    assert march["found_in_time"] == (1.0, 1.0) and march["hit_rate"] == (0.0, 0.0)
    assert march["drained_m3"][0] == 0.0 and march["search_coverage"][0] == pytest.approx(
        LENGTH_M["P4"] / 1000
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("given", "said"),
    [({}, "either YEAR or MONTH"), ({"YEAR": 2025, "MONTH": "2025-03"}, "either YEAR or MONTH"),
     ({"MONTH": "March"}, "not a month"), ({"YEAR": 2199}, "still to come"),
     ({"YEAR": 2025, "UNIT": "town"}, "UNIT")],
)  # fmt: skip
def test_bad_input_gets_one_sentence(
    town: Path, tmp_path: Path, provider: QgsProcessingProvider, given: dict[str, Any], said: str
) -> None:
    _results, ok, log = run(provider, NETWORK=town, OUTPUT=tmp_path / "o.gpkg", **given)
    assert not ok and said in log and "Traceback" not in log
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_what_is_not_known_is_missing_in_sums_and_said(
    tmp_path: Path, provider: QgsProcessingProvider
) -> None:
    path = write_shut_streets(tmp_path / "town.gpkg")
    rows = rows_of()
    rows["shutoff"].loc[0, "drained_m3"] = float("nan")
    rows["project"].loc[1, "length_m"] = float("nan")
    with open_network(path, by="li") as network, network.write("adopt") as batch:
        for table, frame in rows.items():
            batch.insert(table, frame)
    out = tmp_path / "kpis.gpkg"
    _results, ok, log = run(provider, NETWORK=path, YEAR=2025, OUTPUT=out)
    assert ok, log
    found = sides(gpd.read_file(out), "all")
    assert found["drained_m3"][0] == 7.5 and found["renewed_km"] == (0.4, 0.4)
    assert "1 shut-off of unknown volume" in log and "1 project without a length" in log


def test_the_sample_town_has_figures_of_its_year(sample_town: Path) -> None:
    with open_network(sample_town / "en" / "sample_town.gpkg") as network:
        rows = report_kpis(network, KpiRequest(year=2025)).rows
    ours = rows[rows["unit"] == "all"].set_index("indicator")
    # Its leak alarms are of December, and no leak of theirs is found yet.
    assert ours.index[ours["value"].isna()].tolist() == ["found_in_time"]
    assert (ours["value"].dropna() > 0).all()
    assert set(ours["reached"].dropna()) == {"yes", "no"}


def test_the_newest_year_with_anything_to_judge_is_that_of_the_rows(town: Path, tmp_path: Path) -> None:
    with open_network(town) as network:
        assert newest_judged_year(network, datetime.date(2027, 6, 1)) == 2025
        # Nothing is judged of a time to come.
        assert newest_judged_year(network, datetime.date(2023, 6, 1)) == 2023
    path = tmp_path / "empty.gpkg"
    write_shut_streets(path)
    with open_network(path) as network:
        assert newest_judged_year(network, datetime.date(2027, 6, 1)) == 2027
