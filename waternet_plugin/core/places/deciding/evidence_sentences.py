"""The sentences that say why a decision was made or is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from waternet_plugin.core.texts import tr

# Names of the eight winds in the order of bearings.
WINDS = ("north", "north_east", "east", "south_east", "south", "south_west", "west", "north_west")


def wind(east: float, north: float) -> str:
    """Return the wind towards which an offset (m) points, as in `WINDS`."""
    return WINDS[int(np.round(np.degrees(np.arctan2(east, north)) / 45.0)) % 8]


def _place_sentences() -> dict[str, str]:
    return {
        "first_north": tr(
            "Only the first coordinate is as large as a northing, in {n:,} of {count:,} points."
        ),
        "second_north": tr(
            "Only the second coordinate is as large as a northing, in {n:,} of {count:,} points."
        ),
        "first_latitude": tr("The numbers look like degrees, latitude first."),
        "second_latitude": tr("The numbers look like degrees, longitude first."),
        "numbers_against": tr("The numbers fit only the other order of the axes."),
        "no_range": tr(
            "The numbers are not northings and eastings of a zone; they may be those of a local grid."
        ),
        "prefix": tr(
            "The eastings begin with {prefix}, a {width}-degree zone with the central meridian {meridian}°."
        ),
        "no_prefix": tr("The eastings have no zone number."),
        "prefix_against": tr(
            "The eastings begin with {prefix}, but {crs} has the central meridian {meridian}°."
        ),
        "near_asset": tr("{distance:,.0f} m from {asset}."),
        "near": tr("{distance:,.0f} m from the nearest asset."),
        "near_planned": tr("{distance:,.0f} m from the nearest planned pipe."),
        "far": tr("{distance_km:,.0f} km from the nearest asset, to the {wind}."),
        "only_near": tr("Only here do the points lie within {limit_km:g} km of existing assets."),
        "none_near": tr("No reading of the file lies within {limit_km:g} km of existing assets."),
        "several_near": tr("Several readings of the file lie within {limit_km:g} km of existing assets."),
        "near_otherwise": tr(
            "The coordinate system that the file names puts it far from existing assets, "
            "but read otherwise it lies within {limit_km:g} km of them."
        ),
        "no_assets": tr("The network has no assets to compare the file with."),
        "network_crs": tr("This is the coordinate system of the network."),
        "datum_assumed": tr("The datum is assumed to be that of the network."),
        "ground_agrees": tr("Heights lie {off:+.2f} m from known ground nearby (median of {n:,})."),
        "ground_off": tr(
            "Heights lie {off:+.1f} m from known ground nearby (median of {n:,}), more than {limit:g} m."
        ),
        "around_off": tr(
            "Heights lie {off:+.1f} m from the known ground {away:,.0f} m away, beyond what slopes explain "
            "(median of {n:,}), more than {limit:g} m: they may be ellipsoidal heights."
        ),
        "axes_mixed": tr("{n:,} points fit only the other order of the axes."),
        "zone_mixed": tr("{n:,} points have another zone number than the others, or lack it."),
    }


def _set_sentences() -> dict[str, str]:
    return {
        "datum_without_set": tr(
            "There is no exact way from {crs} to the coordinate system of the network. "
            "Give a transform set with at least three common points."
        ),
        "set_unknown": tr(
            "The network has no transform set “{set}”. Choose a stored set or give common points."
        ),
        "set_fits": tr("Transform set “{set}”: {n} common points, RMS {rms:.3f} m."),
        "set_here": tr("The points lie in the area of transform set “{set}”."),
        "set_rms": tr(
            "Transform set “{set}” has an RMS of {rms:.3f} m, more than {limit:g} m. "
            "Check the common points with the largest residuals: {worst}."
        ),
        "set_expired": tr("Transform set “{set}” was valid until {day}. Give a valid one."),
        "set_outside": tr(
            "{n:,} of {count:,} points lie outside the area of transform set “{set}”. "
            "Use a set with common points around the survey."
        ),
    }


def _other_sentences() -> dict[str, str]:
    return {
        "answered": tr("Answered."),
        "declared": tr("The file says “{words}”."),
        "words_disagree": tr("The file says “{words}”, but also “{others}”."),
        "not_said": tr("The file does not say."),
        "column_not_known": tr("The column “{column}” looks like levels or depths; no list knows it."),
        "sheet_not_known": "{reason}",
        "one_encoding": tr("The file reads without faults in this encoding only."),
        "several_encodings": tr("The file reads without faults in several encodings."),
        "network_height_datum": tr("The height datum is assumed to be that of the network."),
        "no_ground_near": tr("No known ground lies near enough to compare heights with."),
        "depth_and_level": tr(
            "At {n:,} of {count:,} pipe ends the height is level plus depth, so it is the ground's."
        ),
        "ground_equal": tr("At {n:,} of {count:,} points the height is the ground level given beside it."),
        "outer_sizes": tr("Sizes such as {sizes} exist only as outer diameters."),
        "nominal_sizes": tr("Sizes such as {sizes} exist only as nominal diameters."),
        "sizes_of_both": tr(
            "Some sizes are outer diameters only ({outer}), others nominal only ({nominal})."
        ),
        "sizes_in_both": tr("The sizes exist both as nominal and as outer diameters."),
    }


def _words() -> dict[str, str]:
    """Return values that are words of ours in the language that is spoken."""
    return {
        "north": tr("north"),
        "north_east": tr("north-east"),
        "east": tr("east"),
        "south_east": tr("south-east"),
        "south": tr("south"),
        "south_west": tr("south-west"),
        "west": tr("west"),
        "north_west": tr("north-west"),
        "cgcs2000": tr("CGCS2000"),
        "xian80": tr("Xian 80"),
        "beijing54": tr("Beijing 54"),
        "wgs84": tr("WGS 84"),
    }


@dataclass(frozen=True)
class DecisionEvidence:
    """One reason: its code, and the values that its sentence names, as the sentence's units say."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The sentence in the language that is spoken."""
        sentences = {**_place_sentences(), **_set_sentences(), **_other_sentences()}
        values = dict(self.values)
        for key in ("wind", "crs"):
            if key in values:
                values[key] = _words().get(values[key], values[key])
        return sentences[self.code].format(**values)

    def as_json(self) -> dict[str, Any]:
        """Return code, values and sentence."""
        return {"code": self.code, "values": dict(self.values), "text": self.text}
