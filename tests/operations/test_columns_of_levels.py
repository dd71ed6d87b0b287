"""A column that looks like levels stops a run without an answer, and is read or left out with one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.small_surveys import DECISIONS, EAST, NORTH, bring, empty_network

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.survey.decisions.decision_words import value_words

HEADING = "量测井深"


def wells(folder: Path) -> Path:
    """Write two manholes with a depth under a heading that no list knows."""
    rows = [f"物探点号,X坐标,Y坐标,地面高程,特征,附属物,{HEADING}"]
    rows += [f"WS{n},{NORTH:.3f},{EAST + 20 * n:.3f},36.5,,检查井,{1.5 + n}" for n in range(2)]
    path = folder / "WS点表.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


@pytest.mark.slow
@pytest.mark.parametrize(("answer", "depths"), [("depth", [1.5, 2.5]), ("leave_out", [None, None])])
def test_the_run_is_refused_by_name_until_it_is_answered(
    tmp_path: Path, answer: str, depths: list[float | None]
) -> None:
    file = wells(tmp_path)
    with empty_network(tmp_path / "n.gpkg") as network:
        with pytest.raises(InputError, match=rf"level_columns, {HEADING}"):
            bring(network, file)
        assert network.count("node") == 0
        tried = bring(network, file, dry_run=True)
        (question,) = tried.questions
        words = [value_words(question.key, one.value) for one in question.candidates]
        assert "depth of the point" in words and words[-1] == "leave out"
        assert question.column == HEADING
        answers = {**json.loads(DECISIONS), "files": {file.name: {"level_columns": {HEADING: answer}}}}
        bring(network, file, decisions=json.dumps(answers))
        found = network.read("node", ["node_id", "depth_m"], geometry=False).sort_values("node_id")
        assert [None if one != one else one for one in found["depth_m"]] == depths
