"""The dialog that exports a table, what a theme shows, or selected rows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from qgis.gui import QgsFileWidget
from qgis.PyQt import sip
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QProgressBar,
    QPushButton,
    QWidget,
)

from waternet_plugin.bridge.export import content
from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.core.schema import map_views
from waternet_plugin.core.texts import joined, language, listed, tr
from waternet_plugin.gui.panes import file_dialogs
from waternet_plugin.gui.panes.hint import Hint
from waternet_plugin.gui.session.help_key import HelpKey
from waternet_plugin.gui.session.session import Session
from waternet_plugin.gui.tasks import tasks
from waternet_plugin.gui.tasks.tasks import on_network
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.layouts import labelled, vertical
from waternet_plugin.gui.widgets.plain_text import literal, plain_label

_WIDTH, _HEIGHT = 560, 360
_CONTROL = 24
_MEMORY = "export"


def _formats() -> dict[str, tuple[str, str]]:
    """Return name and what to know of each format by its ending."""
    return {
        ".gpkg": (
            tr("GeoPackage"),
            tr("Stores everything as it is; several tables become layers of one file."),
        ),
        ".shp": (
            tr("Shapefile"),
            tr(
                "Names of at most ten bytes (a text file next to it explains them), text of at most 254, "
                "dates without a time; one file per table."
            ),
        ),
        ".csv": (
            tr("CSV"),
            tr(
                "Points as x and y, no lines or areas; one file a table. Excel turns 0012 into 12 when it "
                "opens a CSV: choose XLSX for Excel."
            ),
        ),
        ".xlsx": (
            tr("Excel (XLSX)"),
            tr("Points as x and y, no lines or areas; several tables become sheets of one file."),
        ),
    }


class ExportDialog(HelpKey, QDialog):
    """Ask what, as which format, with which headers, where to; then export in a task."""

    TOPIC = "export"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(
            parent, objectName="wn_export_dialog", windowTitle=tr("Export tables"), minimumWidth=_WIDTH
        )
        tasks.keep_packages_apart()
        self.session = session
        self._run: Any = None
        self._named_by_user = False
        self.resize(_WIDTH, _HEIGHT)
        self.what = QComboBox(self)
        self.format = QComboBox(self)
        self.headers = QComboBox(self)
        self.values = QComboBox(self)
        self.encoding = QComboBox(self)
        self.personal = QCheckBox(tr("With personal data, such as names of users"), self)
        self.file = QgsFileWidget(self)
        self._rows = Hint("wn_export_rows", self)
        self._hint = Hint("wn_export_hint", self)
        self._replaces = Hint("wn_export_replaces", self)
        self._error = plain_label("", self, objectName="wn_export_error", wordWrap=True)
        self._bar = QProgressBar(
            self, objectName="wn_export_progress", minimum=0, maximum=1000, textVisible=False, visible=False
        )
        self._bar.setFixedHeight(6)
        self._fill_choices()
        self._build()
        self._fill_what({})
        self._restore()
        self._connect()
        self._format_changed()
        self._count()

    # What it looks like.

    def _build(self) -> None:
        form = labelled(margins=0, fieldGrowthPolicy=QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for label, name, field in (
            (tr("What"), "what", self.what),
            ("", "", self._rows),
            (tr("Format"), "format", self.format),
            ("", "", self._hint),
            (tr("Headers"), "headers", self.headers),
            (tr("Values"), "values", self.values),
            (tr("Encoding"), "encoding", self.encoding),
            ("", "personal", self.personal),
            (tr("File"), "file", self.file),
            ("", "", self._replaces),
        ):
            if name:
                field.setObjectName(f"wn_export_{name}")
                field.setFixedHeight(_CONTROL)
                caption = plain_label(label, self)
                caption.setBuddy(field)
                form.addRow(caption, field)
            else:
                form.addRow("", field)
        self.what.setToolTip(tr("A table, everything that a theme shows, or the selected rows of a layer."))
        self.format.setToolTip(
            tr("Points and lines in the tables of CJJ 61, and drawings (DXF): Survey > Export survey tables…")
        )
        self.headers.setToolTip(tr("Field names for scripts, labels for people."))
        self.values.setToolTip(tr("Codes as they are stored, or what they mean."))
        self.encoding.setToolTip(
            tr("GBK for older Chinese programs; characters it lacks become “?” and are counted.")
        )
        self.personal.setToolTip(
            literal(
                tr(
                    "Names of users, and fields of your own that were marked as personal. Without the tick "
                    "they are left out, and you are told which."
                )
            )
        )
        self.file.setStorageMode(QgsFileWidget.StorageMode.SaveFile)
        self.file.setDialogTitle(tr("Export to"))
        self.file.setConfirmOverwrite(True)
        buttons = QDialogButtonBox(self)
        self._export = QPushButton(tr("Export"), self, objectName="wn_export_start", default=True)
        self._close = QPushButton(tr("Close"), self, objectName="wn_export_close", autoDefault=False)
        buttons.addButton(self._export, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(self._close, QDialogButtonBox.ButtonRole.RejectRole)
        vertical(form, 1, self._error, self._bar, buttons, parent=self, margins=12)
        self._error.hide()

    def _fill_choices(self) -> None:
        from waternet_plugin.processing import choice_labels

        for suffix, (name, _hint) in _formats().items():
            self.format.addItem(f"{name} (*{suffix})", suffix)
        for box, named in ((self.headers, choice_labels.headings()), (self.values, choice_labels.values())):
            for code, text in named.items():
                box.addItem(text, code)
        self.encoding.addItem("UTF-8", "utf-8")
        self.encoding.addItem("GBK", "gbk")

    def _fill_what(self, counts: dict[str, int]) -> None:
        """List selections, themes and tables; with their rows once these are counted."""
        from waternet_plugin.bridge.styling import look

        chosen = self.what.currentData()
        self.what.blockSignals(True)
        self.what.clear()
        for layer in self.session.layers():
            key, selected = self._key_of(layer), layer.selectedFeatureCount()
            if key in content.known_tables() and selected:
                text = tr("Selected in {layer} ({n} rows)")
                text = text.format(layer=layer.name(), n=amounts.number(selected))
                self.what.addItem(text, f"selection:{key}")
        if self.what.count():
            self.what.insertSeparator(self.what.count())
        # Pipes first, then what was found out about them.
        order = [name for name in content.known_tables() if name not in content.VIEWS]
        for name in [*order[:1], *content.VIEWS, *order[1:]]:
            rows = counts.get("assessment" if name == "pipe_health" else name)
            if not rows and (counts or name in content.VIEWS):
                continue
            text = content.label_of(name)
            if name in counts:
                text = tr("{table} ({n} rows)").format(table=text, n=amounts.number(counts[name]))
            self.what.addItem(text, f"table:{name}")
        self.what.insertSeparator(self.what.count())
        for code, theme in look.themes().items():
            label = look.Look("screen", language()).label(theme)
            self.what.addItem(tr("Theme: {theme}").format(theme=label), f"theme:{code}")
        # Separators have no data, so nothing chosen must not be looked for.
        self.what.setCurrentIndex(max(self.what.findData(chosen), 0) if chosen else 0)
        self.what.blockSignals(False)

    # What it knows.

    @staticmethod
    def _key_of(layer: Any) -> str:
        from waternet_plugin.bridge.project import layer_tree

        return str(layer.customProperty(layer_tree.LAYER_MARK))

    def _count(self) -> None:
        """Count the rows of every table in a task."""
        path = self.session.network_path

        def counted(network: Any, _progress: Any) -> dict[str, int]:
            from waternet_plugin.operations.contents.row_counts import row_counts

            return row_counts(network, content.known_tables())

        def done(counts: dict[str, int]) -> None:
            if not sip.isdeleted(self):
                self._fill_what(counts)
                self._changed()

        self.session.run(
            tr("Counting rows"),
            on_network(path, counted),
            done,
            failed=self._failed,
            is_quiet=True,
        )

    def _restore(self) -> None:
        """Take up the choices of last time; a selection that is there goes first."""
        kept = self.session.remembered(_MEMORY, {})
        kept = kept if isinstance(kept, dict) else {}
        kept.setdefault("headers", language())
        kept.setdefault("values", language())
        chinese = "gbk" if language() == "zh_CN" else "utf-8"
        self._encodings = {".shp": chinese, ".csv": "utf-8", **kept.get("encodings", {})}
        for box, name in ((self.format, "format"), (self.headers, "headers"), (self.values, "values")):
            box.setCurrentIndex(max(box.findData(kept.get(name)), 0))
        if not str(self.what.currentData()).startswith("selection:"):
            self.what.setCurrentIndex(max(self.what.findData(kept.get("what", "table:pipe")), 0))
        folder = kept.get("folder", "")
        self._folder = folder if folder and Path(folder).is_dir() else self.session.first_folder

    def _format_changed(self) -> None:
        self._show_encoding()
        self._changed()

    def _show_encoding(self) -> None:
        """Show what texts of this format are written in; only two formats leave a choice."""
        self.encoding.setEnabled(self.suffix in self._encodings)
        self.encoding.setCurrentIndex(self.encoding.findData(self._encodings.get(self.suffix, "utf-8")))

    def _connect(self) -> None:
        self.what.currentIndexChanged.connect(lambda _index: self._changed())
        self.format.currentIndexChanged.connect(lambda _index: self._format_changed())
        self.encoding.activated.connect(lambda _index: self._encoding_chosen())
        self.file.fileChanged.connect(self._file_changed)
        self._export.clicked.connect(lambda _checked=False: self.start())
        self._close.clicked.connect(lambda _checked=False: self.reject())

    @property
    def suffix(self) -> str:
        """The ending of the chosen format."""
        return str(self.format.currentData())

    def _suggested(self) -> str:
        """Return a free name beside the network, or in the folder of last time."""
        kind, name = str(self.what.currentData()).split(":", 1)
        end = f"{name}_selected" if kind == "selection" else name
        path = Path(self._folder) / f"{self.session.address.display_name}_{end}{self.suffix}"
        return str(file_dialogs.free_path(path, lambda each: self._first_file(each).exists()))

    def _first_file(self, path: Path) -> Path:
        """Return the file that is written first: shapefiles and CSV of a theme are several."""
        from waternet_plugin.bridge.export.formats import SINGLE

        kind, name = str(self.what.currentData()).split(":", 1)
        if kind == "theme" and self.suffix in SINGLE:
            return path.with_name(f"{path.stem}_{content.tables_of_theme(name)[0]}{path.suffix}")
        return path

    def _changed(self) -> None:
        """Follow what and format: hint, file name, which choices matter."""
        name, hint = _formats()[self.suffix]
        self._hint.say(hint)
        self.file.setFilter(f"{name} (*{self.suffix})")
        self._rows.say(self._rows_text())
        typed = self.file.filePath()
        path = (
            str(Path(typed).with_suffix(self.suffix)) if self._named_by_user and typed else self._suggested()
        )
        self.file.blockSignals(True)
        self.file.setFilePath(path)
        self.file.blockSignals(False)
        self._say_file()

    def _say_file(self) -> None:
        """Say what would be replaced, and all of a path that is longer than its field."""
        self.file.setToolTip(literal(str(self._output())))
        self._replaces.say(file_dialogs.replaces_text(self._first_file(self._output())))
        self._say("")

    def _rows_text(self) -> str:
        """Say what a theme consists of, and warn of edits that are not saved."""
        kind, name = str(self.what.currentData()).split(":", 1)
        tables = content.tables_of_theme(name) if kind == "theme" else (name,)
        said = []
        if kind == "theme":
            said.append(content.labels(tables))
        open_edits = [
            layer.name()
            for layer in self.session.layers()
            if self._key_of(layer) in tables and layer.isEditable() and layer.isModified()
        ]
        if open_edits:
            text = tr("Unsaved edits of {layers} are not exported: save them first.")
            said.append(text.format(layers=listed(open_edits)))
        return "\n".join(said)

    def _encoding_chosen(self) -> None:
        self._encodings[self.suffix] = str(self.encoding.currentData())

    def _file_changed(self, _path: str) -> None:
        self._named_by_user = True
        self._say_file()

    def _say(self, sentence: str) -> None:
        self._error.setText(sentence)
        self._error.setVisible(bool(sentence))

    # What it does.

    def _output(self) -> Path:
        """Return the file to write, with the ending of the format."""
        path = Path(self.file.filePath().strip())
        if not path.name or path.suffix.lower() == self.suffix:
            return path
        ours = path.suffix.lower() in _formats()
        return path.with_suffix(self.suffix) if ours else path.with_name(path.name + self.suffix)

    def parameters(self) -> dict[str, Any]:
        """Return the parameters of the algorithm for what is chosen."""
        kind, name = str(self.what.currentData()).split(":", 1)
        found: dict[str, Any] = {
            "NETWORK": self.session.network_path,
            "HEADERS": self.headers.currentData(),
            "VALUES": self.values.currentData(),
            "ENCODING": self._encodings.get(self.suffix, "utf-8"),
            "PERSONAL": self.personal.isChecked(),
            "OUTPUT": str(self._output()),
        }
        if kind == "theme":
            return {**found, "THEME": name}
        found["TABLE"] = name
        if kind == "selection":
            layer = self.session.layer(name)
            id_field = map_views.described(name).id_field
            ids = [] if layer is None else [str(each[id_field]) for each in layer.getSelectedFeatures()]
            found["IDS"] = json.dumps(ids, ensure_ascii=False)
        return found

    def start(self) -> None:
        """Export; what was chosen stays until it worked."""
        if not self._output().name:
            self._say(tr("Choose a name for the file."))
            return
        parameters = self.parameters()
        self._remember(parameters)
        self._say("")
        self._busy(True)
        self._run = self.session.run_algorithm("exporttable", parameters, self._done, failed=self._failed)
        if self._run is not None and hasattr(self._run, "progressed"):
            self._run.progressed.connect(self._progressed)

    @property
    def is_exporting(self) -> bool:
        """Whether a file is being written."""
        return self._run is not None

    def _progressed(self, percent: float) -> None:
        if not sip.isdeleted(self):
            self._bar.setValue(round(10 * percent))

    def _remember(self, parameters: dict[str, Any]) -> None:
        what = str(self.what.currentData())
        kept = {
            "format": self.suffix,
            "headers": self.headers.currentData(),
            "values": self.values.currentData(),
            "encodings": self._encodings,
            "folder": str(Path(parameters["OUTPUT"]).parent),
        }
        if not what.startswith("selection:"):
            kept["what"] = what
        self.session.remember(_MEMORY, kept)

    def _busy(self, busy: bool) -> None:
        self._bar.setValue(0)
        self._bar.setVisible(busy)
        chosen = (self.what, self.format, self.headers, self.values, self.personal, self.file, self._export)
        for field in chosen:
            field.setEnabled(not busy)
        self.encoding.setEnabled(not busy and self.suffix in self._encodings)
        self._close.setText(tr("Cancel") if busy else tr("Close"))

    def _done(self, results: dict[str, Any]) -> None:
        path = Path(str(results["OUTPUT"]))
        rows = amounts.number(float(results["ROWS_WRITTEN"]))
        count = int(results["FILES"])
        text = tr("{rows} rows were written to {name}.")
        if count > 1:
            text = tr("{rows} rows were written to {files} files, the first being {name}.")
        sentence = text.format(rows=rows, files=count, name=path.name)
        notes = str(results.get("NOTES") or "")
        folder = (tr("Open folder"), lambda: file_dialogs.open_folder(path))
        self.session.say(
            joined([sentence, notes] if notes else [sentence]), "warning" if notes else "success", folder
        )
        self._run = None
        if not sip.isdeleted(self):
            self._busy(False)
            self.accept()

    def _failed(self, error: WaterNetError) -> None:
        self._run = None
        if sip.isdeleted(self):
            self.session.say_error(error)
            return
        self._busy(False)
        self._say(error.message)

    def reject(self) -> None:
        """Cancel what is under way, else close."""
        if self._run is not None:
            self._run.cancel()
            return
        super().reject()


def open_export_dialog(session: Session) -> ExportDialog | None:
    """Open the dialog, or say that there is no network."""
    return file_dialogs.open_dialog(session, ExportDialog, lambda opened: opened.is_exporting)
