"""Old workbooks of all versions: every cell as it shows, contradictions refused in one sentence."""

from __future__ import annotations

import struct
from contextlib import suppress
from pathlib import Path

import pytest
from support.container_file import container
from support.newer_old_workbook import (
    DAY,
    FOUR_DIGITS,
    CellRecord,
    Value,
    newer_old_workbook,
    record,
    wide,
    workbook_stream,
)
from support.old_workbook import old_workbook

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.workbooks.old_workbook import read_old_workbook
from waternet_plugin.core.workbooks.sheet_cells import CellRange
from waternet_plugin.operations.survey.survey_files import read_survey_file
from waternet_plugin.store.foreign import foreign, foreign_descriptions
from waternet_plugin.store.foreign.engines import raw_layers as foreign_engines
from waternet_plugin.store.foreign.engines.foreign_fiona import FionaEngine
from waternet_plugin.store.foreign.engines.foreign_gdal import GdalEngine
from waternet_plugin.store.foreign.engines.foreign_pyogrio import PyogrioEngine
from waternet_plugin.store.foreign.foreign import read_foreign
from waternet_plugin.store.foreign.foreign_descriptions import read_layers

REFUSED = "The old workbook a.xls is damaged or of a kind that can't be read. Open it in Excel or WPS"
NUMBER, PACKED, TRUTH, FORMULA = 0x203, 0x27E, 0x205, 0x06


def packed(number: int, *, is_whole: bool, is_hundredth: bool = False) -> CellRecord:
    """Return a number in four bytes, given as an integer or as the upper half of a float."""
    word = (number << 2 if is_whole else number) & 0xFFFFFFFC
    return CellRecord(PACKED, struct.pack("<I", word | is_whole << 1 | is_hundredth))


def half(value: float) -> int:
    """Return the upper half of a float."""
    return int(struct.unpack("<II", struct.pack("<d", value))[1])


def number(value: float, look: int = 0) -> CellRecord:
    return CellRecord(NUMBER, struct.pack("<d", value), look)


def formula(result: bytes, after: bytes = b"") -> CellRecord:
    return CellRecord(FORMULA, result + struct.pack("<HIH", 0, 0, 0), 0, after)


def no_number(kind: int, value: int = 0) -> bytes:
    return struct.pack("<BxBxxx", kind, value) + b"\xff\xff"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("0012", "0012"),
        (" 管1 ", "管1"),
        ("café", "café"),
        ("𠀀塘", "𠀀塘"),
        (13.0, "13"),
        (4.9520000000000004, "4.952"),
        (number(float("1e300")), "1e+300"),
        (number(45889.0, DAY), "2025-08-20"),
        (number(60.0, DAY), "1900-02-29"),
        (number(12.0, FOUR_DIGITS), "0012"),
        (packed(-7, is_whole=True), "-7"),
        (packed(495, is_whole=True, is_hundredth=True), "4.95"),
        (packed(half(1.5), is_whole=False), "1.5"),
        (packed(half(150.0), is_whole=False, is_hundredth=True), "1.5"),
        (CellRecord(TRUTH, b"\1\0"), "TRUE"),
        (CellRecord(TRUTH, b"\0\0"), "FALSE"),
        (CellRecord(0x204, wide("三通")), "三通"),
        (formula(struct.pack("<d", 2.5)), "2.5"),
        (formula(no_number(0), record(0x207, wide("阀门"))), "阀门"),
        (formula(no_number(1, 1)), "TRUE"),
        (formula(no_number(3)), None),
    ],
)
def test_a_cell_is_the_text_that_it_shows(value: Value, shown: str | None) -> None:
    (sheet,) = read_old_workbook(newer_old_workbook({"a": [["x", value]]}), "a.xls")
    assert [column[0] for column in sheet.columns] == (["x"] if shown is None else ["x", shown])
    assert sheet.faults == ()


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (CellRecord(TRUTH, b"\x2a\1"), "#N/A"),
        (CellRecord(TRUTH, b"\7\1"), "#DIV/0!"),
        (formula(no_number(2, 23)), "#REF!"),
        (formula(no_number(0)), "="),
        (number(float("nan")), "nan"),
    ],
)
def test_an_error_is_a_fault_with_its_place(value: Value, told: str) -> None:
    (sheet,) = read_old_workbook(newer_old_workbook({"a": [["x"], ["y", value]]}), "a.xls")
    assert sheet.faults == ((2, 2, told),)
    assert [column.tolist() for column in sheet.columns] == [["x", "y"]]


