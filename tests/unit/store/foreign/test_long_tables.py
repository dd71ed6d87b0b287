"""A look at a long text table: whole lines from all over it, in its encoding, without reading it whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from waternet_plugin.core.cells.headings import Header
from waternet_plugin.store.foreign.foreign import find_header, look_at_rows, read_rows
from waternet_plugin.store.foreign.foreign_looks import LOOKED_AT_BYTES

ROWS = 200_000


def _written(file: Path, encoding: str, *, title: str = "", rows: int = ROWS) -> Path:
    lines = [f"测点{n % 40},2026-01-01 00:00,{n}.125,流量" for n in range(rows)]
    text = "\r\n".join([*([title] if title else []), "编号,时间,数值,指标", *lines, ""])
    file.write_bytes(text.encode(encoding))
    return file


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("title", ["", "城东水司流量报表"])
def test_a_look_has_whole_rows_of_the_file_from_first_to_last(
    tmp_path: Path, encoding: str, title: str
) -> None:
    file = _written(tmp_path / "flow.csv", encoding, title=title)
    header = find_header(file)
    assert header == (Header(2) if title else None)
    look, whole = look_at_rows(file, header=header), read_rows(file, header=header)
    assert look is not None
    rows = look.frame["数值"].astype(float)
    assert list(look.frame) == list(whole.frame) and look.encoding == whole.encoding
    assert look.top == whole.top
    assert rows.iloc[0] == 0.125 and rows.iloc[-1] == ROWS - 1 + 0.125
    # No row was cut: each is as the whole file has it.
    same = whole.frame.iloc[rows.astype(int)].reset_index(drop=True)
    assert look.frame.equals(same)
    # Evenly spread: nowhere a longer gap than a tenth of the file.
    assert rows.diff().iloc[1:].between(1, ROWS / 10).all()
    assert look.estimated_rows == pytest.approx(ROWS, rel=0.03) and whole.estimated_rows is None


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le"])
def test_encodings_without_line_ends_in_bytes_and_short_files_are_read_whole(
    tmp_path: Path, encoding: str
) -> None:
    long = _written(tmp_path / "flow.csv", encoding)
    assert long.stat().st_size > LOOKED_AT_BYTES
    given = "utf-16-le" if encoding == "utf-16-le" else None
    assert look_at_rows(long, encoding=given) is None
    assert find_header(long, encoding=given) is None
    assert look_at_rows(_written(tmp_path / "short.csv", "utf-8", rows=1000)) is None
    old = _written(tmp_path / "old.csv", "utf-8")
    old.write_bytes(old.read_bytes().replace(b"\r\n", b"\r"))
    assert look_at_rows(old) is None and len(read_rows(old, header=Header(1)).frame) == ROWS
