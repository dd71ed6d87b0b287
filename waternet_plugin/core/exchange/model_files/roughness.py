"""How rough pipes of a material are, by the formulas of the engines."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from waternet_plugin.core.schema.csvfiles import rows_of


@lru_cache(maxsize=1)
def _rows() -> dict[str, dict[str, str]]:
    return {row["material"]: row for row in rows_of(Path(__file__).parent / "roughness.csv")}


def material_roughness(material: str | None, column: str) -> float:
    """Return the roughness of a material, unknown ones too.

    Parameters
    ----------
    column
        ``hazen_williams``, ``darcy_mm`` or ``manning``.
    """
    rows = _rows()
    return float(rows.get(material or "unknown", rows["unknown"])[column])
