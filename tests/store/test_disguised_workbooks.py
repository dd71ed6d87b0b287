"""Files under the ending .xls that are no workbooks, as web systems write them: texts read, pages refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.old_workbook import old_workbook

from waternet_plugin.core.cells.old_workbooks import is_old_workbook
from waternet_plugin.core.errors import InputError
from waternet_plugin.operations.survey.survey_files import read_survey_files
from waternet_plugin.store.foreign.foreign import read_foreign

ROWS = [["物探点号", "X", "Y"], ["JS1", "2815193.253", "408261.305"]]
TEXT = "\n".join("\t".join(row) for row in ROWS)
CELLS = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in ROWS)
PAGES = [
    f"<html><body><table>{CELLS}</table></body></html>".encode(),
    f"\ufeff<!DOCTYPE html>\n<table>{CELLS}</table>".encode(),
    f'<META charset="gbk"><table>{CELLS}</table>'.encode("gb18030"),
    f"<html><table>{CELLS}</table>".encode("utf-16"),
    f"<!-- export --><table>{CELLS}</table>".encode(),
    b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>',
]


@pytest.mark.parametrize("codec", ["gb18030", "utf-8", "utf-8-sig"])
def test_a_text_under_the_name_of_a_workbook_is_read_as_a_survey(tmp_path: Path, codec: str) -> None:
    (tmp_path / "a.xls").write_bytes(TEXT.encode(codec))
    found = read_survey_files(str(tmp_path / "a.xls"))
    assert found.unreadable == ()
    assert found.files[0].points["point_no"].tolist() == ["JS1"]


@pytest.mark.parametrize("raw", PAGES)
def test_a_web_page_is_refused_with_what_to_do(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(raw)
    told = "a.xls is a web page under the name of a workbook. Open it in Excel or WPS and save it as XLSX."
    assert [one.message for one in read_survey_files(str(path)).unreadable] == [told]
    with pytest.raises(InputError) as refused:
        read_foreign(path)
    assert refused.value.message == told


@pytest.mark.parametrize(("raw", "ending"), [(TEXT.encode(), ".csv"), (b"PK\x03\x04rest", ".xlsx")])
def test_adoption_says_which_ending_fits(tmp_path: Path, raw: bytes, ending: str) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(raw)
    with pytest.raises(InputError, match=f"Rename it to end in {ending}"):
        read_foreign(path)


def test_true_workbooks_are_none_of_these() -> None:
    assert is_old_workbook(old_workbook([["a", 1.0]]))
    assert is_old_workbook(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    assert not any(map(is_old_workbook, PAGES))
