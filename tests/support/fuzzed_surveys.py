"""Damaged survey files read in a process of their own, whose memory and time are bounded."""

from __future__ import annotations

import datetime
import multiprocessing
import resource
import signal
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

import numpy as np

from support.survey_frames import checked
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.places.deciding.decision_facts import NetworkFacts
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.survey.decisions.deciding import decide
from waternet_plugin.core.survey.file_facts import file_facts
from waternet_plugin.core.survey.joint_survey import PlacedFile, joint_survey
from waternet_plugin.core.survey.ledger import ledger
from waternet_plugin.core.survey.typed.typed_file import typed_file
from waternet_plugin.operations.survey.survey_files import read_survey_file

MOST_BYTES = 1024**3
# Of the processor, so that other work on the machine counts for nothing.
SLOWEST_S = 10
# Files that one process reads: what old libraries leak over thousands of files says nothing of one.
_A_PROCESS = 200
TODAY = datetime.date(2026, 11, 22)


@dataclass(frozen=True)
class FuzzResult:
    """What became of damaged files: read, refused by sentence, faults, bytes beyond those at the start."""

    read: int
    refused: Counter[str]
    faults: tuple[str, ...]
    peak_bytes: int


def fault_of(path: Path) -> tuple[str, Optional[str]]:
    """Return the sentence of a refusal, '' for none, and what is wrong with how a file is read."""
    try:
        file = read_survey_file(path, path.name)
    except InputError as error:
        return error.message, None if path.name in error.message else "names no file"
    typed = typed_file(file, TODAY, Settings())
    decide(
        file_facts(typed),
        NetworkFacts("EPSG:4547", np.zeros((0, 2))),
        {},
        settings=Settings(),
        today=TODAY,
    )
    named = [*file.points["row"], *file.lines["row"]]
    is_skipped = file.rows["skipped"].notna().to_numpy()
    # Sheets that nobody understands are asked about before any row is imported.
    is_open = file.rows["sheet"].isin(list(file.open_sheets)).to_numpy()
    if set(named) != set(np.flatnonzero(~is_skipped & ~is_open)):
        return "", "rows are neither points, lines nor skipped"
    east, north = typed.points["y"].to_numpy(float), typed.points["x"].to_numpy(float)
    placed = PlacedFile(typed, east, north, typed.lines["vertices"].to_numpy(object))
    result = checked(placed)
    book = ledger(joint_survey([placed]), result.findings, result.left, result.rejected)
    if sum(book.counts.values()) != len(file.rows) or len(book.frame) != len(file.rows):
        return "", f"{book.counts} of {len(file.rows)} rows"
    return "", None


def _bound() -> None:
    """Bound memory and time of this process."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    most = pages * resource.getpagesize() + MOST_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    signal.signal(signal.SIGPROF, signal.SIG_DFL)


def _most_bytes() -> int:
    """Return the most memory that this process had at any time."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _child(make: Callable[[int], bytes], path: Path, seeds: range, told: Any, out: Any) -> None:
    _bound()
    # A fork begins with all that its parent has.
    before = _most_bytes()
    read, faults = 0, []
    refused: Counter[str] = Counter()
    for seed in seeds:
        told.value = seed
        path.write_bytes(make(seed))
        signal.setitimer(signal.ITIMER_PROF, SLOWEST_S)
        try:
            sentence, fault = fault_of(path)
        except Exception:  # noqa: BLE001
            sentence, fault = "", traceback.format_exc(limit=-3)
        signal.setitimer(signal.ITIMER_PROF, 0)
        if fault is not None:
            faults.append(f"seed {seed}: {fault} {sentence}")
        elif sentence:
            refused[sentence] += 1
        else:
            read += 1
    out.send((read, refused, tuple(faults), _most_bytes() - before))


def fuzzed(make: Callable[[int], bytes], path: Path, seeds: range) -> FuzzResult:
    """Return what became of files that are made of seeds, in processes that may not grow or hang.

    Parameters
    ----------
    make
        Returns the bytes of a file.
    path
        Where each is written; the ending tells what it is.
    seeds
        Of the files.
    """
    parts = [_part(make, path, seeds[at : at + _A_PROCESS]) for at in range(0, len(seeds), _A_PROCESS)]
    return FuzzResult(
        sum(one.read for one in parts),
        sum((one.refused for one in parts), Counter()),
        tuple(fault for one in parts for fault in one.faults),
        max(one.peak_bytes for one in parts),
    )


def _part(make: Callable[[int], bytes], path: Path, seeds: range) -> FuzzResult:
    """Return what became of some of the files, in one process."""
    context = multiprocessing.get_context("fork")
    told = context.Value("q", -1, lock=False)
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_child, args=(make, path, seeds, told, theirs))
    child.start()
    theirs.close()
    try:
        found = FuzzResult(*ours.recv())
    except EOFError:
        found = FuzzResult(0, Counter(), (f"seed {told.value}: the process ended",), 0)
    child.join()
    return found
