"""Every pipe on a sheet ends placed, listed or short."""

import numpy as np
import pytest
import shapely
from support.slow_cases import a_few_quick

from waternet_plugin.core.printing.labels.account import LISTED, PLACED, SHORT, ListLine, account_of, wrapped
from waternet_plugin.core.printing.labels.numbering import CIRCLE_MM
from waternet_plugin.core.printing.labels.occupancy import Occupancy, boxes
from waternet_plugin.core.printing.labels.placing import LabelledPiece

WIDTH, HEIGHT = 200.0, 150.0
FULL, SHORT_TEXT = "DN100 PE 2004", "DN100"


def _measure(text):
    return 1.25 * len(text), 2.0


def _line(*points):
    return shapely.LineString(points)


def _piece(*points, texts=(FULL, SHORT_TEXT), **more):
    return LabelledPiece(_line(*points), texts, **more)


def _account(pieces, *, areas=(), crossed=(), least_mm=10.0):
    occupancy = Occupancy(WIDTH, HEIGHT, [piece.line for piece in pieces], areas)
    names = [f"P{row}" for row in range(len(pieces))]
    return account_of(names, pieces, occupancy, crossed=crossed, measure=_measure, least_mm=least_mm)


def _outlines(labels):
    return [
        boxes(np.array([[label.x, label.y]]), np.array([label.angle]), *_measure(label.text))[0]
        for label in labels
    ]


def test_a_pipe_with_room_carries_its_full_text():
    account = _account([_piece((20, 50), (120, 50))])
    assert account.rows.values.tolist()[0][:3] == ["P0", FULL, PLACED]
    assert account.rows["number"].isna().all()
    assert [label.text for label in account.labels] == [FULL]
    assert account.lines == ()


def test_a_pipe_with_little_room_carries_its_dn():
    account = _account([_piece((20, 50), (32, 50))])
    assert account.rows.values.tolist()[0][1:3] == [SHORT_TEXT, PLACED]


def test_a_short_pipe_of_a_run_with_a_text_is_placed():
    account = _account([_piece((20, 50), (22, 50)), _piece((22, 50), (60, 50))])
    assert account.rows["state"].tolist() == [PLACED, PLACED]
    assert len(account.labels) == 1


def test_a_short_pipe_alone_is_neither_placed_nor_listed():
    account = _account([_piece((20, 50), (24, 50))])
    assert account.rows.values.tolist()[0][1:3] == [FULL, SHORT]
    assert account.labels == account.numbers == account.lines == ()


def test_a_pipe_that_is_not_drawn_at_this_scale_is_short_however_long():
    account = _account([_piece((20, 50), (120, 50), texts=())])
    assert account.rows["state"].tolist() == [SHORT]


def test_a_pipe_without_room_is_listed_with_its_full_text_and_a_number_on_it():
    # A block above and one below leave no room at the line.
    blocks = [shapely.box(0, 50.1, WIDTH, HEIGHT), shapely.box(0, 0, WIDTH, 49.9)]
    account = _account([_piece((20, 50), (120, 50))], areas=blocks)
    assert account.rows.values.tolist()[0] == ["P0", FULL, LISTED, 1]
    (number,) = account.numbers
    assert (number.x, number.y) == pytest.approx((70, 50))
    assert account.lines == (ListLine(FULL, (1,), ("P0",)),)


def test_like_ones_share_a_line_and_numbers_run_in_reading_order():
    blocks = [shapely.box(0, 0, WIDTH, HEIGHT)]
    other = ("DN200 DI 1998", "DN200")
    pieces = [
        _piece((20, 20), (40, 20)),
        _piece((120, 120), (140, 120), texts=other),
        _piece((20, 120), (40, 120)),
        _piece((120, 20), (140, 20)),
    ]
    account = _account(pieces, areas=blocks)
    assert account.rows["number"].tolist() == [3, 2, 1, 4]
    assert account.lines == (
        ListLine(FULL, (1, 3, 4), ("P2", "P0", "P3")),
        ListLine("DN200 DI 1998", (2,), ("P1",)),
    )


def test_a_number_stands_on_its_pipe_and_off_all_labels():
    # Three pipes side by side: the one in the middle has no room.
    pieces = [_piece((20, 50 + off), (60, 50 + off)) for off in (-1.5, 0.0, 1.5)]
    account = _account(pieces)
    assert account.rows["state"].tolist() == [PLACED, LISTED, PLACED]
    (number,) = account.numbers
    point = shapely.Point(number.x, number.y)
    assert pieces[1].line.distance(point) < 1e-9
    assert min(outline.distance(point) for outline in _outlines(account.labels)) >= CIRCLE_MM / 2.0


def test_a_label_moves_for_one_that_has_no_other_place():
    # The long pipe's best place, its middle, is the only one of the short pipe beside it.
    long_pipe = _piece((20, 50), (180, 50), texts=("DN100",))
    blocks = [shapely.box(0, 0, WIDTH, 49.9), shapely.box(0, 56, WIDTH, HEIGHT)]
    beside = _piece((95, 54), (105, 54), texts=("DN300",))
    account = _account([long_pipe, beside], areas=blocks)
    assert account.rows["state"].tolist() == [PLACED, PLACED]


