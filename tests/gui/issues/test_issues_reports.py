"""The report on the data: made of the network as it is, as HTML and PDF; decisions in the store."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.issue_town import copy_of, states

from waternet_plugin import store
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.progress import SILENT
from waternet_plugin.core.quality.issues.issue_lifecycle import goes_with
from waternet_plugin.gui.issues import data_report
from waternet_plugin.operations.checks import area_grades, check_network
from waternet_plugin.operations.checks.decide_on_issues import DecideRequest, accept_issues, reopen_issues

MISS = "near_miss_end-pipe-P2+N3"


@pytest.fixture(scope="module")
def _town(issue_town: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = copy_of(issue_town, tmp_path_factory.mktemp("town"))
    with store.open_network(path) as network:
        check_network.write_issues(network, check_network.check_network(network), name="check")
    return path


@pytest.fixture
def town(_town: Path, tmp_path: Path) -> Path:
    """A copy of the checked town."""
    return copy_of(_town, tmp_path)


@pytest.mark.slow
def test_the_report_writes_nothing_to_the_network(town: Path, tmp_path: Path) -> None:
    with store.open_network(town) as network:
        before = len(network.batches())
    written = data_report.make_report(str(town), SILENT).write(tmp_path / "report.html")
    text = written.read_text(encoding="utf-8")
    assert "Quality by area" in text and "P2 ends 0.20 m short of N3" in text
    with store.open_network(town) as network:
        assert len(network.batches()) == before


@pytest.mark.slow
def test_the_report_is_printed_on_pages(town: Path, tmp_path: Path) -> None:
    from waternet_plugin.atlas.report import print_report

    target = tmp_path / "report.pdf"
    print_report(target, data_report.make_report(str(town), SILENT))
    content = target.read_bytes()
    assert content.startswith(b"%PDF") and content.count(b"/Type /Page\n") >= 1


@pytest.mark.slow
def test_grades_follow_what_is_open(town: Path) -> None:
    with store.open_network(town) as network:
        (whole,) = area_grades.read_grades(network)
        assert (whole.errors, whole.warnings) == (2, 1)
        accept_issues(network, DecideRequest([MISS], "drawn so on purpose"))
        (after,) = area_grades.read_grades(network)
    assert (after.errors, after.warnings) == (1, 1)


@pytest.mark.slow
def test_what_follows_is_accepted_and_opened_with_its_root(town: Path) -> None:
    with store.open_network(town) as network:
        below = network.read("issue", ["issue_id", "rule_id"], where={"root": MISS}, geometry=False)
        same = below["rule_id"].map(lambda rule: goes_with(rule, "near_miss_end")).astype(bool)
        below = below.loc[same, "issue_id"].tolist()
        assert below
        accept_issues(network, DecideRequest([MISS], " so it is "))
        found = states(str(town))
        assert {found[name] for name in (MISS, *below)} == {("accepted", "so it is")}
        reopen_issues(network, DecideRequest([MISS]))
        assert {states(str(town))[name] for name in (MISS, *below)} == {("open", None)}


def test_accepting_needs_a_reason_and_an_issue(town: Path) -> None:
    with store.open_network(town) as network:
        with pytest.raises(InputError, match="Give a reason"):
            accept_issues(network, DecideRequest([MISS], "  "))
        with pytest.raises(InputError, match="No issue is chosen"):
            accept_issues(network, DecideRequest([], "because"))


def add_follower(network: store.Network, name: str, rule: str) -> None:
    import pandas as pd

    row = {"issue_id": name, "rule_id": rule, "severity": "info", "assets": "pipe:P1", "text": "t",
           "state": "open", "root": MISS}  # fmt: skip
    with network.write("check") as batch:
        batch.insert("issue", pd.DataFrame([row]))


@pytest.mark.slow
def test_other_families_stay_open_and_undo_brings_all_back(town: Path) -> None:
    with store.open_network(town) as network:
        add_follower(network, "clear", "clearance_vertical")
        add_follower(network, "short", "short_pipe")
        before = network.read("issue", ["issue_id", "state", "state_reason", "root"], geometry=False)
        accept_issues(network, DecideRequest([MISS], "checked on site"))
        after = network.read("issue", ["issue_id", "state", "root"], geometry=False).set_index("issue_id")
        assert after.loc["short"].tolist() == ["accepted", MISS]
        # Of another family: open, and an issue of its own from now on.
        assert after.loc["clear", "state"] == "open" and after["root"].isna()["clear"]
        network.undo()
        again = network.read("issue", ["issue_id", "state", "state_reason", "root"], geometry=False)
    assert again.equals(before)
