"""Contracts of water saving and leak detection: supply and leakage of a result period beside a baseline."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import PlainFrames, records
from waternet_plugin.core.leakage.balance.level_tree import balance_rows
from waternet_plugin.core.leakage.balance.periods import Period
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.document import Report
from waternet_plugin.core.reports.leakage.water_balance import Sheet
from waternet_plugin.core.reports.users.contracts import contract_report, contract_sheets, contract_summary
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.texts import listed, shortened, tr
from waternet_plugin.core.users.contract_results import (
    UNKNOWN,
    ContractResult,
    PeriodFigures,
    contract_result,
)
from waternet_plugin.operations.leakage.balance_rows import read_balance_rows, with_readings
from waternet_plugin.operations.rows.newest_rows import finish_without_batch, no_outputs
from waternet_plugin.operations.rows.node_readings import latest_s
from waternet_plugin.operations.users.compound_volumes import read_compound_volumes
from waternet_plugin.store.network import Network

CONTRACT_COLUMNS = (
    "contract_id", "baseline_m3", "result_m3", "saved_m3", "baseline_rate", "result_rate", "target_m3",
    "target_rate", "reached", "coverage",
)  # fmt: skip
_DATES = ("baseline_from", "baseline_to", "result_from", "result_to")
_NOTHING = PeriodFigures(math.nan, math.nan, 0.0)
# Figures of an area in a period, by id.
Figures = Callable[[Period], Mapping[str, PeriodFigures]]


@dataclass(frozen=True)
class ContractRequest:
    """What is asked: ``contracts`` are ids, empty for all."""

    contracts: tuple[str, ...] = ()


@dataclass(frozen=True)
class ContractsResult(PlainFrames):
    """What became of contracts.

    Parameters
    ----------
    rows
        contract_id, baseline_m3, result_m3, saved_m3, baseline_rate, result_rate (0-1), target_m3,
        target_rate (0-1), reached (yes, no, unknown), coverage (0-1); by id.
    sheets
        What a workbook holds: title, headings and rows of each sheet.
    summary, notes
        The answer in sentences, and what to know and to doubt.
    """

    rows: pd.DataFrame
    report: Report
    sheets: tuple[Sheet, ...]
    summary: tuple[str, ...]
    notes: tuple[str, ...] = ()


def compare_contracts(
    network: Network,
    request: ContractRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[ContractsResult], Any] = no_outputs,
) -> ContractsResult:
    """Return what became of contracts: a contract of a zone by its balance, else of a compound by its meters.

    Raises
    ------
    InputError
        Where there is no contract that was asked for.
    """
    settings = network.settings()
    progress.at(0.0, table("contract").label)
    contracts = network.read("contract").sort_values("contract_id", kind="stable")
    strange = sorted(set(request.contracts) - set(contracts["contract_id"]))
    if strange:
        message = tr("There is no contract {names}. Give ids of contracts, or none for all.")
        raise InputError(message.format(names=listed(strange)))
    if request.contracts:
        contracts = contracts[contracts["contract_id"].isin(request.contracts)]
    progress.at(0.2, tr("Reading volumes"))
    known = _Known(network, settings, contracts)
    rows, incomplete = [], []
    for row in records(contracts):
        result = known.result(row)
        if result is None:
            incomplete.append(str(row["contract_id"]))
            result = ContractResult(_NOTHING, _NOTHING, math.nan, UNKNOWN, 0.0)
        rows.append(_row(row, result))
    frame = pd.DataFrame(rows, columns=list(CONTRACT_COLUMNS))
    notes: tuple[str, ...] = (
        tr("Weather and growth of the town are left as they are: volumes are not adjusted for them."),
    )
    if incomplete:
        text = tr("These contracts name no zone or compound of this network, or lack a day: {names}.")
        notes = (*notes, text.format(names=shortened(incomplete)))
    result_of = ContractsResult(
        frame, contract_report(frame, notes, network=network.title), contract_sheets(frame, notes),
        tuple(contract_summary(frame)), notes,
    )  # fmt: skip
    return finish_without_batch(result_of, before_commit)


def _row(contract: Mapping[str, Any], result: ContractResult) -> dict[str, Any]:
    return {
        "contract_id": contract["contract_id"],
        "baseline_m3": result.baseline.supply_m3,
        "result_m3": result.result.supply_m3,
        "saved_m3": result.saved_m3,
        "baseline_rate": result.baseline.loss_rate,
        "result_rate": result.result.loss_rate,
        "target_m3": contract["target_m3"],
        "target_rate": contract["target_rate"],
        "reached": result.reached,
        "coverage": result.coverage,
    }


class _Known:
    """Figures of the areas of contracts, each period computed once."""

    def __init__(self, network: Network, settings: Settings, contracts: pd.DataFrame) -> None:
        self._settings = settings
        self._of: dict[str, tuple[Figures, float]] = {}
        self._periods: dict[tuple[str, Period], Mapping[str, PeriodFigures]] = {}
        if contracts["zone_id"].notna().any():
            self._of["zone_id"] = (self._zones(network), settings.real("leakage.coverage"))
        compounds = contracts["compound_id"].dropna()
        if len(compounds):
            self._of["compound_id"] = (
                self._compounds(network, compounds), settings.real("users.coverage"),
            )  # fmt: skip

    def _zones(self, network: Network) -> Figures:
        read = read_balance_rows(network, (), self._settings)

        def figures(period: Period) -> Mapping[str, PeriodFigures]:
            basis, _notes = with_readings(network, read, period, latest_s(None))
            return {
                str(row["zone_id"]): PeriodFigures(row["supply_m3"], row["loss_rate"], row["coverage"])
                for row in records(balance_rows(basis, period))
                if row["zone_id"]
            }

        return figures

    def _compounds(self, network: Network, named: pd.Series) -> Figures:
        there = network.read("compound", ["compound_id"], geometry=False)["compound_id"]
        ids = np.array(sorted(set(named) & set(there)), dtype=object)
        volumes = read_compound_volumes(network, self._settings)

        def figures(period: Period) -> Mapping[str, PeriodFigures]:
            losses, _notes = volumes.losses(ids, period)
            return {
                str(row["compound_id"]): PeriodFigures(row["supply_m3"], row["loss_rate"], row["coverage"])
                for row in records(losses)
            }

        return figures

    def _figures(self, column: str, area: str, period: Period) -> Optional[PeriodFigures]:
        key = (column, period)
        if key not in self._periods:
            self._periods[key] = self._of[column][0](period)
        return self._periods[key].get(area)

    def result(self, contract: Mapping[str, Any]) -> Optional[ContractResult]:
        """Return what became of a contract, None where its area or a day is missing."""
        if any(contract[name] is None or contract[name] != contract[name] for name in _DATES):
            return None
        first, last, then, until = (contract[name].date() for name in _DATES)
        column = "zone_id" if contract["zone_id"] else "compound_id"
        if not contract[column] or first > last or then > until:
            return None
        periods = Period(first, last), Period(then, until)
        figures = [self._figures(column, str(contract[column]), one) for one in periods]
        if figures[0] is None or figures[1] is None:
            return None
        targets = (contract["target_m3"], contract["target_rate"])
        return contract_result(figures[0], figures[1], periods, targets, enough=self._of[column][1])
