"""Work during which Python does not look for garbage."""

from __future__ import annotations

import gc

import pytest

from waternet_plugin.core import garbage
from waternet_plugin.core.garbage import uncollected


class _Thing:
    """An object that Python's search for garbage follows."""


def test_many_objects_are_old_afterwards_and_garbage_is_looked_for_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(garbage, "_MANY_OBJECTS", 1000)
    with uncollected():
        assert not gc.isenabled()
        with uncollected():
            things = [_Thing() for _ in range(2000)]
        assert not gc.isenabled()
    assert gc.isenabled()
    assert gc.get_count()[0] < 1000
    old = {id(each) for each in gc.get_objects(generation=2)}
    assert all(id(thing) in old for thing in things)
    assert gc.get_freeze_count() == 0


def test_few_objects_leave_what_is_frozen_as_it_is() -> None:
    gc.freeze()
    try:
        with uncollected():
            things = [_Thing() for _ in range(10)]
        assert gc.get_freeze_count() > 1000 and len(things) == 10
    finally:
        gc.unfreeze()


def test_garbage_made_meanwhile_is_found_later() -> None:
    with uncollected():
        thing = _Thing()
        thing.own = thing  # type: ignore[attr-defined]
        number = id(thing)
        del thing
    assert number in {id(each) for each in gc.get_objects()}
    gc.collect()
    assert number not in {id(each) for each in gc.get_objects() if isinstance(each, _Thing)}


def test_it_is_on_again_after_an_error() -> None:
    with pytest.raises(ValueError), uncollected():  # noqa: PT011 (any error does)
        raise ValueError
    assert gc.isenabled()
