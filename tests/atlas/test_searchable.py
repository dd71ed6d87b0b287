"""Chinese words in a PDF are found by their characters, not by radicals of the same shape."""

import pytest

from waternet_plugin.atlas.searchable import corrected, make_searchable

HEAD = (
    b"begincmap\n/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n2 beginbfrange\n"
)
TAIL = b"\nendbfrange\nendcmap"


def table(ranges: bytes) -> bytes:
    return HEAD + ranges + TAIL


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"<0001> <0002> [<5BB6> <2FBC> ]", b"<0001> <0002> [<5BB6> <9AD8> ]"),
        (b"<0001> <0001> <2F54>", b"<0001> <0001> <6C34>"),
        (b"<0001> <0001> <F9DD>", b"<0001> <0001> <5229>"),
        (b"<0005> <0005> <0009>", b"<0005> <0005> <0020>"),
        (b"<2FBC> <2FBC> <4E2D>", b"<2FBC> <2FBC> <4E2D>"),
    ],
)
def test_radicals_become_characters(before, after):
    block = corrected(table(before))
    assert after in block
    assert len(block) == len(table(before))


def test_run_of_radicals_is_written_out_one_by_one():
    # Two radicals that follow one another stand for characters that do not.
    block = corrected(table(b"<0001> <0002> <2F54>"))
    assert b"<0001> <0002> [<6C34> <706B>]" in block
    assert len(block) == len(table(b"<0001> <0002> <2F54>"))


def test_table_without_radicals_stays():
    assert corrected(table(b"<0001> <0002> [<5BB6> <0041> ]")) == table(b"<0001> <0002> [<5BB6> <0041> ]")


def test_file_is_changed_in_place(tmp_path):
    path = tmp_path / "a.pdf"
    content = (
        b"%PDF binary \x00\xff " + table(b"<0001> <0001> <2FBC>") + b" rest " + table(b"<0001> <0001> <0041>")
    )
    path.write_bytes(content)
    assert make_searchable(path) == 1
    assert len(path.read_bytes()) == len(content)
    assert b"<9AD8>" in path.read_bytes()
