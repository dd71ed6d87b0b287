"""Bursts that scripts keep as shut-offs, and the list of those that overlap."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProcessingProvider
from support.shut_streets import write_shut_streets

from waternet_plugin.store import open_network

COLUMNS = ["shutoff_id", "other_id", "overlap", "customers", "critical", "starts_at", "ends_at"]


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """Two ways from a source to a street."""
    return write_shut_streets(tmp_path / "town.gpkg")


def run(provider: QgsProcessingProvider, name: str, **given: Any) -> tuple[dict[str, Any], bool, str]:
    feedback, context = QgsProcessingFeedback(), QgsProcessingContext()
    parameters = {key: str(value) if isinstance(value, Path) else value for key, value in given.items()}
    algorithm = provider.algorithm(name).create()
    ok, said = algorithm.checkParameterValues(parameters, context)
    if not ok:
        return {}, False, said
    results, ok = algorithm.run(parameters, context, feedback)
    return results, ok, feedback.textLog()


@pytest.mark.slow
def test_what_overlaps_is_told_before_anything_is_printed(
    town: Path, tmp_path: Path, provider: QgsProcessingProvider
) -> None:
    times = {"FROM": "2099-05-04 10:00", "TO": "2099-05-04 12:00"}
    first, ok, log = run(provider, "isolateburst", NETWORK=town, PIPE="P4", STORE=True, **times)
    assert ok and first["SHUTOFF"] and first["BATCH_ID"], log
    page = tmp_path / "burst.html"
    second, ok, log = run(provider, "isolateburst", NETWORK=town, PIPE="Q2", STORE=True, REPORT=page, **times)
    assert ok and page.exists(), log
    assert f"{first['SHUTOFF']} and {second['SHUTOFF']} overlap" in second["NOTES"] + log
    out = tmp_path / "list.gpkg"
    results, ok, log = run(provider, "listshutoffs", NETWORK=town, FROM="2099-05-04", OUTPUT=out)
    assert ok and (results["SHUTOFFS"], results["OVERLAPS"]) == (2, 1), log
    rows = gpd.read_file(out)
    assert list(rows.columns)[: len(COLUMNS)] == COLUMNS
    assert rows["overlap"].fillna("").tolist() == ["", "detour", ""]
    burst, ok, log = run(provider, "isolateburst", NETWORK=town, PIPE="R2", STORE=True)
    assert ok, log
    with open_network(town) as network:
        kept = network.read("shutoff", geometry=False).set_index("shutoff_id").loc[burst["SHUTOFF"]]
    assert (kept["kind"], kept["state"], kept["critical"]) == ("burst", "running", 1)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("isolateburst", {"PIPE": "P4", "FROM": "2099-05-04 10:00"}, "set STORE"),
        ("isolateburst", {"PIPE": "P4", "STORE": True, "WHAT_IF_VALVES": "B"}, "WHAT_IF_VALVES"),
        ("isolateburst", {"PIPE": "P4", "STORE": True, "FROM": "2099-05-04 10:00", "TO": "2099-05-04 09:00"},
         "ends before it begins"),
        ("isolateburst", {"PIPE": "P4", "STORE": True, "FROM": "tomorrow"}, "not a valid time"),
        ("listshutoffs", {"FROM": "2099-05-04", "TO": "2099-05-03"}, "is after TO"),
        ("listshutoffs", {"FROM": "soon"}, "not a valid date"),
    ],
)  # fmt: skip
def test_bad_input_gets_one_sentence_and_nothing_is_kept(
    town: Path, provider: QgsProcessingProvider, name: str, given: dict[str, Any], said: str
) -> None:
    _results, ok, log = run(provider, name, NETWORK=town, **given)
    assert not ok and said in log and "Traceback" not in log
    with open_network(town) as network:
        assert network.count("shutoff") == 0


def test_a_network_without_shutoffs_has_an_empty_list(town: Path, provider: QgsProcessingProvider) -> None:
    results, ok, log = run(provider, "listshutoffs", NETWORK=town)
    assert ok and (results["SHUTOFFS"], results["OVERLAPS"]) == (0, 0), log
