"""Grades of areas: a fault of a whole column weighs no less than single ones; mending makes none worse."""

from __future__ import annotations

import pandas as pd
import shapely
from support.quality_frames import pipe_frame

from waternet_plugin.core.quality.checking import WIDESPREAD
from waternet_plugin.core.quality.grading import Grade, grade_areas
from waternet_plugin.core.schema.settings import Settings

PIPES = 10


def graded(findings: list[tuple[str, str, str | None]], **fields: object) -> Grade:
    """Return the grade of a network of 1 km with findings given as rule, severity, root."""
    pipes = [{"line": [(100.0 * n, 0.0), (100.0 * (n + 1), 0.0)], **fields} for n in range(PIPES)]
    frame = pd.DataFrame(
        [
            (f"{rule}-{number}" if rule != WIDESPREAD else WIDESPREAD, rule, severity, root, 50.0, 0.0)
            for number, (rule, severity, root) in enumerate(findings)
        ],
        columns=["issue_id", "rule_id", "severity", "root", "x", "y"],
    )
    return grade_areas(frame, {"pipe": pipe_frame(pipes)}, Settings())[0]


def test_roots_weigh_and_what_follows_from_them_does_not() -> None:
    found = graded([("near_miss_end", "error", None), ("loose_part", "error", "near_miss_end-0")])
    assert (found.errors, found.score, found.grade) == (1, 10.0, "C")
    assert graded([]).grade == "A"


def test_a_fault_of_a_whole_column_weighs_as_its_single_ones() -> None:
    single = graded([("near_miss_end", "error", None)] * 3)
    wide = graded([(WIDESPREAD, "error", None), *[("near_miss_end", "error", WIDESPREAD)] * 3])
    assert (wide.errors, wide.score, wide.grade) == (1, single.score, single.grade)


def test_what_is_unknown_of_pipes_is_measured_once() -> None:
    unknown = [("missing_material", "warning", None)] * 2
    assert graded(unknown).grade == "A"
    assert graded(unknown, material=None, install_year=None).grade == "B"


def test_areas_count_what_lies_in_them() -> None:
    zone = {"zone_id": ["Z"], "kind": ["dma"], "geom": [shapely.box(0, -10, 420, 10)]}
    pipes = [{"line": [(100.0 * n, 0.0), (100.0 * (n + 1), 0.0)]} for n in range(PIPES)]
    frame = pd.DataFrame(
        {
            "issue_id": ["a", "b"],
            "rule_id": ["self_loop", "self_loop"],
            "severity": ["error", "error"],
            "root": [None, None],
            "x": [50.0, 900.0],
            "y": [0.0, 0.0],
        }
    )
    whole, area = grade_areas(frame, {"pipe": pipe_frame(pipes), "zone": pd.DataFrame(zone)}, Settings())
    assert (whole.errors, area.errors) == (2, 1)
    assert area.area_id == "Z"
