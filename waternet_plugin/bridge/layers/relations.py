"""What hangs on an asset, as relations of the project: failures, inspections, assessments, history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qgis.core import QgsProject, QgsRelation, QgsRelationContext, QgsVectorLayer

from waternet_plugin.bridge.layers.marks import LAYER_MARK
from waternet_plugin.bridge.layers.sources import table_of
from waternet_plugin.bridge.styling.look import Look
from waternet_plugin.core.schema.tables import table

# Types of the widgets that the plugin shows in forms; QGIS lists the rows itself where it is not loaded.
HISTORY_WIDGET = "waternet_history"
WHY_WIDGET = "waternet_why"
TANK_WIDGET = "waternet_tank"
MONTHS_WIDGET = "waternet_months"
HISTORY = "change_log"
# When the tanks among nodes are due.
TANKS = "node_due"
# The volumes of users are read by the part itself: it hangs on the user.
USERS = "customer"
# By this a part of a form is known again whatever QGIS calls it.
CHILD_KEY = "waternet_child"
_PIPES = ("pipe", "pipe_health", "pipe_plan", "pipe_verified", "dma_way")
_LOGGED = (
    "node node_due customer project dma_boundary compound zone zone_leakage compound_programme failure"
    " inspection work_item road_work issue programme_item".split()
)
# Tables that name the pipe their rows are about, in the order of the form.
OF_PIPE = ("assessment", "failure", "inspection")


@dataclass(frozen=True)
class LayerLink:
    """Rows of ``child`` whose ``child_field`` names an asset of the layer ``parent``."""

    parent: str
    child: str
    child_field: str
    parent_field: str

    @property
    def relation_id(self) -> str:
        """The relation's id in every project."""
        return f"waternet_{self.parent}_{self.child}"


def links() -> tuple[LayerLink, ...]:
    """Return every relation of a project of ours."""
    found = [LayerLink(parent, child, "pipe_id", "pipe_id") for parent in _PIPES for child in OF_PIPE]
    found += [LayerLink(parent, TANKS, "node_id", "node_id") for parent in ("node", TANKS)]
    found.append(LayerLink(USERS, USERS, "customer_id", "customer_id"))
    found += [LayerLink(parent, HISTORY, "asset", "pipe_id") for parent in _PIPES]
    found += [LayerLink(parent, HISTORY, "asset", table(table_of(parent)).id_field) for parent in _LOGGED]
    return tuple(found)


def links_of(layer_key: str) -> tuple[LayerLink, ...]:
    """Return the relations that the form of a layer shows."""
    return tuple(link for link in links() if link.parent == layer_key)


def relate(project: QgsProject, layers: Mapping[str, QgsVectorLayer], chosen: Look) -> None:
    """Enter the relations, in place of those of an earlier building.

    Parameters
    ----------
    project
        The project that holds the layers.
    layers
        Our layers by key.
    chosen
        Palette and language.
    """
    manager = project.relationManager()
    for link in links():
        relation = QgsRelation(QgsRelationContext(project))
        relation.setId(link.relation_id)
        relation.setName(f"{chosen.word(link.parent)}: {chosen.word(link.child)}")
        relation.setReferencedLayer(layers[link.parent].id())
        relation.setReferencingLayer(layers[link.child].id())
        relation.addFieldPair(link.child_field, link.parent_field)
        manager.removeRelation(link.relation_id)
        manager.addRelation(relation)


def name_relations(layer: Any, element: Any, _document: Any) -> None:
    """Write into the forms of a layer which relations they show, and no path into its styles.

    QGIS looks relations up in the project that is open in its window; in the forms of any other project it
    leaves their names out.

    Parameters
    ----------
    element
        What is written of it, all its styles included.
    """
    of_layer = {link.child: link.relation_id for link in links_of(str(layer.customProperty(LAYER_MARK)))}
    parts = element.elementsByTagName("attributeEditorRelation")
    for number in range(parts.count()):
        part = parts.at(number).toElement()
        options = part.elementsByTagName("Option")
        for place in range(options.count()):
            option = options.at(place).toElement()
            if option.attribute("name") == CHILD_KEY and option.attribute("value") in of_layer:
                part.setAttribute("relation", of_layer[option.attribute("value")])
    # QGIS 3.40 writes into stored styles the whole path of the layer that a relation leads to.
    styles = element.elementsByTagName("map-layer-style")
    for number in range(styles.count()):
        relations = styles.at(number).toElement().elementsByTagName("relation")
        for place in range(relations.count()):
            relations.at(place).toElement().removeAttribute("dataSource")