def test_service_pipes_come_last():
    blocks = [shapely.box(0, 53.2, WIDTH, HEIGHT), shapely.box(0, 0, WIDTH, 49.9)]
    service = _piece((40, 50), (51, 50), texts=("DN50",), rank=1)
    main = _piece((40, 53), (51, 53), texts=("DN200",))
    account = _account([service, main], areas=blocks)
    assert account.rows["state"].tolist() == [LISTED, PLACED]


def test_a_long_run_says_its_text_again():
    account = _account([_piece((5, 20), (195, 20), (195, 140), (5, 140))])
    assert len(account.labels) >= 3
    assert {label.text for label in account.labels} == {FULL}


def test_a_label_crosses_a_house_connection_but_no_main():
    main = _piece((20, 50), (60, 50))
    crossing = _line((40, 30), (40, 70))
    as_service = account_of(
        ["P0"],
        [main],
        Occupancy(WIDTH, HEIGHT, [main.line]),
        crossed=[crossing],
        measure=_measure,
        least_mm=10.0,
    )
    assert not any(outline.intersects(crossing) for outline in _outlines(as_service.labels))
    leads = [_line((at, 30), (at, 70)) for at in range(22, 60, 4)]
    between = account_of(
        ["P0"], [main], Occupancy(WIDTH, HEIGHT, [main.line]), crossed=leads, measure=_measure, least_mm=10.0
    )
    assert between.count(PLACED) == 1
    as_mains = account_of(
        ["P0"],
        [main],
        Occupancy(WIDTH, HEIGHT, [main.line, *leads]),
        crossed=[],
        measure=_measure,
        least_mm=10.0,
    )
    assert as_mains.count(LISTED) == 1


def _random_pieces(seed):
    """Streets of up to four systems side by side, crossings, leads, odd pieces."""
    rng = np.random.default_rng(seed)
    pieces = []
    for _ in range(rng.integers(2, 9)):
        start = rng.uniform([10, 10], [WIDTH - 10, HEIGHT - 10])
        angle = rng.uniform(0, 2 * np.pi)
        direction = np.array([np.cos(angle), np.sin(angle)])
        across = np.array([-direction[1], direction[0]])
        cuts = np.cumsum(rng.uniform(0.005, 40, rng.integers(1, 6)))
        for system in range(rng.integers(1, 4)):
            first = start + across * system * rng.uniform(1, 6)
            points = [first, *(first + direction * cut for cut in cuts)]
            for one, other in zip(points[:-1], points[1:]):
                line = shapely.clip_by_rect(_line(one, other), 0, 0, WIDTH, HEIGHT)
                size = rng.choice(["DN100", "DN200", "DN1000"])
                texts = () if rng.random() < 0.05 else (f"{size} DI {rng.integers(1960, 2020)}", size)
                if shapely.length(line) > 0.01:
                    pieces.append(LabelledPiece(line, texts, kind=str(system), rank=int(rng.random() < 0.2)))
    return pieces


@pytest.mark.parametrize("seed", a_few_quick(range(25), 4))
def test_each_piece_has_one_row_and_no_label_lies_where_it_may_not(seed):
    pieces = _random_pieces(seed)
    account = _account(pieces)
    rows = account.rows
    assert rows["asset"].tolist() == [f"P{row}" for row in range(len(pieces))]
    assert set(rows["state"]) <= {PLACED, LISTED, SHORT}
    length = np.array([shapely.length(piece.line) for piece in pieces])
    has_text = np.array([bool(piece.texts) for piece in pieces])
    served = {row for label in account.labels for row in label.pieces}
    assert (rows["state"] == PLACED).tolist() == [row in served for row in range(len(pieces))]
    # From the least length on nothing is left unsaid.
    assert (rows["state"] != SHORT)[has_text & (length >= 10.0)].all()
    assert (length[rows["state"] == LISTED] >= 10.0).all()
    numbers = rows["number"].dropna().astype(int)
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
    assert numbers.index.tolist() == rows.index[rows["state"] == LISTED].tolist()
    in_list = {
        asset: (number, line.text)
        for line in account.lines
        for number, asset in zip(line.numbers, line.assets)
    }
    listed = rows[rows["state"] == LISTED]
    assert in_list == dict(zip(listed["asset"], zip(listed["number"], listed["text"])))
    outlines = _outlines(account.labels)
    for index, outline in enumerate(outlines):
        assert shapely.box(0, 0, WIDTH, HEIGHT).contains(outline)
        assert not any(outline.intersects(piece.line) for piece in pieces)
        assert not any(outline.intersects(other) for other in outlines[:index])


def test_the_order_of_the_pipes_changes_no_state():
    pieces = _random_pieces(3)
    there, back = _account(pieces), _account(pieces[::-1])
    assert there.rows["state"].tolist() == back.rows["state"].tolist()[::-1]


def test_an_empty_sheet_has_an_empty_account():
    account = _account([])
    assert account.rows.empty
    assert list(account.rows.columns) == ["asset", "text", "state", "number"]


def test_a_list_wraps_between_pipes():
    lines = [ListLine("DN100 PE", (1, 3, 12), ("A-1", "A-2", "A-3")), ListLine("DN200", (2,), ("B-1",))]
    assert wrapped(lines, 12.0, len) == [
        ("DN100 PE", "1 A-1  3 A-2"),
        ("", "12 A-3"),
        ("DN200", "2 B-1"),
    ]
    # An id longer than its column keeps a row for itself.
    assert wrapped(lines, 2.0, len)[0] == ("DN100 PE", "1 A-1")
