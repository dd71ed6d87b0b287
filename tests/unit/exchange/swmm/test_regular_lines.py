"""Lines that are read by columns say what they say line by line."""

from __future__ import annotations

import random

import numpy as np
import pandas as pd
import pytest
from support.swmm_files import read_swmm

from waternet_plugin.core.exchange.swmm.reading.regular_lines import regular_lines
from waternet_plugin.core.exchange.swmm.reading.swmm_text import words_of

NUMBERS = (
    "0", "-0", "7", "-3", "+4", ".5", "5.", "-.25", "20.00", "000.10", "1e3", "1_0", "inf", "nan",
    "123456789", "1234567890", "123456789012345.5", "0.1234567890123456", "999999999999999", "3000000.125",
)  # fmt: skip


def test_numbers_and_words_are_those_of_python():
    lines = [f" J{number}井\t{word}   {number:0{1 + number % 30}} " for number, word in enumerate(NUMBERS)]
    columns = regular_lines("\n".join(lines))
    assert columns is not None and columns.width == 3
    assert list(zip(*map(columns.words, range(3)))) == [tuple(words_of(line)) for line in lines]
    expected = np.array([float(word) for word in NUMBERS])
    assert columns.values(1).tobytes() == expected.tobytes()


@pytest.mark.parametrize("word", ["ten", "-", ".", "1.2.3", "5-", "--5", "0x10", "*"])
def test_a_word_that_is_no_number_is_not_read_as_one(word: str):
    columns = regular_lines(f"a 1\nb {word}")
    with pytest.raises(ValueError, match="could not convert"):
        columns.values(1)


@pytest.mark.parametrize(
    "text",
    ["", "a 1\nb", "a 1\n\nb 1", "a\nb 1 c", "a 1;x", '"a b" 1', "a\x0b1", "a\u30001", "a\x01 1", "a" * 65],
)
def test_lines_that_are_not_regular_are_left_to_be_read_one_by_one(text: str):
    assert regular_lines(text) is None


def _drains(count: int) -> dict[str, list[str]]:
    """Return the sections of a chain of drains, with ids of all lengths up to eighteen signs."""
    draw = random.Random(39)
    ids = [f"{'井' if draw.random() < 0.1 else 'M' * draw.randint(1, 14)}{number}" for number in range(count)]
    ends = list(zip(ids, [*ids[1:], "O"]))
    number = [f"{draw.uniform(-9, 99):.{draw.randint(0, 6)}f}" for _id in ids]
    return {
        "OPTIONS": ["FLOW_UNITS LPS"],
        "JUNCTIONS": [f"{id_} {value} 2.5 0" for id_, value in zip(ids, number)],
        "OUTFALLS": ["O -3 FREE"],
        "CONDUITS": [f"C{id_} {a} {b} 30 0.01 {value} 0" for id_, (a, b), value in zip(ids, ends, number)],
        "XSECTIONS": [f"C{id_} {draw.choice(('CIRCULAR', 'Arch'))} 0.3 0.5" for id_ in reversed(ids)],
        "COORDINATES": [f"{id_} {draw.uniform(0, 9e5)!r} 3" for id_ in draw.sample(ids, count)],
        "VERTICES": [f"C{draw.choice(ids)} {draw.random()} {value}" for value in number],
    }


def test_a_file_and_the_same_with_comments_among_its_lines_are_alike():
    sections = _drains(200)
    regular, odd = (
        read_swmm("\n".join(f"[{name}]\n" + mark.join(lines) for name, lines in sections.items()))
        for mark in ("\n", "\n; a comment\n")
    )
    for name in ("nodes", "links", "vertices"):
        pd.testing.assert_frame_equal(getattr(regular, name), getattr(odd, name), check_exact=True)
    assert len(regular.links) == 200 and regular.links["height_mm"].eq(300.0).all()
    assert regular.warnings == odd.warnings == ()
