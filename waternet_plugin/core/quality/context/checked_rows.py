"""The rows of a table under check, which make findings."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.model.table_rows import TableRows
from waternet_plugin.core.quality.context.rule_findings import RuleFindings

# Below this part of all rows, the points of some are found without those of all.
_FEW = 20


class CheckedRows(TableRows):
    """The rows of one table under check."""

    def _xy_of_found(self, rows: Array) -> Array:
        """Return the points of some rows; of few of them without those of all, unless they are there."""
        if not len(rows):
            return np.empty((0, 2))
        of_all = "xy" in vars(self) or _FEW * len(rows) > len(self)
        return np.asarray(self.xy[rows]) if of_all else self.xy_of(rows)

    def found(
        self,
        rule: str,
        rows: Array,
        *,
        xy: Array | None = None,
        part: Array | None = None,
        with_assets: Mapping[str, Array] | None = None,
        role: str = "",
        values: Mapping[str, Array] | None = None,
        **further: Array,
    ) -> RuleFindings:
        """Return findings on rows of this table.

        Parameters
        ----------
        rule
            Its id.
        rows
            Mask or row numbers.
        xy
            Places of the findings; those of the rows if None.
        part
            What tells findings of one row apart.
        with_assets
            Ids of further assets by role.
        role
            Role of this table's rows; its name if ''.
        values, further
            Values for the sentence, one a finding.
        """
        numbers = np.flatnonzero(rows) if rows.dtype == bool else rows
        where = self._xy_of_found(numbers) if xy is None else xy
        return RuleFindings(
            rule,
            {role or self.name: self.ids[numbers], **(with_assets or {})},
            where[:, 0],
            where[:, 1],
            {**(values or {}), **further},
            part,
        )
