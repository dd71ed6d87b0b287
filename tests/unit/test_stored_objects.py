"""What is stored as JSON may be spoilt by somebody: it is then as if nothing was stored."""

from __future__ import annotations

import pytest

from waternet_plugin.core.json_text import exact_object, stored_object


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"budget": 80}', {"budget": 80}),
        ("", {}),
        (None, {}),
        (float("nan"), {}),
        ("中山路", {}),
        ("[1, 2]", {}),
        ("[" * 100_000, {}),
        ('{"pipes": NaN, "km": [-Infinity, 1e999], "n": 2.5}', {"pipes": None, "km": [None, None], "n": 2.5}),
    ],
)
def test_only_an_object_is_read(text: object, found: dict[str, object]) -> None:
    assert stored_object(text) == found


def test_undo_reads_numbers_without_end_as_they_are() -> None:
    assert exact_object('{"diameter_mm": Infinity}') == {"diameter_mm": float("inf")}
    assert exact_object("[" * 100_000) == exact_object("[1]") == exact_object(None) == {}
