"""What is checked: a network, the day on which it is judged, and the thresholds of the checks."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Callable, cast

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import BadText, UnreadableValue
from waternet_plugin.core.network.model.graph import GraphBuild
from waternet_plugin.core.network.model.network_frame import NetworkFrame
from waternet_plugin.core.quality.context.checked_rows import CheckedRows
from waternet_plugin.core.quality.context.rule_findings import RuleFindings
from waternet_plugin.core.schema.settings import Settings, defaults
from waternet_plugin.core.texts import tr


def end_name(end: Array) -> Array:
    """Return the words for first (0) and last (1) ends of pipes, in the language of the interface."""
    return np.asarray(np.array([tr("start"), tr("end")], dtype=object)[end])


class CheckContext(NetworkFrame):
    """A network under check.

    Parameters
    ----------
    tables, settings, connected
        As `NetworkFrame` takes them.
    today
        The day on which the network is judged.
    bad_texts
        Texts of the network that are not UTF-8.
    unreadable
        Values of the network that are not of their column's type.
    """

    row_type = CheckedRows

    def __init__(
        self,
        tables: Mapping[str, pd.DataFrame],
        settings: Settings,
        *,
        today: datetime.date,
        connected: GraphBuild | None = None,
        bad_texts: Sequence[BadText] = (),
        unreadable: Sequence[UnreadableValue] = (),
    ) -> None:
        super().__init__(tables, settings, connected=connected)
        self.bad_texts = tuple(bad_texts)
        self.unreadable = tuple(unreadable)
        self.today = today

    def rows(self, name: str) -> CheckedRows:
        """Return the rows of a table, which make findings; none if it was not read."""
        return cast(CheckedRows, super().rows(name))

    @property
    def pipes(self) -> CheckedRows:
        """The pipes."""
        return self.rows("pipe")

    @property
    def nodes(self) -> CheckedRows:
        """The nodes."""
        return self.rows("node")

    def real(self, key: str) -> float:
        """Return a threshold of this room."""
        return self.settings.real(f"quality.{key}")

    def words(self, key: str) -> tuple[str, ...]:
        """Return a list among the thresholds of this room."""
        return self.settings.words(f"quality.{key}")

    def table_of(self, prefix: str) -> dict[str, float]:
        """Return the thresholds ``quality.<prefix>.<name>`` as numbers by name."""
        start = f"quality.{prefix}."
        return {
            key[len(start) :]: self.settings.real(key) for key in self.settings_keys if key.startswith(start)
        }

    @cached_property
    def settings_keys(self) -> tuple[str, ...]:
        """The keys of this room's settings."""
        return tuple(key for key in defaults() if key.startswith("quality."))


@dataclass(frozen=True)
class Check:
    """A function and the rules whose findings it yields; it runs when one of them is asked for."""

    rules: tuple[str, ...]
    run: Callable[[CheckContext], Iterable[RuleFindings]]
