"""A cancel at any step: what is told is what is there, also when it comes after the last step."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from waternet_plugin import store
from waternet_plugin.core.errors import CancelledError
from waternet_plugin.gui.start.start_page import SampleTown
from waternet_plugin.gui.tasks import tasks
from waternet_plugin.processing import job

# Steps before the end that are tried one by one.
LAST_STEPS = 6
CANCELLED = "Cancelled. Nothing was changed."
# Algorithms that write, with parameters for a small network.
WRITERS: dict[str, dict[str, Any]] = {
    "checknetwork": {},
    "undobatch": {},
    "restorebackup": {"IN_PLACE": True},
}


class Cancels:
    """Press Cancel of the run under way at the given one of the steps that are counted."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.steps = 0
        self.run: Any = None

    def step(self) -> None:
        if self.steps == self.at:
            self.run.cancel()
        self.steps += 1


@pytest.fixture
def cancels(monkeypatch: pytest.MonkeyPatch) -> Cancels:
    """What cancels a run at a step: a report of its progress, a copied file, or the end of its work."""
    chosen = Cancels(-1)
    listener, work, begin = job._listener, job.Job.close, tasks.AlgorithmRun.make_task

    def begun(run: tasks.AlgorithmRun) -> Any:
        chosen.run = run
        return begin(run)

    def listening(feedback: Any) -> Callable[[float, str], bool]:
        listen = listener(feedback)

        def step(fraction: float, text: str) -> bool:
            chosen.step()
            return listen(fraction, text)

        return step

    def closing(run: job.Job) -> None:
        work(run)
        # Everything is written by now.
        if threading.current_thread() is not threading.main_thread():
            chosen.step()

    monkeypatch.setattr(tasks.AlgorithmRun, "make_task", begun)
    monkeypatch.setattr(job, "_listener", listening)
    monkeypatch.setattr(job.Job, "close", closing)
    return chosen


@pytest.mark.slow
def test_the_sample_town_is_there_or_cancelled_at_every_step(
    sample_town: Path,
    plugin: Any,
    iface: Any,
    tmp_path: Path,
    until: Any,
    cancels: Cancels,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from waternet_plugin.bridge import sample

    copy = shutil.copyfile

    def copying(source: Path, target: Path) -> None:
        copy(source, target)
        cancels.step()

    monkeypatch.setattr(sample.shutil, "copyfile", copying)
    page = plugin.session.open_start_page()
    opened: list[str] = []
    monkeypatch.setattr(plugin.session, "open_network", opened.append)
    outcomes = []
    at = 0
    while True:
        cancels.at, cancels.steps = at, 0
        folder = tmp_path / f"town-{at}"
        opened.clear()
        before = len(iface.messages())
        SampleTown(plugin.session, page.sample.working).start(folder)
        until(lambda: not page.is_busy)
        until(lambda before=before: opened or len(iface.messages()) > before)
        is_there = (folder / sample.NETWORK_NAME).is_file()
        assert is_there == bool(opened), at
        assert iface.messages()[before:] == ([] if is_there else [CANCELLED]), at
        assert is_there or not folder.exists(), at
        outcomes.append(is_there)
        if cancels.steps <= at:
            # No step is left at which to cancel.
            break
        at += 1
    # The end of the work and a run that nobody cancels.
    assert outcomes[-2:] == [True, True] and not any(outcomes[:-2]) and len(outcomes) > 8


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(WRITERS))
def test_a_batch_is_there_or_cancelled_whenever_that_is(
    plugin: Any, small_network: Path, tmp_path: Path, until: Any, cancels: Cancels, name: str
) -> None:
    with store.open_network(small_network) as network:
        backup = network.backup()
    kept = {path: path.read_bytes() for path in (small_network, backup)}
    parameters = {**WRITERS[name], **({"BACKUP": str(backup)} if name == "restorebackup" else {})}
    session = plugin.session
    assert session.open_network(str(small_network))
    until(lambda: session.network_path)
    outcomes = []
    # The first run, which nobody cancels, tells how many steps there are; of many, the last ones count most.
    at, steps = 10**9, 0
    while True:
        for path, content in kept.items():
            path.write_bytes(content)
        with store.open_network(small_network) as network:
            before = network.position()
        answers: list[Any] = []
        cancels.at, cancels.steps = at, 0
        session.run_algorithm(name, parameters, answers.append, failed=answers.append)
        until(lambda answers=answers: answers)
        with store.open_network(small_network) as network:
            is_there = network.position() != before
        assert is_there != isinstance(answers[0], CancelledError), (at, answers)
        assert isinstance(answers[0], (dict, CancelledError)), (at, answers)
        if not steps:
            assert is_there
            at, steps = 0, cancels.steps
            continue
        outcomes.append(is_there)
        if cancels.steps <= at:
            break
        at += 1 if at < 3 or at >= steps - LAST_STEPS else min(max(steps // 12, 1), steps - LAST_STEPS - at)
    assert outcomes[-1] and outcomes[-2] and len(outcomes) >= 3


def test_a_function_that_is_done_is_told_as_done(plugin: Any, until: Any) -> None:
    answers: list[Any] = []
    begun, go = threading.Event(), threading.Event()

    def work(_progress: Any) -> str:
        begun.set()
        go.wait(5)
        return "written"

    task = plugin.session.run("test", work, answers.append, failed=answers.append)
    until(begun.is_set)
    task.cancel()
    go.set()
    until(lambda: answers)
    assert answers == ["written"]
