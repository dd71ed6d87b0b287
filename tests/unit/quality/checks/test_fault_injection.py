"""The faults planted in the sample town: each is found once, as a root, and nothing else appears."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from support.quality_frames import find, shuffled, town_tables

from waternet_plugin.core.quality.checking import CheckFindings
from waternet_plugin.core.quality.issues.identity import assets_of
from waternet_plugin.sample_data.generator import writing
from waternet_plugin.sample_data.generator.build import build


@pytest.fixture(scope="module")
def town(repo_root: Path) -> dict[str, pd.DataFrame]:
    """The town with its faults."""
    return town_tables(repo_root / "sample_data" / "town")


@pytest.fixture(scope="module")
def found(town: dict[str, pd.DataFrame]) -> CheckFindings:
    """What is found in it."""
    return find(town)


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> CheckFindings:
    """What is found in the town without faults."""
    folder = tmp_path_factory.mktemp("clean")
    writing.write(build(clean=True), folder)
    return find(town_tables(folder))


@pytest.fixture(scope="module")
def truth(repo_root: Path) -> list[dict[str, object]]:
    """The faults that were planted."""
    text = (repo_root / "sample_data" / "town" / "truth.json").read_text(encoding="utf-8")
    faults: list[dict[str, object]] = json.loads(text)["faults"]
    return faults


def _roots(findings: CheckFindings) -> pd.DataFrame:
    return findings.roots.assign(named=[set(assets_of(text)) for text in findings.roots["assets"]])


@pytest.mark.slow
def test_the_clean_town_has_nothing_above_advice(clean: CheckFindings) -> None:
    assert set(clean.frame["severity"]) == {"info"}


@pytest.mark.slow
def test_every_planted_fault_is_one_root(found: CheckFindings, truth: list[dict[str, object]]) -> None:
    roots = _roots(found)
    assert len(truth) == 30
    for fault in truth:
        wanted = set(fault["assets"])  # type: ignore[call-overload]
        mine = roots[(roots["rule_id"] == fault["rule"]) & roots["named"].map(wanted.issubset)]
        assert len(mine) == 1, fault


@pytest.mark.slow
def test_no_other_root_appears(
    found: CheckFindings, clean: CheckFindings, truth: list[dict[str, object]]
) -> None:
    before = set(clean.roots["issue_id"])
    new = found.roots[~found.roots["issue_id"].isin(before)]
    assert sorted(new["rule_id"]) == sorted(str(fault["rule"]) for fault in truth)


def test_what_follows_hangs_under_its_fault(found: CheckFindings) -> None:
    frame = found.frame.set_index("issue_id")
    children = frame[frame["root"].notna()]
    assert set(children["root"]) <= set(frame.index[frame["root"].isna()])
    cut_off = children[children["rule_id"] == "loose_part"]
    rules = frame.loc[cut_off["root"], "rule_id"]
    assert len(cut_off) >= 3
    assert set(rules) <= {"near_miss_end", "tee_without_node"}


def test_places_are_those_of_the_truth(found: CheckFindings, truth: list[dict[str, object]]) -> None:
    roots = _roots(found)
    for fault in truth:
        if fault["rule"] not in ("near_miss_end", "tee_without_node", "valve_off_pipe"):
            continue
        named = set(fault["assets"])  # type: ignore[call-overload]
        one = roots[(roots["rule_id"] == fault["rule"]) & (roots["named"] == named)].iloc[0]
        assert abs(one["x"] - float(fault["x"])) < 0.001  # type: ignore[arg-type]
        assert abs(one["y"] - float(fault["y"])) < 0.001  # type: ignore[arg-type]


def test_the_order_of_rows_does_not_matter(town: dict[str, pd.DataFrame], found: CheckFindings) -> None:
    again = find(shuffled(town))
    pd.testing.assert_frame_equal(again.frame.drop(columns=["x", "y"]), found.frame.drop(columns=["x", "y"]))
