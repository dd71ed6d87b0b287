"""Turn columns of a network into the plain values that files hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from waternet_plugin.bridge.export.losses import Losses
from waternet_plugin.bridge.forms.reason_texts import FACTS, told_column
from waternet_plugin.core.files.formulas import guarded
from waternet_plugin.core.files.spreadsheet_file import without_controls
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, Field
from waternet_plugin.core.shapes.wkb import to_wkb

if TYPE_CHECKING:
    import pandas as pd

    from waternet_plugin.bridge.export.content import Content

VALUES = ("codes", "en", "zh_CN")
# Rows converted at a time: memory stays flat, and cancelling is heard between two of them.
STEP = 5000


def _labels(field: Field, values: str) -> dict[str, str]:
    """Return the label of each code of a column, nothing where codes are wanted."""
    if values == "codes" or not field.domain:
        return {}
    return {code.code: code.label_in(values) for code in field.codes.values()}


def _plain(column: pd.Series, field: Field, labels: dict[str, str]) -> list[Any]:
    """Return a column as str, int, float, date or datetime, None for unknown."""
    known = column.notna().tolist()
    found = column.tolist()
    if field.type == "integer":
        return [int(value) if there else None for value, there in zip(found, known)]
    if field.type == "real":
        return [value if there else None for value, there in zip(found, known)]
    if field.type == "date":
        return [value.date() if there else None for value, there in zip(found, known)]
    if field.type == "datetime":
        return [value.to_pydatetime() if there else None for value, there in zip(found, known)]
    return [labels.get(str(value), str(value)) if there else None for value, there in zip(found, known)]


class TextRules:
    """The rules of a format for texts.

    Parameters
    ----------
    losses
        Where changed texts are counted.
    formulas
        Put a ' before what a spreadsheet would run.
    xml
        Take control characters out.
    encoding
        Replace what this encoding lacks; '' for none.
    longest
        Most characters, or bytes where there is an encoding; 0 for any number.
    """

    def __init__(
        self,
        losses: Losses,
        *,
        formulas: bool = False,
        xml: bool = False,
        encoding: str = "",
        longest: int = 0,
    ) -> None:
        self._losses = losses
        self._formulas = formulas
        self._xml = xml
        self._encoding = encoding
        self._longest = longest

    def _count(self, kind: str, before: str, after: str) -> str:
        if before != after:
            self._losses.note(kind)
        return after

    def fitting(self, text: str) -> str:
        """Return what the format can hold of a text."""
        if self._xml:
            text = self._count("controls", text, without_controls(text))
        if self._formulas:
            text = self._count("guarded", text, guarded(text))
        if self._encoding:
            raw = text.encode(self._encoding, "replace")
            text = self._count("replaced", text, raw.decode(self._encoding))
            if self._longest and len(raw) > self._longest:
                text = self._count("shortened", text, raw[: self._longest].decode(self._encoding, "ignore"))
        elif self._longest and len(text) > self._longest:
            text = self._count("shortened", text, text[: self._longest])
        return text


def columns_of(
    content: Content, part: pd.DataFrame, values: str, texts: TextRules | None
) -> Iterator[list[Any]]:
    """Yield the columns of some rows as plain values, None for unknown; parameters as in `chunks_of`."""
    for field in content.fields:
        if field.name in FACTS and values != "codes":
            column: list[Any] = told_column(content.name, part, field.name, values)
        else:
            column = _plain(part[field.name], field, _labels(field, values))
        if texts is not None and field.type in ("text", "json"):
            column = [value if value is None else texts.fitting(value) for value in column]
        yield column


def chunks_of(
    content: Content, values: str, texts: TextRules | None
) -> Iterator[tuple[list[tuple[Any, ...]], list[bytes | None]]]:
    """Yield rows of plain values, and the shape of each as WKB (None where there is none).

    Parameters
    ----------
    content
        What to write.
    values
        ``codes``, or the language of the labels that stand for them.
    texts
        The format's rules for texts; None for a format that holds any.
    """
    for start in range(0, content.rows, STEP):
        part = content.frame.iloc[start : start + STEP]
        shapes: Sequence[bytes | None] = [None] * len(part)
        if content.is_spatial:
            shapes = to_wkb(part[GEOMETRY_COLUMN].to_numpy()).tolist()
        yield list(zip(*columns_of(content, part, values, texts))), list(shapes)
