"""Units as people write them."""

from __future__ import annotations

from functools import lru_cache

from waternet_plugin.core.schema.csvfiles import rows


@lru_cache(maxsize=None)
def _written() -> dict[str, dict[str, str]]:
    return {row["unit"]: row for row in rows("units.csv")}


def unit_label(unit: str, language: str) -> str:
    """Return a field's unit as it is written in ``en`` or ``zh_CN``."""
    found = _written().get(unit)
    if found is None:
        return unit
    return found["label_zh" if language == "zh_CN" else "label_en"]
