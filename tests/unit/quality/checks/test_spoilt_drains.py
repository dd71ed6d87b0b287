"""The sample town's drains spoilt: each fault is one root and explained, turned lines change nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from support.quality_frames import TODAY, find, town_tables
from support.spoilt_drains import NEAR, Planted, spoil
from support.turned_drains import with_lines_turned

from waternet_plugin.core.drainage.catchments import outfall_catchments
from waternet_plugin.core.drainage.misconnection_list import MisconnectionList, list_misconnections
from waternet_plugin.core.quality.checking import CheckFindings
from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.quality.issues.identity import assets_of
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.use import systems
from waternet_plugin.sample_data.generator import writing
from waternet_plugin.sample_data.generator.build import build

Tables = dict[str, pd.DataFrame]


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """The town without faults, no flow recorded."""
    folder = tmp_path_factory.mktemp("clean")
    writing.write(build(clean=True), folder)
    return town_tables(folder)


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> tuple[Tables, list[Planted]]:
    """The spoilt town, no flow recorded, and what was planted."""
    folder = tmp_path_factory.mktemp("spoilt")
    town = build(clean=True)
    planted = spoil(town)
    writing.write(town, folder)
    return town_tables(folder), planted


def _recorded(tables: Tables, planted: list[Planted]) -> Tables:
    """Return a town with the flow of its drains recorded, as it truly is."""
    pipes = tables["pipe"].copy()
    backwards = [one.assets[0] for one in planted if one.rule == "drawn_against_flow"]
    words = np.where(pipes["pipe_id"].isin(backwards), "reverse", "forward")
    pipes["flow"] = np.where(pipes["system"].isin(systems("drain")), words, None)
    return {**tables, "pipe": pipes}


@pytest.fixture(scope="module")
def known(spoilt: tuple[Tables, list[Planted]]) -> Tables:
    """The spoilt town with its flow recorded."""
    return _recorded(*spoilt)


@pytest.fixture(scope="module")
def found(known: Tables) -> CheckFindings:
    """What the checks find in it."""
    return find(known)


def _subject(tables: Tables) -> CheckContext:
    return CheckContext(tables, Settings(), today=TODAY)


def _listed(tables: Tables) -> MisconnectionList:
    return list_misconnections(_subject(tables))


def _new(found: CheckFindings, before: CheckFindings) -> pd.DataFrame:
    """Return the roots that were not there before, without mere advice but that on turned lines."""
    roots = found.roots
    told = (roots["severity"] != "info") | (roots["rule_id"] == "drawn_against_flow")
    new: pd.DataFrame = roots[told & ~roots["issue_id"].isin(before.roots["issue_id"])]
    return new


def _named(roots: pd.DataFrame) -> list[tuple[str, frozenset[str], str]]:
    return sorted(
        zip(roots["rule_id"], map(frozenset, map(assets_of, roots["assets"])), roots["severity"]),
        key=lambda one: (one[0], sorted(one[1])),
    )


@pytest.mark.slow
@pytest.mark.parametrize("flow", ["recorded", "by levels"])
def test_each_fault_is_one_root_and_nothing_else_is(
    clean: Tables, spoilt: tuple[Tables, list[Planted]], found: CheckFindings, flow: str
) -> None:
    tables, planted = spoilt
    if flow == "recorded":
        before = find(_recorded(clean, []))
        after = found
        wanted = [(one.rule, one.severity, one.assets) for one in planted]
    else:
        before, after = find(clean), find(tables)
        # Without a recorded flow a line drawn backwards is one that rises as drawn.
        wanted = [
            ("adverse_slope", "warning", one.assets)
            if one.rule == "drawn_against_flow"
            else (one.rule, one.severity, one.assets)
            for one in planted
        ]
    assert set(before.frame["severity"]) == {"info"}
    new = _named(_new(after, before))
    assert [rule for rule, *_rest in new] == sorted(rule for rule, *_rest in wanted)
    for rule, severity, assets in wanted:
        mine = [one for one in new if one[0] == rule and one[2] == severity and set(assets) <= one[1]]
        assert len(mine) == 1, (rule, assets)


@pytest.mark.slow
def test_levels_of_a_compound_are_one_root_with_all_that_follows(
    spoilt: tuple[Tables, list[Planted]], found: CheckFindings
) -> None:
    (swapped,) = [one for one in spoilt[1] if one.rule == "doctor_swapped_levels"]
    frame = found.frame
    (root,) = frame.loc[frame["rule_id"] == swapped.rule, "issue_id"]
    text = frame.loc[frame["issue_id"] == root, "text"].iloc[0]
    assert "the levels of start and end are exchanged" in text
    rising = frame[frame["rule_id"].isin(["adverse_slope", "swapped_inverts"])]
    mine = rising[rising["assets"].isin(swapped.assets)]
    assert len(mine) > 20
    assert set(mine["root"]) == {root}


def test_a_near_end_hangs_under_what_it_cuts_off(
    spoilt: tuple[Tables, list[Planted]], found: CheckFindings
) -> None:
    (near,) = [one for one in spoilt[1] if one.code == NEAR]
    frame = found.frame.set_index("issue_id")
    (one,) = frame.index[frame["rule_id"] == "sewage_near_storm"]
    assert frame.loc[one, "assets"] == near.assets[0]
    assert frame.loc[frame.loc[one, "root"], "rule_id"] == near.rule


@pytest.mark.slow
def test_the_list_has_the_planted_ones_and_no_others(
    clean: Tables, spoilt: tuple[Tables, list[Planted]], known: Tables
) -> None:
    assert len(_listed(clean).frame) == 0
    coded = [one for one in spoilt[1] if one.code]
    for tables in (spoilt[0], known):
        listed = _listed(tables)
        frame = listed.frame
        codes = frame["rule"] + np.where(frame["certainty"] == "near", " near", "")
        pipes = {one.assets[1] if one.code == "M7" else one.assets[0] for one in coded}
        assert sorted(zip(codes, frame["pipe_id"])) == sorted(
            (one.code, one.assets[1] if one.code == "M7" else one.assets[0]) for one in coded
        )
        assert set(frame["pipe_id"]) == pipes
    subject = _subject(known)
    pipes = subject.pipes
    lower = dict(zip(pipes.ids, known["pipe"]["to_node"]))
    rows = frame.set_index("rule")
    for row in frame.itertuples():
        way = row.way.split(";")
        assert way[0] == row.pipe_id
        # Each drain of the way begins where the one before ends, up to the outfall.
        if row.outfall_id is not None:
            assert lower[way[-1]] == row.outfall_id or row.certainty == "near"
        assert row.severity in ("heavy", "medium", "light")
        assert row.priority == max(1, row.users) * {"heavy": 3, "medium": 2, "light": 1}[row.severity]
        assert row.length_m > 0
    # What the compounds' sewers behind lead into the river.
    whole = frame[(frame["rule"] == "M4") & frame["pipe_id"].str.startswith("WS")].iloc[0]
    customers = known["customer"]
    assert whole["compound_id"] == "XQ-26"
    theirs = customers[customers["compound_id"] == "XQ-26"]
    assert whole["users"] == theirs["households"].fillna(1).sum() > 0
    for code in ("M1", "M5", "M8"):
        assert rows.loc[code, "outfall_id"] is not None
    drains = known["pipe"]["system"].isin(["sewage", "storm"]) & (known["pipe"]["status"] == "in_use")
    assert listed.per_1000 == pytest.approx(1000 * 6 / drains.sum())


@pytest.mark.slow
def test_turned_lines_change_nothing(known: Tables, found: CheckFindings) -> None:
    rows = np.random.default_rng(4).random(len(known["pipe"])) < 0.5
    other = {**known, "pipe": with_lines_turned(known["pipe"], rows)}
    frames = [one.frame[one.frame["rule_id"] != "drawn_against_flow"] for one in (found, find(other))]
    columns = ["rule_id", "assets", "severity", "root"]
    one, two = (frame[columns].sort_values(columns[:2]).reset_index(drop=True) for frame in frames)
    pd.testing.assert_frame_equal(one, two)
    lists = [_listed(tables).frame.sort_values("pipe_id").reset_index(drop=True) for tables in (known, other)]
    pd.testing.assert_frame_equal(lists[0], lists[1])
    areas = [outfall_catchments(_subject(tables)) for tables in (known, other)]
    for name in ("outfalls", "parts"):
        one, two = (getattr(area, name) for area in areas)
        pd.testing.assert_frame_equal(one.drop(columns="geom"), two.drop(columns="geom"))
        # Their outlines may begin at another vertex.
        apart = shapely.area(shapely.symmetric_difference(one["geom"].array, two["geom"].array))
        assert apart.max() < 0.01
