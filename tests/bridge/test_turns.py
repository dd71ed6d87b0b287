"""Between two pieces of work in turns QGIS hears of other things."""

from __future__ import annotations

from pytest_qgis.utils import wait_until
from qgis.PyQt import sip
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


def test_pieces_of_two_owners_have_turns_of_their_own_too(qgis_app):
    done, done_by_turn = [], []
    first, second = Turns(), Turns()
    clock = QTimer(interval=0, timeout=lambda: done_by_turn.append(len(done)))
    clock.start()
    for number in range(3):
        first.add(lambda number=number: done.append(2 * number))
        second.add(lambda number=number: done.append(2 * number + 1))
    assert wait_until(lambda: len(done) == 6, timeout_milliseconds=8000)
    clock.stop()
    assert done == [0, 1, 2, 3, 4, 5]
    counts = [0, *done_by_turn, len(done)]
    assert max(after - before for before, after in zip(counts, counts[1:])) == 1


def test_what_waits_goes_with_its_owner(qgis_app):
    done = []
    gone, left = Turns(), Turns()
    gone.add(lambda: done.append("of one that is gone"))
    left.add(lambda: done.append("of one that is left"))
    sip.delete(gone)
    assert wait_until(lambda: bool(done), timeout_milliseconds=8000)
    assert done == ["of one that is left"]
