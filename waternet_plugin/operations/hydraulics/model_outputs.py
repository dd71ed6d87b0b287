"""What an export or a run of a model writes and answers, whichever engine the file is for."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.reports.document import Report
from waternet_plugin.core.texts import tr
from waternet_plugin.store.batch import Batch
from waternet_plugin.store.network import Network
from waternet_plugin.store.outputs import refuse_network_as_output


@dataclass(frozen=True)
class ModelExportResult:
    """A written file.

    Parameters
    ----------
    counts
        How many elements of each kind were written.
    report
        What was written, assumed, changed and left out.
    summary
        The counts as a sentence.
    notes
        Sentences about what was assumed, changed and left out.
    """

    counts: Mapping[str, int]
    report: Report
    summary: str
    notes: tuple[str, ...]


def insert_run(batch: Batch, engine: str, facts: Mapping[str, Any]) -> str:
    """Keep that an engine ran, with the facts of it, and return the id of the run."""
    run_id = batch.next_id("model_run", "MR")
    row = {
        "run_id": run_id,
        "engine": engine,
        "made_on": datetime.datetime.now(datetime.timezone.utc),
        "parameters": json.dumps(facts, ensure_ascii=False),
    }
    batch.insert("model_run", pd.DataFrame([row]))
    return run_id


def write_model(network: Network, output: Path, data: bytes) -> None:
    """Write the file of a model.

    Raises
    ------
    InputError
        When it can't be written or is a network.
    """
    refuse_network_as_output(output, (network.uri,))
    try:
        output.write_bytes(data)
    except OSError as error:
        message = tr("{path} can't be written: {reason}. Choose another location.")
        raise InputError(message.format(path=output, reason=error.strerror)) from error