def test_a_row_of_packed_numbers_and_what_the_sheet_says_of_itself() -> None:
    row = struct.pack("<HH", 4, 1) + b"".join(struct.pack("<HI", 0, one << 2 | 2) for one in (5, 6))
    more = record(0xBD, row + struct.pack("<H", 2))
    more += record(0x208, struct.pack("<HHHH4xI", 4, 0, 3, 255, 0x20)) + record(
        0x7D, struct.pack("<6H", 1, 1, 0, 0, 1, 0)
    )
    more += record(0xE5, struct.pack("<5H", 1, 0, 1, 0, 0))
    # A chart within the sheet has cells of its own.
    more += record(0x809, struct.pack("<HHHHII", 0x600, 0x20, 0, 0, 0, 0))
    more += record(NUMBER, struct.pack("<HHHd", 0, 9, 0, 1.0)) + record(0x0A)
    stream = workbook_stream({"管点": [["a"], ["b"]], "线": [["c"]]}, more=more, hidden=["线"])
    first, second = read_old_workbook(container({"Workbook": stream}), "a.xls")
    assert (first.name, first.is_hidden) == ("管点", False)
    assert (second.name, second.is_hidden) == ("线", True)
    assert first.row_no.tolist() == [1, 2, 5]
    assert [column.tolist() for column in first.columns] == [
        ["a", "b", None],
        [None, None, "5"],
        [None, None, "6"],
    ]
    assert first.hidden_rows == (5,)
    assert first.hidden_columns == (2,)
    assert first.merged == (CellRange(1, 1, 2, 1),)


@pytest.mark.parametrize("longest", [32, 33, 100, 8224])
@pytest.mark.parametrize("least", [0, 5000])
def test_shared_texts_go_on_in_further_records(longest: int, least: int) -> None:
    texts = [("长文本" if n % 2 else "plain ") * (n % 30 + 1) + str(n) for n in range(60)]
    stream = workbook_stream(
        {"a": [[one] for one in texts]}, longest=longest, more=record(0x99, bytes(least))
    )
    (sheet,) = read_old_workbook(container({"Workbook": stream}), "a.xls")
    assert sheet.columns[0].tolist() == texts


def test_texts_with_looks_and_hints_behind_them() -> None:
    rich = struct.pack("<HBHI", 2, 1 | 8 | 4, 1, 3) + "阀门".encode("utf-16-le") + bytes(4 + 3)
    stream = workbook_stream({"a": [[CellRecord(0x204, rich), "b"]]})
    (sheet,) = read_old_workbook(container({"Workbook": stream}), "a.xls")
    assert [column[0] for column in sheet.columns] == ["阀门", "b"]


def test_the_newest_of_two_versions_is_read() -> None:
    streams = {"Book": b"older", "Workbook": workbook_stream({"a": [["x"]]})}
    assert read_old_workbook(container(streams), "a.xls")[0].columns[0].tolist() == ["x"]


def test_days_from_1904_count_from_there() -> None:
    stream = workbook_stream({"a": [[number(0.0, DAY)]]}, globals_=record(0x22, b"\1\0"))
    assert read_old_workbook(container({"Workbook": stream}), "a.xls")[0].columns[0].tolist() == [
        "1904-01-01"
    ]


def _bare(version: int, begin: int, label: bytes, *, page: bytes = b"") -> bytes:
    head = record(begin, struct.pack("<HH4x", version, 0x10)) + page
    return head + record(0x204, struct.pack("<HHHH", 0, 0, 0, len(label)) + label) + record(0x0A)


@pytest.mark.parametrize("begin", [0x209, 0x409, 0x809])
@pytest.mark.parametrize("codec", ["gb18030", "utf-8"])
def test_web_systems_write_bare_records(begin: int, codec: str) -> None:
    (sheet,) = read_old_workbook(_bare(0, begin, "管点号".encode(codec)), "a.xls")
    assert sheet.columns[0].tolist() == ["管点号"]


def test_the_code_page_counts_where_texts_are_not_chinese() -> None:
    raw = _bare(0, 0x809, "Höhenpunkt".encode("cp1252"), page=record(0x42, struct.pack("<H", 1252)))
    assert read_old_workbook(raw, "a.xls")[0].columns[0].tolist() == ["Höhenpunkt"]


def test_days_of_the_oldest_version() -> None:
    head = record(0x09, struct.pack("<HH", 2, 0x10))
    cell = record(0x03, struct.pack("<HH3B", 0, 0, 0, 12, 0) + struct.pack("<d", 45889.0))
    whole = record(0x02, struct.pack("<HH3BH", 0, 1, 0, 0, 0, 300))
    (sheet,) = read_old_workbook(head + cell + whole + record(0x0A), "a.xls")
    assert [column[0] for column in sheet.columns] == ["2025-08-20", "300"]


_GOOD = newer_old_workbook({"a": [["point_no", "X"]] + [[f"JS{n}", float(n)] for n in range(400)]})


def _with(at: int, word: int, shape: str = "<I") -> bytes:
    return _GOOD[:at] + struct.pack(shape, word) + _GOOD[at + struct.calcsize(shape) :]


_TABLE = 512 * (struct.unpack_from("<I", _GOOD, 76)[0] + 1)
_STREAM = workbook_stream({"a": [["x", 1.0]], "b": [["y", 1.0]]})


