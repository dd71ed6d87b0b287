"""What the plugin adds to native editing: next ids, what was last used, heights.

Layers are watched while the plugin is loaded; the project's own defaults work without it (bridge/forms).
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from qgis.core import NULL, QgsSettings, QgsVectorLayer
from qgis.PyQt.QtCore import QObject

from waternet_plugin.bridge.edits import edited_lengths, interpolated_heights
from waternet_plugin.bridge.forms.forms import ID_LETTERS, NEXT_ID, TEMPLATE_FIELDS, last_used_name
from waternet_plugin.bridge.project.project_layers import ProjectLayers
from waternet_plugin.bridge.saving.layer_watch import LayerWatch
from waternet_plugin.core.schema import domains
from waternet_plugin.core.schema.tables import table as described
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.editing.connected_editing import ConnectedEditing
from waternet_plugin.gui.editing.numbering import Numbering, look_through

if TYPE_CHECKING:
    from waternet_plugin.bridge.saving.saves import DoneSave
    from waternet_plugin.gui.session.session import Session

_LAST_SYSTEM = "last_system"
_TEMPLATE = "last_pipe"
# The height that QGIS gives to what is drawn where nothing is snapped to.
_DEFAULT_Z = "/qgis/digitizing/default_z_value"


def _plain(value: Any) -> Any:
    return None if value is None or value == NULL else value


class Editing(ProjectLayers):
    """Watch our layers while they are edited.

    Parameters
    ----------
    session
        Remembers what was last used and knows the network.
    """

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._offered: dict[str, str] = {}
        self._watched: dict[str, _Watch] = {}
        session.network_changed.connect(self._network_changed)
        self._listen()
        # After our own watching: what that fills in belongs to the gesture.
        self.connected = ConnectedEditing(session, self.was_offered, self)
        self.connected.saved.connect(self._remember_saved)

    def remove(self) -> None:
        """Stop watching and take back what was offered."""
        self.connected.remove()
        self._stop_listening()
        self._layers_removed(list(self._watched))
        self._withdraw()

    # What new rows begin with.

    def _offer(self, name: str, value: Any) -> None:
        """Let the defaults of a layer find a value; unknown takes it back."""
        if value is None:
            self._offered.pop(name, None)
            os.environ.pop(name, None)
        else:
            self._offered[name] = os.environ[name] = str(value)

    def _withdraw(self) -> None:
        for name in list(self._offered):
            self._offer(name, None)

    def _network_changed(self) -> None:
        self._withdraw()
        for watch in self._watched.values():
            watch.forget_numbers()
        path = self.session.network_path
        if path:
            systems = {"pipe": self.last_system or "", "node": ""}
            self.session.run(
                tr("Reading…"),
                lambda _progress: look_through(path, systems),
                lambda _done: None,
                # Whoever needs a number looks again.
                failed=lambda _error: None,
                is_quiet=True,
            )

    def begin(self, key: str) -> None:
        """Offer what was last used, when a layer begins to be edited."""
        if key != "pipe":
            return
        self._offer(last_used_name("system"), self.session.remembered(_LAST_SYSTEM))
        for system in domains.domain("system"):
            for name, value in self.template(system).items():
                self._offer(last_used_name(name, system), value)

    def offer_id(self, table: str, value: str | None) -> None:
        """Offer the id of the next row of a table."""
        self._offer(f"{NEXT_ID}{table}", value)

    def was_offered(self, layer: QgsVectorLayer, row_id: str) -> bool:
        """Return whether an id of a new row was offered, and not typed."""
        watch = self._watched.get(layer.id())
        return watch is not None and row_id in watch.offered_ids

    def template(self, system: str) -> dict[str, Any]:
        """Return what the last new pipe of a system had, by field."""
        template = self.session.remembered(f"{_TEMPLATE}/{system}")
        if not isinstance(template, dict):
            return {}
        return {name: template.get(name) for name in TEMPLATE_FIELDS}

    @property
    def last_system(self) -> str | None:
        """The system of the last new pipe."""
        return _plain(self.session.remembered(_LAST_SYSTEM))

    def remember(self, feature: Any) -> None:
        """Keep what a new pipe, a feature or a row, had, for the next one of its system."""
        system = _plain(feature["system"])
        if system is None:
            return
        values = {name: _plain(feature[name]) for name in TEMPLATE_FIELDS}
        self.session.remember(f"{_TEMPLATE}/{system}", values)
        self.session.remember(_LAST_SYSTEM, system)
        self.begin("pipe")

    def _remember_saved(self, done: DoneSave) -> None:
        """Keep what the pipes of a Save had that a person drew, the newest as the last."""
        newest: dict[Any, Any] = {}
        drawn = self.connected.take_drawn_pipes()
        for edit in done.edits:
            if edit.table == "pipe" and edit.key in drawn and edit.now is not None:
                newest.pop(edit.now.get("system"), None)
                newest[edit.now.get("system")] = edit.now
        for row in newest.values():
            self.remember(row)

    # Our layers.

    def _layers_added(self, layers: list[Any]) -> None:
        if not layers:
            return
        # Late, as all of styling comes with it.
        from waternet_plugin.bridge.layers.marks import LAYER_MARK

        for layer in layers:
            key = layer.customProperty(LAYER_MARK)
            if key in ID_LETTERS and isinstance(layer, QgsVectorLayer) and layer.id() not in self._watched:
                self._watched[layer.id()] = _Watch(self, layer, str(key))

    def _layers_removed(self, layer_ids: list[str]) -> None:
        for layer_id in list(layer_ids):
            watch = self._watched.pop(layer_id, None)
            if watch is not None:
                watch.end()


class _Watch(LayerWatch):
    """One layer under our eyes."""

    def __init__(self, editing: Editing, layer: QgsVectorLayer, key: str) -> None:
        super().__init__(layer, editing)
        self._editing = editing
        self._key = key
        self._numbering = Numbering(layer, described(key))
        self._connect(
            (layer.editingStarted, self._editing_began),
            (layer.featureAdded, self._count),
            (layer.attributeValueChanged, self._value_changed),
        )
        if key == "pipe":
            self._connect(
                (layer.beforeCommitChanges, self._before_saving),
                (layer.committedFeaturesAdded, self._saved),
            )
        if layer.isEditable():
            self._editing_began()

    # Numbers.

    @property
    def offered_ids(self) -> set[str]:
        """The ids that were offered for new rows."""
        return self._numbering.offered

    def forget_numbers(self) -> None:
        """Look at the network again before the next number."""
        self._numbering.forget()

    def _editing_began(self) -> None:
        self._numbering.forget()
        self._editing.begin(self._key)
        self._offer_next()

    def _offer_next(self) -> None:
        system = self._editing.last_system if self._key == "pipe" else None
        self._editing.offer_id(self._key, self._numbering.next_id(system))

    def _count(self, fid: int) -> None:
        """Go on to the next number when one was taken."""
        if not self.layer.isEditable():
            return
        added = self.layer.getFeature(fid)
        # While buffers are emptied after a Save, QGIS takes steps back that are in the file by then.
        if added.isValid():
            self._note(added[described(self._key).id_field])

    def _value_changed(self, _fid: int, index: int, value: Any) -> None:
        """Note the ids that people, and what follows from a gesture, give rows."""
        if index == self.layer.fields().lookupField(described(self._key).id_field):
            self._note(value)

    def _note(self, row_id: Any) -> None:
        taken = _plain(row_id)
        if taken is not None and self._numbering.note(str(taken)):
            self._offer_next()

    # Heights and lengths.

    def _before_saving(self, *_stop_editing: Any) -> None:
        """Fill heights that QGIS left out and measure what was pasted, before they reach the file."""
        buffer = self.layer.editBuffer()
        # A Save of ours does this on the way, and leaves the buffer alone.
        if buffer is None or self._editing.connected.saves(self.layer):
            return
        for fid, geometry in list(buffer.changedGeometries().items()):
            self._mend(fid, geometry, None)
        default_z = float(QgsSettings().value(_DEFAULT_Z, 0.0))
        for fid, feature in list(buffer.addedFeatures().items()):
            self._mend(fid, feature.geometry(), default_z)
        for fid in list(buffer.addedFeatures()):
            for name, value in edited_lengths.settled(self.layer, self.layer.getFeature(fid)).items():
                self.layer.changeAttributeValue(fid, self.layer.fields().lookupField(name), value)

    def _mend(self, fid: int, geometry: Any, drawn_as: float | None) -> None:
        mended = interpolated_heights.mended(geometry, drawn_as=drawn_as)
        if mended is not None:
            self.layer.changeGeometry(fid, mended, True)

    # What was used last.

    def _saved(self, _layer_id: str, features: list[Any]) -> None:
        """Remember the pipes that were drawn, the newest as the last."""
        for feature in features:
            self._editing.remember(feature)
