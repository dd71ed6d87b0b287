"""Computing in a thread, for work that otherwise must stay in the one that draws."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TypeVar

from waternet_plugin.core.progress import Progress

_Answer = TypeVar("_Answer")
# How often the listener is asked whether to go on: the window hears of clicks meanwhile.
_POLL_S = 0.03


def computed(work: Callable[[Progress], _Answer], progress: Progress) -> _Answer:
    """Return what some work gives in a thread, while the listener of this one hears how far it is.

    Raises
    ------
    CancelledError
        When the listener asks to stop; the work ends before, at its next report.
    """
    latest, is_over = [0.0], threading.Event()

    def heard(fraction: float, _text: str) -> bool:
        latest[0] = fraction
        return not is_over.is_set()

    with ThreadPoolExecutor(1, "waternet-side") as threads:
        answer: Future[_Answer] = threads.submit(work, Progress(heard))
        try:
            while not wait([answer], _POLL_S).done:
                progress.at(latest[0])
        finally:
            is_over.set()
        return answer.result()