@pytest.mark.parametrize(
    "raw",
    [
        _GOOD[:600],
        _GOOD[: len(_GOOD) // 2],
        _with(30, 31, "<H"),
        _with(48, 0x00FFFFFF),
        _with(76, 0x00FFFFFF),
        _with(80, struct.unpack_from("<I", _GOOD, 76)[0]),
        # A sector that is its own next one.
        _with(_TABLE, 0),
        container({"Other": b"x"}),
        container({"Workbook": b""}),
        container({"Workbook": _STREAM[:-4]}),
        container({"Workbook": _STREAM[:-1]}),
        container({"Workbook": _STREAM.replace(record(0x0A), b"", 1)}),
        container({"Workbook": workbook_stream({"a": [[CellRecord(0xFD, struct.pack("<I", 99))]]})}),
        container(
            {"Workbook": workbook_stream({"a": [[CellRecord(0x204, struct.pack("<HB", 999, 0) + b"x")]]})}
        ),
        container(
            {"Workbook": workbook_stream({"a": []}, more=record(NUMBER, struct.pack("<HHHd", 0, 256, 0, 1)))}
        ),
        container(
            {"Workbook": workbook_stream({"a": []}, globals_=record(0xFC, struct.pack("<II", 1, 2**31)))}
        ),
        container(
            {
                "Workbook": workbook_stream(
                    {"a": []}, globals_=record(0x85, struct.pack("<IBB", 0, 0, 0) + b"\0\0") * 2
                )
            }
        ),
        old_workbook([["a", 1.0]])[:-4],
        old_workbook([["a", 1.0]]) * 2,
        record(0x09, struct.pack("<HH", 2, 0x20)) + record(0x0A),
        record(0x409, struct.pack("<HHH", 0, 0x100, 0)) + record(0x0A),
    ],
)
def test_what_contradicts_itself_is_refused_with_what_to_do(raw: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(raw)
    for read in (
        lambda: read_survey_file(path, path.name),
        lambda: read_foreign(path),
        lambda: read_layers(path),
    ):
        with pytest.raises(InputError) as refused:
            read()
        assert refused.value.message.startswith(REFUSED)


@pytest.mark.parametrize(
    "raw",
    [
        container({"EncryptedPackage": b"x", "EncryptionInfo": b"x"}),
        container({"Workbook": workbook_stream({"a": [["x"]]}, globals_=record(0x2F, bytes(54)))}),
    ],
)
def test_a_password_is_named(raw: bytes) -> None:
    with pytest.raises(InputError, match=r"a\.xls is protected by a password"):
        read_old_workbook(raw, "a.xls")


def test_a_given_encoding_counts_and_a_wrong_one_is_refused() -> None:
    raw = _bare(0, 0x809, "塔".encode("big5"))
    assert read_old_workbook(raw, "a.xls", "big5")[0].columns[0].tolist() == ["塔"]
    with pytest.raises(InputError, match="not text in the encoding"):
        read_old_workbook(_bare(0, 0x809, b"\xff\xff"), "a.xls", "gb18030")


def _never(*_args: object, **_options: object) -> None:
    raise AssertionError("another library was asked")


@pytest.mark.parametrize("ending", ["xls", "XLS"])
@pytest.mark.parametrize("raw", [_GOOD, _GOOD[:2000], old_workbook([["a", 1.0], ["b", 2.0]])])
def test_no_other_library_is_asked_about_an_old_workbook(
    raw: bytes, ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("has_pyogrio", "has_gdal"):
        monkeypatch.setattr(foreign_engines, name, _never)
    for engine in (GdalEngine, PyogrioEngine, FionaEngine):
        monkeypatch.setattr(engine, "__init__", _never)
    path = tmp_path / f"a.{ending}"
    path.write_bytes(raw)
    for read in (
        foreign.read_foreign,
        foreign_descriptions.read_layers,
        foreign.find_header,
        foreign.top_rows,
        foreign.read_rows,
    ):
        with suppress(InputError):
            read(path)
    with suppress(InputError):
        read_survey_file(path, path.name)


def test_adoption_sees_errors_as_they_show(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    wrong = CellRecord(TRUTH, b"\x2a\1")
    path.write_bytes(newer_old_workbook({"a": [["id", "DN"], ["P1", 300.0], [None, None], [wrong, wrong]]}))
    assert read_foreign(path)["DN"].tolist() == ["300", None, "#N/A"]


def test_adoption_reads_sheets_by_their_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    rows: list[list[Value]] = [
        ["id", "DN", "", None, "DN"],
        ["0012", 300.0],
        [],
        ["P2", 110.0, None, "x", "y"],
    ]
    path.write_bytes(newer_old_workbook({"pipes": rows, "empty": []}))
    (layer,) = read_layers(path)
    assert (layer.name, layer.rows) == ("pipes", 3)
    frame = read_foreign(path)
    assert frame.columns.tolist() == ["id", "DN", "column_3", "column_4", "DN_2"]
    assert frame["id"].tolist() == ["0012", None, "P2"]
    assert frame["DN_2"].tolist() == [None, None, "y"]
