"""What the dry run asks about longitudes and latitudes in China: those of map services are shifted."""

from __future__ import annotations

from collections.abc import Sequence

from waternet_plugin.core.places.deciding.service_decision import likely_service
from waternet_plugin.core.places.map_services import BD_09, GCJ_02, WGS_84, is_shifted_there
from waternet_plugin.core.texts import joined, tr
from waternet_plugin.gui.wizard.sources.source import LayerSource
from waternet_plugin.gui.wizard.sources.source_places import SourcePlaces
from waternet_plugin.gui.wizard.sources.suspicious_rows import Asked

MAP_SERVICE = "map_service"


def asked_of_services(sources: Sequence[LayerSource], places: SourcePlaces) -> list[Asked]:
    """Return the question for each source with longitudes and latitudes where map services shift them.

    Parameters
    ----------
    sources
        The ready sources.
    places
        Where they lie, and where the network does.
    """
    choices = (
        (WGS_84, tr("WGS 84 or CGCS2000 (receivers, surveys)")),
        (GCJ_02, tr("AMap, Tencent (GCJ-02)")),
        (BD_09, tr("Baidu (BD-09)")),
    )
    found = []
    for source in sources:
        degrees = places.degrees(source)
        if degrees is None or not is_shifted_there(*degrees):
            continue
        likely = likely_service(*degrees, places.network)
        text = tr("Where do these coordinates come from?")
        if likely:
            beside = tr("Read as {service}, they lie beside the network.")
            text = joined((text, beside.format(service=dict(choices)[likely])))
        answer = source.mapping.map_service
        found.append(
            Asked(
                source,
                MAP_SERVICE,
                text,
                choices,
                likely or WGS_84,
                answer,
                # Where they lie beside the network as they are, nothing speaks against them.
                must_be_answered=likely not in ("", WGS_84),
            )
        )
    return found
