"""Work during which Python does not look for garbage."""

from __future__ import annotations

import gc

import pytest

from waternet_plugin.core.garbage import uncollected


class _Thing:
    """An object that Python's search for garbage follows."""


def test_what_was_made_is_old_afterwards_and_looked_for_again() -> None:
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
