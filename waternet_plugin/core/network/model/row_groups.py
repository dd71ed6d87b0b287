"""How rows are gathered by number."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from waternet_plugin.core.arrays import Array


def gather(number: Array, size: int) -> tuple[Array, Array]:
    """Sort rows by a number from 0 to ``size`` - 1, in the order of the rows within each.

    Returns
    -------
    indptr, rows
        The rows with number ``n`` are ``rows[indptr[n]:indptr[n + 1]]``.
    """
    # A matrix with one cell a row, turned to columns: counting in C, several times faster than a sort.
    cells = sparse.csr_matrix(
        (
            np.ones(len(number), dtype=np.int8),
            number.astype(np.int32, copy=False),
            np.arange(len(number) + 1, dtype=np.int32),
        ),
        shape=(len(number), size),
    )
    turned = cells.tocsc()
    return np.asarray(turned.indptr), np.asarray(turned.indices)


def labels(size: int, first: Array, second: Array) -> tuple[int, Array]:
    """Group ``size`` things by pairs of them; one without a pair is a group alone.

    Returns
    -------
    count, label
        The groups and the number of each thing's group; groups are numbered by their first thing.
    """
    cells = sparse.coo_matrix((np.ones(len(first), dtype=np.int8), (first, second)), shape=(size, size))
    count, label = csgraph.connected_components(cells.tocsr(), directed=False)
    return int(count), np.asarray(label)


def order_of(numbers: Array) -> Array:
    """Return what sorts whole numbers from 0 on, equal ones in their order.

    A quarter of the bits at a time: NumPy sorts numbers of 16 bits by counting, which is twice as fast.
    """
    order = np.arange(len(numbers))
    for bit in range(0, int(numbers.max(initial=0)).bit_length(), 16):
        quarter = (numbers >> numbers.dtype.type(bit)).astype(np.uint16)
        order = order[np.argsort(quarter[order], kind="stable")]
    return order


def ranked(ids: Array) -> Array:
    """Return the place of each id in alphabetical order, equal ones alike; None counts as a word."""
    return np.asarray(np.unique(ids.astype(str), return_inverse=True)[1])


def equal_pairs(first: Array, second: Array) -> tuple[Array, Array]:
    """Group rows by pairs of whole numbers from 0 on, such as the nodes at both ends of pipes.

    Returns
    -------
    order, begin
        The rows sorted by pair, equal ones in their order; where in ``order`` the rows of each pair begin.
    """
    pair = first.astype(np.int64) * (int(second.max(initial=0)) + 1) + second
    order = order_of(pair)
    pair = pair[order]
    begins = np.ones(len(pair), dtype=bool)
    begins[1:] = pair[1:] != pair[:-1]
    return order, np.flatnonzero(begins)


def words_as_numbers(words: Array) -> list[Array]:
    """Return keys for `np.lexsort`, the last one first, by which words stand in alphabetical order.

    Eight letters are one number, which sorts far sooner than text; other letters than those of ASCII sort by
    their bytes in UTF-8 as they do themselves. None counts as a word.
    """
    try:
        letters = words.astype("S")
    except UnicodeEncodeError:
        letters = np.array([str(word).encode() for word in words.tolist()], dtype="S")
    columns = -(-letters.dtype.itemsize // 8)
    numbers = letters.astype(f"S{8 * columns}").view(">u8").reshape(len(letters), columns)
    return [numbers[:, column].astype(np.uint64) for column in reversed(range(columns))]


def slices(indptr: Array, numbers: Array) -> Array:
    """Return the positions that belong to some numbers, one number after the other."""
    first = indptr[numbers].astype(np.int64)
    counts = indptr[numbers + 1] - first
    return np.asarray(np.repeat(first - np.cumsum(counts) + counts, counts) + np.arange(int(counts.sum())))


def placed(xy: Array) -> Array:
    """Return which places, (points, 2), are known."""
    # Column by column: along short rows NumPy is slow.
    return np.asarray(np.isfinite(xy[:, 0]) & np.isfinite(xy[:, 1]))
