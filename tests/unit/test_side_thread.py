"""Computing in a thread while the one that draws hears of progress and Cancel."""

from __future__ import annotations

import threading
import time

import pytest

from waternet_plugin.core.errors import CancelledError, InputError
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.side_thread import computed


def test_work_is_done_in_a_thread_and_its_progress_is_heard_here() -> None:
    heard: list[tuple[float, int]] = []

    def listener(fraction: float, _text: str) -> bool:
        heard.append((fraction, threading.get_ident()))
        return True

    def work(progress: Progress) -> int:
        progress.at(0.5)
        while not any(fraction >= 0.25 for fraction, _thread in heard):
            time.sleep(0.001)
        return threading.get_ident()

    here = threading.get_ident()
    assert computed(work, Progress(listener, 0.0, 0.5)) != here
    assert {thread for _fraction, thread in heard} == {here}


def test_the_listener_has_its_turns_while_the_work_is_silent() -> None:
    heard: list[float] = []

    def work(_progress: Progress) -> None:
        while len(heard) < 3:
            time.sleep(0.001)

    computed(work, Progress(lambda fraction, _text: heard.append(fraction) is None))
    assert len(heard) >= 3 and set(heard) == {0.0}


def test_cancel_ends_the_work() -> None:
    ends: list[str] = []

    def work(progress: Progress) -> None:
        try:
            while True:
                progress.at(0.5)
                time.sleep(0.001)
        except CancelledError:
            ends.append("work")
            raise

    with pytest.raises(CancelledError):
        computed(work, Progress(lambda _fraction, _text: False))
    assert ends == ["work"]


def test_an_error_of_the_work_is_that_of_the_caller() -> None:
    def work(_progress: Progress) -> None:
        raise InputError("no such pipe")

    with pytest.raises(InputError, match="no such pipe"):
        computed(work, SILENT)
