"""Inspections of one drain with their defects, graded."""

from __future__ import annotations

from typing import Any

import pandas as pd

from waternet_plugin.core.drainage.grading.inspection_grades import grade_inspections
from waternet_plugin.core.frames import conform

PIPE = {"pipe_id": "P1", "length_m": 40.0, "diameter_mm": 600, "k_area": 3, "t_soil": 0}


def graded(
    defects: list[dict[str, Any]], looked: Any = None, *, standard: Any = None, **pipe: Any
) -> pd.DataFrame:
    """Rows of grades of inspections (one by CJJ 181 of P1 unless told) with defects of I1 unless told."""
    base = {"pipe_id": "P1", "standard": "cjj_181", "date": "2024-05-01"}
    rows = [{"inspection_id": f"I{place + 1}", **base, **row} for place, row in enumerate(looked or [{}])]
    found = [{"defect_id": f"D{n:03d}", "inspection_id": "I1", **row} for n, row in enumerate(defects)]
    pipes = conform(pd.DataFrame([{"system": "sewage", **PIPE, **pipe}]), "pipe")
    columns = None if found else ["defect_id", "inspection_id"]
    result = grade_inspections(
        conform(pd.DataFrame(rows), "inspection"),
        conform(pd.DataFrame(found, columns=columns), "defect"),
        pipes,
        standard=standard,
    )
    return result.rows.set_index("inspection_id", drop=False)


def cjj(code: str, grade: Any, at: Any, length: Any = None) -> dict[str, Any]:
    return {"code": code, "code_raw": code, "grade": grade, "position_m": at, "length_m": length}


def en(code: str, at: float, d: Any = None, s: Any = None, b: Any = None) -> dict[str, Any]:
    return {"code_raw": code, "position_m": at, "number_d": d, "number_s": s, "number_b": b}
