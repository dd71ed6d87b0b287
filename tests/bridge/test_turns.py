"""Between two pieces of work in turns QGIS hears of other things."""

from __future__ import annotations

from pytest_qgis.utils import wait_until
from qgis.PyQt.QtCore import QTimer

from waternet_plugin.bridge.turns import Turns


def test_each_piece_has_a_turn_of_its_own_in_order(qgis_app):
    done, done_by_turn = [], []
    turns = Turns()
    clock = QTimer(interval=0, timeout=lambda: done_by_turn.append(len(done)))
    clock.start()
    for number in range(4):
        turns.add(lambda number=number: done.append(number))
    # What a piece adds comes last.
    turns.add(lambda: turns.add(lambda: done.append(4)))
    assert done == []
    assert wait_until(lambda: len(done) == 5, timeout_milliseconds=8000)
    clock.stop()
    assert done == [0, 1, 2, 3, 4]
    counts = [0, *done_by_turn, len(done)]
    assert max(after - before for before, after in zip(counts, counts[1:])) == 1
