"""Odd networks of drains: no exit, circles, no levels, levels that cannot be; each is answered in words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from support.drain_towns import ROW, drains_town
from support.quality_frames import CRS, TODAY

from waternet_plugin import store
from waternet_plugin.operations.checks.check_network import check_network
from waternet_plugin.operations.drainage.find_misconnections import (
    MisconnectionRequest,
    find_misconnections,
    next_manhole,
)
from waternet_plugin.operations.drainage.infer_direction import (
    DirectionRequest,
    DirectionResult,
    infer_direction,
)

RIVER = {"kind": "outfall", "system": "storm"}
ROWS = [("ab", "storm", "branch"), ("bc", "storm", "branch"), ("cd", "storm", "branch")]
RING = [*ROWS, ("db", "storm", "branch")]


def _levels(start: float, end: float) -> dict[str, float]:
    return {"invert_start_m": start, "invert_end_m": end}


FALLING = {"ab": _levels(12, 11), "bc": _levels(11, 10), "cd": _levels(10, 9)}


def _network(path: Path, drains: list[Any], *, seen: tuple[str, ...] = (), **more: Any) -> store.Network:
    tables = drains_town(ROW, drains, **more)
    tables["pipe"]["flow"] = None
    network = store.create_network(path / "odd.gpkg", CRS)
    with network.write("adopt") as batch:
        for name in ("node", "pipe"):
            batch.insert(name, tables[name])
        if seen:
            times = pd.to_datetime([f"{day}T10:00:00Z" for day in seen])
            rows = {"node_id": "c", "time": times, "quantity": "sewage_seen", "value": 1.0}
            batch.insert("reading", pd.DataFrame(rows))
    return network


def _inferred(network: store.Network, **request: Any) -> tuple[DirectionResult, dict[str, str], str]:
    found = infer_direction(network, DirectionRequest(**request))
    frame = found.told.frame
    return found, dict(zip(frame["pipe_id"], frame["flow"])), " ".join(found.lines)


@pytest.mark.slow
def test_no_exit_at_all(tmp_path: Path) -> None:
    with _network(tmp_path, ROWS) as network:
        found, flow, said = _inferred(network)
        assert set(flow.values()) == {"undetermined"}
        assert "4 nodes reach no outfall or plant whichever way drains run." in said
        assert set(found.told.frame["reasons"]) == {"no evidence"}
        # Levels alone tell it, as far as they go.
    (tmp_path / "levels").mkdir()
    with _network(tmp_path / "levels", ROWS, fields=FALLING) as network:
        assert set(_inferred(network)[1].values()) == {"forward"}


@pytest.mark.slow
def test_every_level_missing(tmp_path: Path) -> None:
    with _network(tmp_path, ROWS, kinds={"d": RIVER}) as network:
        found, flow, said = _inferred(network)
    assert set(flow.values()) == {"forward"}
    assert "No drain has inverts that fall clearly: how far the drawing may be trusted is unknown." in said
    assert found.told.frame["reasons"].str.contains("the only way to an exit").all()


@pytest.mark.slow
def test_a_circle(tmp_path: Path) -> None:
    with _network(tmp_path, RING, kinds={"a": RIVER}) as network:
        found, flow, said = _inferred(network)
    assert flow == {"ab": "reverse", "bc": "undetermined", "cd": "undetermined", "db": "undetermined"}
    assert "of 3 the flow is not determined" in said
    assert found.told.frame["reasons"].iloc[1] == "no evidence"


@pytest.mark.slow
def test_strong_evidence_overruled_is_said_and_is_a_finding_once_stored(tmp_path: Path) -> None:
    fields = {**FALLING, "bc": _levels(10, 11), "cd": _levels(11, 10)}
    with _network(tmp_path, ROWS, kinds={"d": RIVER}, fields=fields) as network:
        found, flow, said = _inferred(network, store=True)
        assert flow["bc"] == "forward"
        assert "Strong evidence is overruled at 1 drain: bc. Check on site." in said
        reasons = dict(zip(found.told.frame["pipe_id"], found.told.frame["reasons"]))
        assert (
            "strong evidence is overruled: check it on site; against it: its own inverts fall"
            in reasons["bc"]
        )
        assert found.report is not None
        (odd,) = [one for one in found.report.sections if one.title == "Strong evidence overruled"]
        assert odd.table is not None and [row[0] for row in odd.table.rows] == ["bc"]
        assert found.report.figures["overruled"] == 1
        roots = check_network(network, today=TODAY).findings.roots
        assert roots.loc[roots["rule_id"].isin(["adverse_slope", "swapped_inverts"]), "assets"].tolist() == [
            "bc"
        ]


@pytest.mark.slow
def test_levels_above_ground(tmp_path: Path) -> None:
    kinds = {"d": RIVER, "a": {"ground_m": 3.0}}
    with _network(tmp_path, ROWS, kinds=kinds, fields=FALLING) as network:
        assert set(_inferred(network)[1].values()) == {"forward"}
        frame = check_network(network, today=TODAY).findings.frame
    (text,) = frame.loc[frame["rule_id"] == "invert_above_ground", "text"]
    assert "ab" in text and "12.00" in text and "3.00" in text


@pytest.mark.slow
@pytest.mark.parametrize("seen", [("2030-01-01",), ("2025-12-01", "2030-01-01")])
def test_dates_to_come(tmp_path: Path, seen: tuple[str, ...]) -> None:
    with _network(tmp_path, ROWS, kinds={"d": RIVER}, fields=FALLING, seen=seen) as network:
        found = find_misconnections(network, MisconnectionRequest("misconnections", today=TODAY))
        said = "Answers about sewage seen that are dated in the future: 1. They don't count; check the dates."
        assert said in found.summary
        assert found.found["rule"].tolist() == ["M9"] * (len(seen) - 1)
        if len(seen) > 1:
            searched = next_manhole(network)
            assert said in (*searched.summary, *searched.notes)


@pytest.mark.slow
def test_no_drains_to_search_is_said(tmp_path: Path) -> None:
    supply = [("ab", "potable", "distribution")]
    with _network(tmp_path, supply) as network:
        found = find_misconnections(network, MisconnectionRequest("misconnections", today=TODAY))
        assert found.summary == ("The network has no drains in use.",)
