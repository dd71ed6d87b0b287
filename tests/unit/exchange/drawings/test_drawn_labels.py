"""Texts beside the lines of a drawing: which line each labels, and what it says of it."""

from __future__ import annotations

import numpy as np
import pytest

from waternet_plugin.core.files.drawn_entities import DrawnEntity
from waternet_plugin.core.files.drawn_labels import LineLabel, line_labels


def drawing(*parts: tuple[str, str, object]) -> list[DrawnEntity]:
    """Return entities of a layer and a text with its place, or a line with its vertices."""
    found = []
    for number, (layer, word, places) in enumerate(parts, 1):
        xyz = np.column_stack(
            [np.asarray(places, dtype=float).reshape(-1, 2), np.zeros(np.size(places) // 2)]
        )
        found.append(DrawnEntity(number, layer, "text" if word else "line", xyz, text=word))
    return found


def labels(*parts: tuple[str, str, object]) -> dict[int, LineLabel]:
    return dict(line_labels(drawing(*parts)).of_line)


MAIN = ("JS-管线", "", [(0, 0), (40, 0)])


@pytest.mark.parametrize(
    ("text", "size", "material"),
    [
        ("DN300", "dn300", ""),
        ("JS DN300 球墨铸铁 1998", "dn300", "球墨铸铁"),
        ("PE-dn110", "dn110", "pe"),
        ("De110 PE", "de110", "pe"),
        ("φ219×6", "φ219×6", ""),
        ("Ф219", "ф219", ""),
        ("DN300×2", "dn300×2", ""),
        ("2000x1500", "2000x1500", ""),
        ("WS d400 砼 i=3‰", "d400", "砼"),
        ("ＤＮ300", "dn300", ""),
    ],
)
def test_a_text_names_the_size_and_material_of_the_line_beside_it(
    text: str, size: str, material: str
) -> None:
    (found,) = labels(("管线", "", [(0, 0), (40, 0)]), ("注记", text, (18, 1.5))).values()
    assert (found.size, found.material) == (size, material)


@pytest.mark.parametrize("text", ["D12", "房12", "12.5", "建设路", "GD200", "阀门"])
def test_other_texts_label_nothing(text: str) -> None:
    assert labels(MAIN, ("JS-注记", text, (18, 1.5))) == {}


def test_a_text_far_away_or_between_two_lines_labels_none() -> None:
    assert labels(MAIN, ("JS-注记", "DN300", (18, 5.5))) == {}
    twin = ("JS-管线", "", [(0, 3), (40, 3)])
    assert labels(MAIN, twin, ("JS-注记", "DN300", (18, 1.5))) == {}
    assert [*labels(MAIN, twin, ("JS-注记", "DN300", (18, 1.0)))] == [1]


def test_a_text_labels_a_pipe_of_its_own_system_and_no_house() -> None:
    house, sewer = ("房屋", "", [(0, 1), (40, 1)]), ("WS-管线", "", [(0, 2), (40, 2)])
    found = labels(MAIN, house, sewer, ("JS-注记", "DN300", (18, 1.6)))
    assert [*found] == [1]
    found = labels(MAIN, house, sewer, ("注记", "WS d400", (18, 0.4)))
    assert [*found] == [3]
    # A label of a system of which nothing is drawn is no label of another one.
    assert labels(MAIN, ("WS-注记", "d400", (18, 1.0))) == {}


def test_any_line_may_be_labelled_where_no_layer_speaks_of_pipes() -> None:
    assert [*labels(("0", "", [(0, 0), (40, 0)]), ("0", "DN300", (18, 1)))] == [1]


def test_of_several_sizes_beside_a_line_none_counts() -> None:
    near, far = ("JS-注记", "DN300 PE", (8, 1)), ("JS-注记", "DN200", (30, 1))
    found = line_labels(drawing(MAIN, near, far))
    assert found.several == {1}
    assert found.of_line[1] == LineLabel("DN300 PE; DN200", "", "pe")
    assert found.texts == {2, 3}
    # The same size written twice is one, be it with a sign or without.
    assert line_labels(drawing(MAIN, near, ("JS-注记", "φ300", (30, 1)))).several == frozenset()


def test_a_drawing_without_lines_or_texts_has_no_labels() -> None:
    assert labels() == labels(MAIN) == labels(("JS-注记", "DN300", (0, 0))) == {}
