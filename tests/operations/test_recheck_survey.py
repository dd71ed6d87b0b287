"""Nodes measured again: differences are told, and taken where decisions say so."""

from __future__ import annotations

import datetime
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import shapely

from waternet_plugin import store
from waternet_plugin.core.errors import InputError
from waternet_plugin.operations.survey.import_survey import (
    ImportSurveyRequest,
    ImportSurveyResult,
    import_survey,
)

TODAY = datetime.date(2026, 11, 22)


def _measured(path: Path, rows: list[tuple[str, float, float, float]]) -> Path:
    lines = ["点号,X(北),Y(东),地面高程,编码", *(f"{n},{y:.3f},{x:.3f},{h:.3f},JS" for n, x, y, h in rows)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.mark.slow
def test_differences_are_told_and_taken_with_the_ends_of_pipes(sample_town: Path, tmp_path: Path) -> None:
    path = tmp_path / "town.gpkg"
    shutil.copy(sample_town / "en" / "sample_town.gpkg", path)
    with store.open_network(str(path)) as town:
        nodes = town.read("node", ["node_id", "ground_m"], ids=["JSD-0001", "JSD-0002", "JSD-0003"])
        places = [(one.x, one.y) for one in nodes["geom"]]
        offsets = [(0.02, 0.0), (0.3, 0.0), (0.0, -0.01)]
        rows = [
            (name, x + dx, y + dy, ground)
            for name, ground, (x, y), (dx, dy) in zip(nodes["node_id"], nodes["ground_m"], places, offsets)
        ]
        file = _measured(tmp_path / "again.csv", rows)
        looked = import_survey(
            town, ImportSurveyRequest(str(file), purpose="recheck", dry_run=True), today=TODAY
        )
        assert looked.checks["rule_id"].tolist() == ["moved"]
        assert looked.checks["point_no"].tolist() == ["JSD-0002"]
        assert looked.recheck["n"] == 3
        # By hand: sqrt((0.02^2 + 0.3^2 + 0.01^2) / (2 x 3)).
        assert looked.recheck["plane_rmse_m"] == pytest.approx(
            np.sqrt((0.02**2 + 0.3**2 + 0.01**2) / 6), abs=1e-3
        )
        assert looked.counts["merged"] == 3
        before = town.count("node"), town.count("pipe")
        done = import_survey(
            town, ImportSurveyRequest(str(file), purpose="recheck", decisions='{"take": true}'), today=TODAY
        )
        assert done.counts == {"imported": 1, "merged": 2, "rejected": 0, "skipped": 1}
        assert (town.count("node"), town.count("pipe")) == before
        moved = town.read("node", ids=["JSD-0002"])["geom"].iloc[0]
        assert moved.x == pytest.approx(places[1][0] + 0.3, abs=1e-3)
        ends = town.read("pipe", where={"from_node": "JSD-0002"})
        for line in ends["geom"]:
            assert shapely.get_coordinates(line)[0].tolist() == pytest.approx([moved.x, moved.y])
        town.undo()
        assert town.read("node", ids=["JSD-0002"])["geom"].iloc[0].x == pytest.approx(places[1][0])
        strange = _measured(tmp_path / "strange.csv", [("NOBODY", *places[0], 40.0)])
        with pytest.raises(InputError, match=r"NOBODY.*not_in_network"):
            import_survey(town, ImportSurveyRequest(str(strange), purpose="recheck"), today=TODAY)


@pytest.mark.slow
def test_attributes_of_lines_are_told_and_taken(sample_town: Path, tmp_path: Path) -> None:
    path = tmp_path / "town.gpkg"
    shutil.copy(sample_town / "en" / "sample_town.gpkg", path)
    with store.open_network(str(path)) as town:
        pipes = town.read("pipe", where={"system": "potable", "material": "ductile_iron", "status": "in_use"})
        one, other = (row for _index, row in pipes.head(2).iterrows())
        ends = list(dict.fromkeys([one["from_node"], one["to_node"], other["from_node"], other["to_node"]]))
        nodes = town.read("node", ["node_id", "ground_m"], ids=ends)
        _measured(
            tmp_path / "JS点.csv",
            [
                (name, place.x, place.y, ground)
                for name, place, ground in zip(nodes["node_id"], nodes["geom"], nodes["ground_m"])
            ],
        )
        size = one["diameter_mm"]
        # The second is written from its other end, and says nothing new.
        lines = [
            "起始点号,终止点号,材质,管径",
            f"{one['from_node']},{one['to_node']},PE,{size + 100:.0f}",
            f"{other['to_node']},{other['from_node']},球墨铸铁,{other['diameter_mm']:.0f}",
        ]
        (tmp_path / "JS线.csv").write_text("\n".join(lines), encoding="utf-8")
        inputs = f"{tmp_path / 'JS点.csv'};{tmp_path / 'JS线.csv'}"
        base = {"diameter_of": "nominal"}

        def run(take: object, **more: bool) -> ImportSurveyResult:
            request = ImportSurveyRequest(
                inputs, purpose="recheck", decisions=json.dumps({**base, "take": take}), **more
            )
            return import_survey(town, request, today=TODAY)

        looked = run(False, dry_run=True)
        differs = looked.checks[looked.checks["rule_id"] == "attribute_differs"]
        assert len(differs) == 2
        assert differs["text"].str.contains(one["pipe_id"]).all()
        assert f"{size:.0f}" in differs["text"].str.cat()
        assert run([other["pipe_id"]], dry_run=True).counts["imported"] == 0
        run([one["pipe_id"]])
        taken = town.read("pipe", ids=[one["pipe_id"]]).iloc[0]
        assert (taken["material"], taken["diameter_mm"]) == ("pe", size + 100)
        assert town.read("pipe", ids=[other["pipe_id"]]).iloc[0]["row_version"] == other["row_version"]
        town.undo()
        assert town.read("pipe", ids=[one["pipe_id"]]).iloc[0]["material"] == "ductile_iron"
