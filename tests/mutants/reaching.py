"""A plugin of pytest for copies of a checkout: tells probes which test runs, and runs only chosen tests.

With ``WATERNET_USERS`` it writes there which fixtures each test uses, and sets what the probes of `probes`
write beside their numbers: the test that runs, the fixtures that are made, or ``*`` within a function that
remembers its answers, since what it answers once other tests use, too. With ``WATERNET_ONLY``, a file of
names, all other tests are left out.
"""

from __future__ import annotations

import functools
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

EVERY = "*"
_OURS = ("waternet_plugin", "support", "test_", "conftest")


def fixture_name(fixture: Any) -> str:
    """Return what tells a fixture from others of its name."""
    return f"{fixture.baseid}::{fixture.argname}"


class Holders:
    """Who stands for what is run just now: the test, or the fixtures that are made."""

    def __init__(self, users: Path) -> None:
        self._users = users
        self._test = ""
        self._fixtures: list[str] = []
        self._remembering = 0

    def _tell(self) -> None:
        held = (EVERY,) if self._remembering else (*self._fixtures,) or (self._test or EVERY,)
        sys.waternet_holders = held  # type: ignore[attr-defined]
        # Probes of other processes.
        os.environ["WATERNET_HOLDERS"] = json.dumps(held)

    def remembers(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function of ours that remembers its answers as one that stands for every test."""
        if not (getattr(function, "__module__", None) or "").startswith(_OURS):
            return function

        @functools.wraps(function)
        def answer(*args: Any, **named: Any) -> Any:
            self._remembering += 1
            self._tell()
            try:
                return function(*args, **named)
            finally:
                self._remembering -= 1
                self._tell()

        return answer

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Write who uses which fixture, from one of the workers."""
        if os.environ.get("PYTEST_XDIST_WORKER", "gw0") != "gw0":
            return
        with self._users.open("w", encoding="utf-8") as output:
            for item in session.items:
                known = item._fixtureinfo.name2fixturedefs.values()  # type: ignore[attr-defined]
                fixtures = [fixture_name(each) for several in known for each in several]
                output.write(json.dumps([item.nodeid, *fixtures]) + "\n")

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Let a test stand for what is run until it is over."""
        self._test = item.nodeid
        self._tell()
        yield
        self._test = ""
        self._tell()

    @pytest.hookimpl(hookwrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Iterator[None]:
        """Let a fixture stand for what is run while it is made, whichever test asked for it first."""
        self._fixtures.append(fixture_name(fixturedef))
        self._tell()
        yield
        self._fixtures.pop()
        self._tell()

    def pytest_sessionstart(self) -> None:
        """Have each test open its project, which it else may find open: see `support.kept_project`."""
        with suppress(ImportError):
            from support.kept_project import KeptProject

            KeptProject.keep_or_close = KeptProject.close  # type: ignore[method-assign]


class Chosen:
    """Leaves out all tests but some."""

    def __init__(self, names: set[str]) -> None:
        self._names = names

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Keep those tests in their order."""
        left_out = [item for item in items if item.nodeid not in self._names]
        items[:] = [item for item in items if item.nodeid in self._names]
        config.hook.pytest_deselected(items=left_out)


def pytest_configure(config: pytest.Config) -> None:
    """Do what the environment says."""
    only = os.environ.get("WATERNET_ONLY")
    if only:
        names = json.loads(Path(only).read_text(encoding="utf-8"))
        config.pluginmanager.register(Chosen(set(names)), "waternet-chosen")
    if _HOLDERS is not None:
        config.pluginmanager.register(_HOLDERS, "waternet-holders")


def _watch() -> Holders | None:
    """Begin to watch before anything of ours is loaded."""
    users = os.environ.get("WATERNET_USERS")
    if not users:
        return None
    holders = Holders(Path(users))
    plain = functools.lru_cache

    def lru_cache(maxsize: Any = 128, typed: bool = False) -> Any:
        if callable(maxsize):
            return plain()(holders.remembers(maxsize))
        return lambda function: plain(maxsize, typed)(holders.remembers(function))

    functools.lru_cache = lru_cache  # type: ignore[assignment]
    return holders


_HOLDERS = _watch()
