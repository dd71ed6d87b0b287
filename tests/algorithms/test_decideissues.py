"""Issues are accepted with a reason and opened again, headless."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.headless import must, run

from waternet_plugin.store import open_network


@pytest.fixture
def checked(leaking_file: Path) -> tuple[Path, list[str]]:
    """A network and the ids of two of its issues."""
    must("checknetwork", NETWORK=leaking_file, RULES="missing_street")
    with open_network(leaking_file) as network:
        return leaking_file, network.read("issue", ["issue_id"], geometry=False)["issue_id"].tolist()[:2]


def state(path: Path, issue: str) -> tuple[str, object]:
    with open_network(path) as network:
        row = network.read("issue", ["issue_id", "state", "state_reason"], ids=[issue], geometry=False).iloc[
            0
        ]
    return str(row["state"]), row["state_reason"]


@pytest.mark.slow
def test_issues_are_accepted_reopened_and_both_undone(checked: tuple[Path, list[str]]) -> None:
    path, issues = checked
    given = {"NETWORK": path, "ISSUES": ";".join([*issues, issues[0]])}
    done = must("decideissues", **given, REASON="no street there")
    assert done["ISSUES_DECIDED"] == len(issues)
    assert state(path, issues[0]) == ("accepted", "no street there")
    again = must("decideissues", **given, DECISION="reopen")
    assert state(path, issues[0]) == ("open", None)
    must("undobatch", NETWORK=path, BATCH=again["BATCH_ID"])
    assert state(path, issues[0]) == ("accepted", "no street there")
    must("undobatch", NETWORK=path, BATCH=done["BATCH_ID"])
    assert state(path, issues[0]) == ("open", None)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"REASON": "so"}, "No issue is chosen"),
        ({"ISSUES": "I-1"}, "Give a reason"),
        ({"ISSUES": "I-1", "REASON": "so"}, "There is no issue I-1"),
        ({"ISSUES": "I-1", "DECISION": "reopen"}, "There is no issue I-1"),
        ({"ISSUES": "I-1", "DECISION": "delete"}, "DECISION"),
    ],
)
def test_bad_input_gets_one_sentence(leaking_file: Path, parameters: dict[str, str], words: str) -> None:
    answer = run("decideissues", NETWORK=leaking_file, **parameters)
    assert answer.status == 1
    assert words in answer.stderr and "Traceback" not in answer.stderr
