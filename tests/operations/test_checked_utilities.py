"""Checks of many utilities from files: the issues of each are those of its network."""

from __future__ import annotations

import datetime
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from support.scored_utilities import restate

pytest.importorskip("pyarrow")

from waternet_plugin import store
from waternet_plugin.core.errors import InputError, StoreError
from waternet_plugin.core.quality.issues.issue_lifecycle import ISSUE_COLUMNS, placed_issues
from waternet_plugin.operations.checks.check_network import check_network
from waternet_plugin.operations.checks.decide_on_issues import DecideRequest, accept_issues
from waternet_plugin.operations.checks.record_check import CheckRequest, record_check
from waternet_plugin.operations.utilities import checks, passes
from waternet_plugin.operations.utilities.partitions import rules_of_files
from waternet_plugin.operations.utilities.score_utilities import (
    ScoreUtilitiesRequest,
    ScoreUtilitiesResult,
    score_utilities,
)
from waternet_plugin.store.partitions.check_files import CHECK_TABLES
from waternet_plugin.store.partitions.partition_files import Utility, hash_of

DAY = datetime.date(2025, 6, 30)


@pytest.fixture(scope="module")
def town(sample_town: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample town with issues, one of them accepted."""
    path = tmp_path_factory.mktemp("town") / "甲水司.gpkg"
    shutil.copy(sample_town / "en" / "sample_town.gpkg", path)
    with store.open_network(path) as network:
        issues = record_check(network, CheckRequest("check", today=DAY)).issues
        alone = issues["issue_id"][issues["root"].isna()]
        accept_issues(network, DecideRequest([str(alone.iloc[0])], "built like this"))
    return path


@pytest.fixture(scope="module")
def scored(town: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[ScoreUtilitiesResult, Path]:
    """What a run with checks says of the town, and its folder."""
    output = tmp_path_factory.mktemp("out")
    return score(town, output), output


@pytest.fixture
def exported(scored: tuple[ScoreUtilitiesResult, Path], tmp_path: Path) -> Path:
    """A folder with the files of the town."""
    folder = tmp_path / "in"
    shutil.copytree(scored[1] / "networks", folder)
    return folder


def score(source: Path, output: Path, **more: Any) -> ScoreUtilitiesResult:
    return score_utilities(ScoreUtilitiesRequest([str(source)], output, DAY, checks=True, **more))


def issues_in(folder: Path) -> pd.DataFrame:
    """Return the issues of the town as text, in the order of their ids."""
    return as_text(gpd.read_parquet(folder / "甲水司.issues.parquet"))


def as_text(issues: gpd.GeoDataFrame) -> pd.DataFrame:
    rows = pd.DataFrame(issues.drop(columns="geom")).assign(geom=issues["geom"].to_wkt().to_numpy())
    return rows.sort_values("issue_id", ignore_index=True).astype(object).fillna("").astype(str)


def test_a_utility_has_the_issues_of_its_network(
    town: Path, scored: tuple[ScoreUtilitiesResult, Path]
) -> None:
    result, folder = scored
    with store.open_network(town) as network:
        own = check_network(network, rules=rules_of_files(), today=DAY)
        placed = placed_issues(own.changes.frame, network.crs)
    found = issues_in(folder)
    assert list(found.columns) == [*ISSUE_COLUMNS, "geom"]
    pd.testing.assert_frame_equal(found, as_text(placed), check_dtype=False)
    assert (found["state"] == "accepted").any()
    figures = result.checked[0].figures
    assert figures["by_rule"] == {rule: count for rule, count in own.findings.counts.items() if count}
    assert result.issues == len(found) > 100
    section = next(each for each in result.report().sections if each.title == "Checks")
    assert section.table is not None
    assert section.table.rows[0][:2] == ("甲水司", figures["roots"]["error"])
    assert len(result.scored) == 1 and not result.unchecked
    files = {file.stem for file in (folder / "networks" / "甲水司.check").iterdir()}
    assert files == set(CHECK_TABLES)


def test_names_of_people_are_not_in_the_files(scored: tuple[ScoreUtilitiesResult, Path]) -> None:
    columns = pd.read_parquet(scored[1] / "networks" / "甲水司.check" / "customer.parquet").columns
    assert "customer_id" in columns and "name" not in columns


def test_a_second_run_takes_what_holds_and_what_was_decided_meanwhile(
    town: Path, scored: tuple[ScoreUtilitiesResult, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    shutil.copytree(scored[1], folder)
    copy = tmp_path / town.name
    shutil.copy(town, copy)
    again = score(copy, folder)
    assert [utility.was_there for utility in again.checked] == [True]
    assert again.checked[0].figures == scored[0].checked[0].figures
    with store.open_network(copy) as network:
        open_one = network.read("issue", ["issue_id"], where={"state": ["open"]})["issue_id"].iloc[0]
        accept_issues(network, DecideRequest([str(open_one)], "so it is"))
    decided = score(copy, folder)
    assert [utility.was_there for utility in decided.checked] == [False]
    reason = issues_in(folder).set_index("issue_id")["state_reason"]
    assert reason[open_one] == "so it is"


def _for_scoring_alone(folder: Path) -> None:
    shutil.rmtree(folder / "甲水司.check")


def _cut(folder: Path) -> None:
    file = folder / "甲水司.check" / "node.parquet"
    file.write_bytes(file.read_bytes()[:-20])


def _no_pipes(folder: Path) -> None:
    (folder / "甲水司.check" / "pipe.parquet").unlink()


def _no_nodes(folder: Path) -> None:
    (folder / "甲水司.check" / "node.parquet").unlink()


def _newer(folder: Path) -> None:
    restate(folder / "甲水司.check" / "zone.parquet", schema=99)


def _of_another_export(folder: Path) -> None:
    restate(folder / "甲水司.check" / "zone.parquet", position="1")


def _scored_later(folder: Path) -> None:
    restate(folder / "甲水司.pipe.parquet", position="later")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_for_scoring_alone, "甲水司 can't be checked: it was exported for scoring alone. Export"),
        (_cut, "node.parquet is damaged or is not a Parquet file. Export"),
        (_no_pipes, "甲水司 can't be checked: pipe.parquet is missing. Export"),
        (_no_nodes, "甲水司 can't be checked: node.parquet is missing. Export"),
        (_newer, "zone.parquet has version 99 of the tables, and this WaterNet reads "),
        (_of_another_export, "The files in 甲水司.check are of different exports. Export"),
        (_scored_later, "The files in in are of different exports. Export"),
    ],
)
def test_what_cannot_be_checked_is_named_and_scored(
    exported: Path, tmp_path: Path, spoil: Callable[[Path], None], words: str
) -> None:
    spoil(exported)
    result = score(exported, tmp_path / "out")
    assert [(each.name, each.sentence[: len(words)]) for each in result.unchecked] == [("甲水司", words)]
    assert len(result.scored) == 1 and not result.checked
    assert words in str(result.report().figures["unchecked"])
    assert result.report().sections[-1].title == "Not checked"
    with pytest.raises(InputError, match=re.escape(words)):
        score(exported, tmp_path / "strict", strict=True)


def test_files_that_are_replaced_while_they_are_checked_are_named(
    exported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def replaced(*asked: Any, **more: Any) -> Any:
        restate(exported / "甲水司.check" / "zone.parquet", note="new")
        return checked(*asked, **more)

    checked = checks.check
    monkeypatch.setattr(checks, "check", replaced)
    result = score(exported, tmp_path / "out")
    assert "changed while they were read" in result.unchecked[0].sentence
    assert not list((tmp_path / "out").glob("*.issues.*"))


def test_issues_of_pipes_that_count_elsewhere_are_left_to_the_other_utility(
    exported: Path, scored: tuple[ScoreUtilitiesResult, Path], tmp_path: Path
) -> None:
    all_issues = issues_in(scored[1])
    source = passes.look_at(Utility("甲水司", exported))
    pipes = pd.read_parquet(exported / "甲水司.pipe.parquet", columns=["pipe_id"])["pipe_id"].tolist()
    alone = all_issues[(all_issues["rule_id"] == "install_year_missing") | all_issues["assets"].isin(pipes)]
    pipe = alone["assets"].iloc[0]
    task = passes.ScoringTask(DAY, tmp_path)
    there = checks.check_utility(replace(source, elsewhere=(pipes.index(pipe),)), task)
    left = issues_in(tmp_path)
    gone = set(all_issues["issue_id"]) - set(left["issue_id"])
    named = all_issues[all_issues["issue_id"].isin(gone)]
    assert len(named) and (named["assets"].str.split(";").str[0].str.strip() == pipe).all()
    assert sum(there.figures["by_rule"].values()) == sum(
        scored[0].checked[0].figures["by_rule"].values()
    ) - len(gone)


@pytest.mark.slow
def test_two_processes_find_what_one_finds(
    exported: Path, scored: tuple[ScoreUtilitiesResult, Path], tmp_path: Path
) -> None:
    pytest.importorskip("distributed")
    result = score(exported, tmp_path / "out", workers=2)
    assert result.how == "Dask, 2 processes."
    pd.testing.assert_frame_equal(issues_in(tmp_path / "out"), issues_in(scored[1]))


def test_a_missing_file_has_no_hash(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"a\.parquet can't be read"):
        hash_of([tmp_path / "a.parquet"])
