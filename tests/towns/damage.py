"""What years of hands leave in a file: ids and rows twice, x and y exchanged, no place, strays."""

from __future__ import annotations

import random

from towns.handed_rows import EITHER, HandedRow


def damaged(rows: list[HandedRow], rng: random.Random) -> list[HandedRow]:
    """Return the rows of a file of pipes as they come: some damaged, some twice."""
    picked = rng.sample(range(len(rows)), len(rows) // 12)
    share = max(len(picked) // 6, 1)
    swapped, bare, multi, strays = (picked[share * k : share * (k + 1)] for k in range(4))
    for place in swapped:
        # Found and put right where the reader is told so; else left out.
        rows[place].is_swapped, rows[place].fate = True, EITHER
    for place in bare:
        rows[place].drawn, rows[place].fate = [], EITHER
    for place in multi:
        row = rows[place]
        (x, y), (x2, y2) = row.parts[0][0], row.parts[0][-1]
        row.parts.append([(x + 2.5, y + 2.5), (x2 + 2.5, y2 + 2.5)])
    for place in strays[:2]:
        rows[place].fate = EITHER
        rows[place].drawn = [[(x + 900_000, y) for x, y in part] for part in rows[place].parts]
    for place in picked[share * 4 : share * 5]:
        # Two pipes that share an id are two pipes all the same.
        other = rows[(place + 7) % len(rows)]
        rows[place].true["pipe_id"] = rows[place].words["pipe_id"] = other.words["pipe_id"]
    copies = [rows[place] for place in picked[share * 5 :]]
    again = [HandedRow(row.true, row.words, row.parts, EITHER) for row in copies]
    return [*rows, *again]
