"""A check of what changed: parts are judged anew where the network is kept in memory, else it is said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from support.quality_frames import CRS, node_frame, pipe_frame

from waternet_plugin import store
from waternet_plugin.core.quality.checks import network_parts
from waternet_plugin.core.quality.merged_findings import Checked
from waternet_plugin.core.reports.checks.quality import summary_lines
from waternet_plugin.operations.checks import check_network
from waternet_plugin.operations.network.live_network import LiveNetwork, live_network

X, Y = 500_000.0, 2_500_000.0
STEP_M = 200.0
# Far beyond what is looked at around an edit.
PIPES = 12


@pytest.fixture
def street(tmp_path: Path) -> Path:
    """A street of pipes fed at its west end, checked; its last pipe is apart by a gap of 0.2 m."""
    pipes = [
        {
            "line": [(X + STEP_M * n, Y), (X + STEP_M * (n + 1), Y)],
            "from_node": f"N{n + 1}",
            "to_node": f"N{n + 2}",
        }
        for n in range(PIPES)
    ]
    pipes[-1]["line"] = [(X + STEP_M * (PIPES - 1) + 0.2, Y), (X + STEP_M * PIPES, Y)]
    del pipes[-1]["from_node"]
    nodes = [
        {"at": (X + STEP_M * n, Y), "kind": "source" if n == 0 else "junction"} for n in range(PIPES + 1)
    ]
    path = tmp_path / "street.gpkg"
    with store.create_network(path, CRS) as network:
        with network.write("adopt") as batch:
            batch.insert("pipe", pipe_frame(pipes))
            batch.insert("node", node_frame(nodes))
        check_network.write_issues(network, check_network.check_network(network), name="check")
    return path


@pytest.fixture
def kept(street: Path) -> LiveNetwork:
    """The street kept in memory."""
    found = live_network(str(street))
    with found.answering():
        return found


def edit(path: Path, work: Callable[[store.Network, object], None]) -> None:
    with store.open_network(path) as network, network.write("edit") as batch:
        work(network, batch)


def recheck(path: Path) -> Checked:
    with store.open_network(path) as network:
        checked = check_network.check_network(network, only_changed=True)
        check_network.write_issues(network, checked, name="check")
        return checked


def open_parts(path: Path) -> dict[str, tuple[str, str | None]]:
    """Return open issues about parts with their sentence and root."""
    with store.open_network(path) as network:
        issues = network.read("issue", ["issue_id", "rule_id", "state", "text", "root"], geometry=False)
    mine = issues[issues["rule_id"].isin(network_parts.RULES) & (issues["state"] == "open")]
    return {row.issue_id: (row.text, row.root) for row in mine.itertuples()}


@pytest.mark.slow
def test_a_part_cut_off_by_an_edit_is_found_and_fixed_again(street: Path, kept: LiveNetwork) -> None:
    before = open_parts(street)
    edit(
        street,
        lambda _network, batch: batch.update(
            "pipe", pd.DataFrame({"pipe_id": ["P3"], "status": ["abandoned"]})
        ),
    )
    checked = recheck(street)
    assert not checked.complete
    assert set(checked.followed) == set(network_parts.RULES)
    cut = open_parts(street)
    assert "part_without_source-pipe-P10" in cut
    # Eight pipes east of the cut, the one behind the gap is none of them.
    assert cut["part_without_source-pipe-P10"][0].startswith("8 pipes, 1600 m")
    edit(
        street,
        lambda _network, batch: batch.update("pipe", pd.DataFrame({"pipe_id": ["P3"], "status": ["in_use"]})),
    )
    recheck(street)
    assert open_parts(street) == before


@pytest.mark.slow
def test_a_part_out_of_sight_keeps_its_root(street: Path, kept: LiveNetwork) -> None:
    before = open_parts(street)
    roots = {root for _text, root in before.values()}
    assert roots == {f"near_miss_end-pipe-P{PIPES}+N{PIPES}"}
    edit(
        street,
        lambda _network, batch: batch.update("pipe", pd.DataFrame({"pipe_id": ["P2"], "material": [None]})),
    )
    checked = recheck(street)
    assert checked.followed
    assert open_parts(street) == before


@pytest.mark.slow
def test_what_followed_from_a_mended_fault_is_fixed_with_it(street: Path, kept: LiveNetwork) -> None:
    line = shapely.LineString([(X + STEP_M * (PIPES - 1), Y), (X + STEP_M * PIPES, Y)])

    def mend(_network: store.Network, batch: object) -> None:
        row = gpd.GeoDataFrame(
            {"pipe_id": [f"P{PIPES}"], "from_node": [f"N{PIPES}"]}, geometry=[line], crs=CRS
        ).rename_geometry("geom")
        batch.update("pipe", row)

    edit(street, mend)
    recheck(street)
    assert open_parts(street) == {}


@pytest.mark.slow
def test_parts_after_edits_are_those_of_a_whole_check(street: Path, kept: LiveNetwork) -> None:
    for pipe in ("P5", "P9"):
        edit(street, lambda _network, batch, pipe=pipe: batch.delete("pipe", [pipe]))
        recheck(street)
    found = open_parts(street)
    assert len(found) >= 2
    with store.open_network(street) as network:
        check_network.write_issues(network, check_network.check_network(network), name="check")
    assert open_parts(street) == found


@pytest.mark.slow
def test_without_a_kept_network_the_check_says_what_it_left_out(street: Path) -> None:
    edit(street, lambda _network, batch: batch.delete("pipe", ["P3"]))
    checked = recheck(street)
    assert checked.followed == ()
    lines = summary_lines(checked.changes.frame, checked.changes.counts, complete=False)
    assert lines[-1].startswith("Rules about the whole network were skipped")
    told = summary_lines(
        checked.changes.frame, checked.changes.counts, complete=False, followed=("loose_part",)
    )
    assert told[-1] == "Of the rules about the whole network, only these ran: Disconnected part."


@pytest.mark.slow
def test_an_area_asked_for_is_all_that_is_judged(street: Path, kept: LiveNetwork) -> None:
    edit(street, lambda _network, batch: batch.delete("pipe", ["P3"]))
    with store.open_network(street) as network:
        box = (X, Y - 10, X + STEP_M * 5, Y + 10)
        checked = check_network.check_network(network, only_changed=True, extent=box)
    assert checked.followed == ()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("east_m", "named"), [(0.0, ["C2", "C9"]), (50_000.0, ["C2", "C9"]), (50_000.0, [None, None])]
)
def test_compounds_near_or_far_an_edit_count_as_in_a_whole_check(
    street: Path, east_m: float, named: list[str | None]
) -> None:
    """What is checked after an edit reads the compounds near it; all in all the issues are the same."""
    areas = gpd.GeoDataFrame(
        {"compound_id": ["C1", "C2"], "type": ["residential", "residential"]},
        geometry=[
            shapely.MultiPolygon([shapely.box(x, Y - 50, x + 150, Y + 50)])
            for x in (X + east_m, X + east_m + 90_000)
        ],
        crs=CRS,
    ).rename_geometry("geom")
    edit(street, lambda _network, batch: batch.insert("compound", areas))
    with store.open_network(street) as network:
        check_network.write_issues(network, check_network.check_network(network), name="check")
    # In a compound far away by name, and in one that is not there.
    rows = pd.DataFrame({"pipe_id": ["P2", "P3"], "compound_id": named, "diameter_mm": 250.0})
    edit(street, lambda _network, batch: batch.update("pipe", rows))
    near = recheck(street)
    assert not near.complete
    rules = ("outside_all_areas", "pipe_outside_compound", "pipe_unknown_compound")

    def told(checked: Checked) -> set[tuple[str, str]]:
        rows = checked.changes.frame
        rows = rows[rows["rule_id"].isin(rules) & (rows["state"] == "open")]
        return set(zip(rows["issue_id"], rows["text"]))

    with store.open_network(street) as network:
        whole = told(check_network.check_network(network))
        stored = network.read("issue", ["issue_id", "rule_id", "state", "text"], geometry=False)
    open_ = stored[stored["rule_id"].isin(rules) & (stored["state"] == "open")]
    assert set(zip(open_["issue_id"], open_["text"])) == whole
    assert {rule.rsplit("-pipe-", 1)[0] for rule, _text in whole} == set(rules[: 3 if named[0] else 1])


def test_a_check_of_everything_does_not_ask_what_was_edited(street, monkeypatch):
    with store.open_network(street) as network:
        monkeypatch.setattr(type(network), "changed", lambda *_given: pytest.fail("the log was read"))
        assert check_network.check_network(network).complete
