"""A later file whose ids lost their zeros, are typed otherwise or are others doubles nothing and says so."""

from __future__ import annotations

import pytest
from support.adoption_frames import CRS, TODAY, adopted, frame, line, mapping_of, rejected
from support.slow_cases import a_few_quick
from support.updating_frames import PIPE, counts, network_of, pipes, states, updated

from waternet_plugin.core.exchange.adoption.adoption import Destination, adopt
from waternet_plugin.core.exchange.adoption.duplicates.alike_ids import plain_id
from waternet_plugin.core.exchange.adoption.duplicates.like_lines import COLUMNS
from waternet_plugin.core.exchange.update_modes import BOTH, UPDATE
from waternet_plugin.core.schema.settings import Settings

LINES = [line((100 * k, 0), (100 * k + 100, 0)) for k in range(6)]
FIELDS = {"pipe_id": "ID", "diameter_mm": "DN"}
SPELLED = [
    ("001 002 003".split(), "1 2 3".split()),
    ("001 002 003".split(), "1.0 2.0 3.0".split()),
    ("001 002 003".split(), "１ ２ ３".split()),
    ("JS-001 JS-002 JS-003".split(), "js-001 js-002 js-003".split()),
    ("JS-001 JS-002 JS-003".split(), "JS—001 JS—002 JS—003".split()),
    ("JS-001 JS-002 JS-003".split(), "JS_1 JS_2 JS_3".split()),
    ("JS-001 JS-002 JS-003".split(), ["JS - 001", "JS - 002", "JS - 003"]),
    ("JS001 JS002 JS003".split(), "JS1 JS2 JS3".split()),
]


def _town(ids: list[str]):
    return network_of(
        pipes([{"pipe_id": name, "diameter_mm": 100.0, "geom": LINES[at]} for at, name in enumerate(ids)])
    )


def _file(ids: list[str], bore: float = 150.0):
    return frame(LINES[: len(ids)], ID=ids, DN=[bore] * len(ids))


@pytest.mark.parametrize("mode", a_few_quick([UPDATE, BOTH], 1))
@pytest.mark.parametrize(("ours", "theirs"), SPELLED, ids=[two[0] for _one, two in SPELLED])
def test_nothing_is_doubled_and_nothing_is_gone(ours: list[str], theirs: list[str], mode: str) -> None:
    result = updated(_file(theirs), FIELDS, _town(ours), mode=mode, defaults=PIPE)
    assert rejected(result) == [(row, "alike_id") for row in (1, 2, 3)]
    assert all(ours[row] in text for row, text in enumerate(result.rejected["reason"]))
    assert result.assets_written == 0
    assert states(result) == []


def test_ids_that_are_others_are_new() -> None:
    result = updated(_file(["001", "1", "9"]), FIELDS, _town(["001", "002"]), mode=BOTH, defaults=PIPE)
    # 001 is spoken of by its own name, so that 1 is another; nothing is like 9.
    assert counts(result)[:3] == (1, 0, 2)
    assert rejected(result) == []


def test_of_two_that_are_alike_none_is_meant() -> None:
    result = updated(_file(["1"]), FIELDS, _town(["001", "01"]), mode=BOTH, defaults=PIPE)
    assert rejected(result) == []


def test_a_mapping_takes_them_all_the_same() -> None:
    result = updated(_file(["1", "2"]), FIELDS, _town(["001"]), mode=BOTH, repeats="take", defaults=PIPE)
    assert rejected(result) == []
    assert result.rows["pipe_id"].tolist() == ["1", "2"]


def test_an_adoption_of_a_whole_file_of_them_doubles_nothing() -> None:
    ours = [f"{at:03d}" for at in range(1, 7)]
    again = frame(LINES, ID=[str(at) for at in range(1, 7)])
    done = adopted(again, {"pipe_id": "ID"}, existing=ours)
    assert {code for _row, code in rejected(done)} == {"alike_id"}
    assert adopted(again, {"pipe_id": "ID"}, existing=ours, repeats="take").rows_written == 6


def test_a_file_with_numbers_of_its_own_comes_in() -> None:
    """One of six is alike: another district counts its pipes anew."""
    other = frame(LINES, ID=["1", "7001", "7002", "7003", "7004", "7005"])
    assert adopted(other, {"pipe_id": "ID"}, existing=["001", "002"]).rows_written == 6


@pytest.mark.parametrize(
    ("one", "other"), [("P1.1", "P1.10"), ("P10", "P1"), ("A1", "B1"), ("1-1", "11"), ("0", "00")]
)
def test_what_differs_in_more_is_not_alike(one: str, other: str) -> None:
    assert (plain_id(one) == plain_id(other)) is (one == "0")


def _drawn_town(ids: list[str], mode: str = "", bores: tuple[float, ...] = (), at: int = 0):
    """Return what becomes of pipes of other numbers on lines that a town of six pipes has."""
    laid = pipes([{"pipe_id": f"JS-{k}", "diameter_mm": 100.0, "geom": LINES[k]} for k in range(6)])
    lines = {"lines": lambda _box: laid[list(COLUMNS)].astype(object)}
    file = frame(LINES[at : at + len(ids)], ID=ids, DN=[*bores, *[100.0] * (len(ids) - len(bores))])
    if mode:
        return updated(file, FIELDS, network_of(laid, **lines), mode=mode, defaults=PIPE)
    into = Destination(CRS, settings=Settings(), existing_ids=laid["pipe_id"].tolist(), **lines)
    return adopt(file, mapping_of(FIELDS, defaults=PIPE), "pipe", into=into, today=TODAY)


@pytest.mark.parametrize("mode", ["", BOTH])
def test_a_file_that_numbers_its_pipes_anew_lays_none_twice(mode: str) -> None:
    # One of them is wider than it was.
    result = _drawn_town("1 2 3 4".split(), mode, (150.0,))
    assert rejected(result) == [(row, "same_row_there") for row in (1, 2, 3, 4)]
    assert "JS-0" in result.rejected["reason"][0]
    assert not mode or [(one[0], one[4]) for one in states(result)] == [("JS-4", "gone"), ("JS-5", "gone")]


@pytest.mark.parametrize("mode", ["", BOTH])
def test_renewed_pipes_and_a_twin_keep_their_own_numbers(mode: str) -> None:
    assert rejected(_drawn_town("1 2 3 4".split(), mode, (150.0, 150.0, 150.0))) == []
    assert rejected(_drawn_town("1 2".split(), mode)) == []
