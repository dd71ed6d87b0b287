"""The layout of a document answers in any thread, also while PyQt takes it for deleted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from qgis.PyQt.QtCore import QRectF, QSizeF
from qgis.PyQt.QtGui import QTextDocument

from waternet_plugin.atlas import document_layout
from waternet_plugin.atlas.document_layout import DocumentLayout

SOURCES = Path(document_layout.__file__).resolve().parents[1]


class Interrupted:
    """A document whose layout is said to be deleted every time but each third."""

    def __init__(self, document: QTextDocument) -> None:
        self._document, self.asked = document, 0

    def documentLayout(self) -> Any:  # noqa: N802 (Qt's name)
        """Return the layout, or raise what PyQt does."""
        self.asked += 1
        if self.asked % 3:
            raise RuntimeError("wrapped C/C++ object of type QAbstractTextDocumentLayout has been deleted")
        return self._document.documentLayout()


@pytest.fixture
def document(qgis_app: Any) -> QTextDocument:
    """Two paragraphs on a page."""
    found = QTextDocument()
    found.setHtml("<p>one</p><p>two</p>")
    found.setPageSize(QSizeF(300, 400))
    return found


def test_a_layout_that_is_said_to_be_deleted_is_asked_again(
    document: QTextDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document_layout, "_PAUSE_S", 0.0)
    stubborn: Any = Interrupted(document)
    found, plain = DocumentLayout(stubborn), DocumentLayout(document)
    first, second = document.begin(), document.begin().next()
    assert found.box(first) == plain.box(first) and found.box(second) == plain.box(second)
    assert isinstance(found.box(first), QRectF) and found.box(second).top() >= found.box(first).bottom() > 0
    assert stubborn.asked > 6


def test_a_layout_that_never_answers_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_layout, "_PAUSE_S", 0.0)

    class Gone:
        def documentLayout(self) -> Any:  # noqa: N802 (Qt's name)
            raise RuntimeError("deleted")

    gone: Any = Gone()
    with pytest.raises(RuntimeError, match="deleted"):
        DocumentLayout(gone)


def test_layouts_are_asked_in_one_place() -> None:
    asking = {path.name for path in SOURCES.rglob("*.py") if "documentLayout(" in path.read_text("utf-8")}
    assert asking == {"document_layout.py"}
