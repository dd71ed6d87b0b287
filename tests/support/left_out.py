"""Says at the end of a run which tests it left out, and which command runs them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest

# The marks by which `make test` leaves tests out, the one that weighs most first, and what runs those tests.
COMMANDS = {"sweep": "make sweeps", "slow": "make slow"}


class LeftOut:
    """Counts the tests that were not chosen; with several workers each counts all of them.

    Parameters
    ----------
    config
        That of the run, of a worker or of the process that hands out the tests.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._counts: Counter[str] = Counter()

    def pytest_deselected(self, items: Sequence[pytest.Item]) -> None:
        """Count by the first mark that each has."""
        for item in items:
            mark = next((mark for mark in COMMANDS if item.get_closest_marker(mark)), "")
            self._counts[mark] += 1

    def pytest_sessionfinish(self) -> None:
        """Hand the counts to the process that hands out the tests."""
        output = getattr(self._config, "workeroutput", None)
        if output is not None:
            output["left_out"] = dict(self._counts)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take the counts of a worker; all have the same."""
        self._counts = Counter(getattr(node, "workeroutput", {}).get("left_out", {})) or self._counts

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Print a line for each mark."""
        said = [(mark, command) for mark, command in COMMANDS.items() if self._counts[mark]]
        for mark, command in said:
            terminalreporter.write_line(
                f"left out: {self._counts[mark]} tests marked {mark} ({command} runs them)"
            )
        if said:
            terminalreporter.write_line("everything: make test-all")
