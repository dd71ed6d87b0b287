"""Chinese words in a PDF are found by their characters, not by radicals of the same shape."""

import contextlib
import unicodedata
from pathlib import Path

import pytest

from waternet_plugin.bridge.printing import searchable
from waternet_plugin.bridge.printing.searchable import corrected, make_searchable
from waternet_plugin.core.schema.csvfiles import rows_of

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
        (b"<0001> <0001> <2EA0>", b"<0001> <0001> <6C11>"),
        (b"<0001> <0001> <2F3E>", b"<0001> <0001> <6237>"),
        (b"<0001> <0001> <301C>", b"<0001> <0001> <FF5E>"),
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


def test_the_table_agrees_with_unicode():
    rows = rows_of(Path(searchable.__file__).with_name("radicals.csv"))
    codes = [int(row["noted"], 16) for row in rows]
    assert codes == sorted(set(codes)) and {row["source"] for row in rows} == {
        "Unicode",
        "Noto Sans CJK SC",
        "Qt",
    }
    for row in rows:
        noted, meant = chr(int(row["noted"], 16)), chr(int(row["meant"], 16))
        if row["source"] == "Unicode":
            assert unicodedata.name(meant).startswith("CJK UNIFIED IDEOGRAPH"), row
            assert unicodedata.normalize("NFKC", noted) in (noted, meant), row
    # All 214 of Kangxi; of the supplement those whose equal has four digits.
    assert sum(0x2F00 <= code <= 0x2FD5 for code in codes) == 214
    assert sum(0x2E80 <= code <= 0x2EF3 for code in codes) > 100


def _characters():
    """Every character of GB 2312, signs too."""
    for first in range(0xA1, 0xF8):
        for second in range(0xA1, 0xFF):
            with contextlib.suppress(UnicodeDecodeError):
                yield bytes((first, second)).decode("gb2312")


@pytest.mark.slow
def test_whatever_a_font_draws_with_one_glyph_is_the_character_of_chinese_texts():
    fonts = pytest.importorskip("fontTools.ttLib")
    files = sorted(Path("/usr/share/fonts").rglob("NotoSansCJK-*.ttc"))
    faces = [face for file in files for face in fonts.TTCollection(str(file)).fonts]
    simplified = [face for face in faces if face["name"].getDebugName(1) == "Noto Sans CJK SC"]
    if not simplified:
        pytest.skip("needs Noto Sans CJK")
    for face in simplified:
        glyphs = face.getBestCmap()
        first = {}
        for code in sorted(glyphs):
            first.setdefault(glyphs[code], code)
        for character in _characters():
            # Qt notes the lowest code of a glyph; the middle dot is one sign with two codes.
            if ord(character) in glyphs and character != "\u30fb":
                noted = first[glyphs[ord(character)]]
                assert searchable.meant_character(noted) == ord(character), (character, hex(noted))
