"""The id of a pipe has one Chinese word wherever people read it; the city's tables keep their own."""

from __future__ import annotations

import re
from pathlib import Path

from waternet_plugin.core.schema.tables import all_tables

_ROOT = Path(__file__).parents[3]
_WORD, _OTHER = "管段编号", "管线编号"


def test_no_label_calls_it_otherwise() -> None:
    fields = [field for one in all_tables().values() for field in one.fields]
    assert all_tables()["pipe"].field("pipe_id").label_zh == _WORD
    assert [field.name for field in fields if _OTHER in field.label_zh] == []
    # The other word is still known in the files of others.
    assert _OTHER in all_tables()["pipe"].field("pipe_id").aliases


def test_no_text_of_windows_papers_and_guide_calls_it_otherwise() -> None:
    plugin = _ROOT / "waternet_plugin"
    texts = (plugin / "i18n" / "waternet_zh_CN.ts").read_text(encoding="utf-8")
    spoken = re.findall(r"<(?:translation|numerusform)>(.*?)</", texts, re.DOTALL)
    assert len(spoken) > 1000 and [one for one in spoken if _OTHER in one] == []
    others = [_ROOT / "styles" / "page_words.csv", *(plugin / "guide" / "zh_CN").glob("*.md")]
    assert [one.name for one in others if _OTHER in one.read_text(encoding="utf-8")] == []
