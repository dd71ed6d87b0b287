"""How different colours look, to normal and colour-blind eyes.

Distances are those of CAM02-UCS (Luo, Cui and Li 2006) under the viewing conditions of sRGB; what a
colour-blind eye sees follows Machado, Oliveira and Fernandes (2009) at full severity.
"""

from __future__ import annotations

import numpy as np

EYES = ("normal", "deuteranope", "protanope")
_SEEN = {
    "normal": np.eye(3),
    "deuteranope": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "protanope": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
}
_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
_CAT02 = np.array([[0.7328, 0.4296, -0.1624], [-0.7036, 1.6975, 0.0061], [0.0030, 0.0136, 0.9834]])
_CONES = np.array([[0.38971, 0.68898, -0.07868], [-0.22981, 1.18340, 0.04641], [0.0, 0.0, 1.0]])
# A screen in a dim office: white D65, 64 lux, a fifth of it around the colour.
_WHITE = np.array([95.047, 100.0, 108.883])
_ADAPTING = 64 / np.pi / 5
_GROUND = 20.0


def linear(colour: str) -> np.ndarray:
    """Return the linear red, green and blue of #rrggbb."""
    parts = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def luminance(colour: str) -> float:
    """Return the relative luminance of #rrggbb."""
    return float(linear(colour) @ _TO_XYZ[1])


def contrast(one: str, other: str = "#ffffff") -> float:
    """Return the contrast of WCAG between two colours, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def ucs(colour: str, eye: str = "normal") -> np.ndarray:
    """Return J', a', b' of CAM02-UCS of #rrggbb as an eye sees it."""
    seen = np.clip(_SEEN[eye] @ linear(colour), 0.0, 1.0)
    return _jab(100.0 * _TO_XYZ @ seen)


def _jab(xyz: np.ndarray) -> np.ndarray:
    weight = 1 / (5 * _ADAPTING + 1)
    level = 0.2 * weight**4 * 5 * _ADAPTING + 0.1 * (1 - weight**4) ** 2 * (5 * _ADAPTING) ** (1 / 3)
    share = _GROUND / _WHITE[1]
    induction = 0.725 * share**-0.2
    degree = 1 - np.exp((-_ADAPTING - 42) / 92) / 3.6

    def response(stimulus: np.ndarray) -> np.ndarray:
        white = _CAT02 @ _WHITE
        adapted = (degree * _WHITE[1] / white + 1 - degree) * (_CAT02 @ stimulus)
        cones = _CONES @ np.linalg.inv(_CAT02) @ adapted
        power = (level * np.abs(cones) / 100) ** 0.42
        return np.sign(cones) * 400 * power / (power + 27.13) + 0.1

    def achromatic(cones: np.ndarray) -> float:
        return float((2 * cones[0] + cones[1] + cones[2] / 20 - 0.305) * induction)

    red, green, blue = cones = response(xyz)
    a, b = red - 12 * green / 11 + blue / 11, (red + green - 2 * blue) / 9
    hue = np.arctan2(b, a)
    lightness = 100 * (achromatic(cones) / achromatic(response(_WHITE))) ** (0.69 * (1.48 + np.sqrt(share)))
    eccentricity = (np.cos(hue + 2) + 3.8) / 4
    t = 50000 / 13 * induction * eccentricity * np.hypot(a, b) / (red + green + 21 / 20 * blue)
    chroma = t**0.9 * np.sqrt(lightness / 100) * (1.64 - 0.29**share) ** 0.73
    colourful = np.log(1 + 0.0228 * chroma * level**0.25) / 0.0228
    light = 1.7 * lightness / (1 + 0.007 * lightness)
    return np.array([light, colourful * np.cos(hue), colourful * np.sin(hue)])


def distance(one: str, other: str, eye: str = "normal") -> float:
    """Return how far apart two colours look to an eye; 1 is just to be seen side by side."""
    return float(np.linalg.norm(ucs(one, eye) - ucs(other, eye)))


def least_distance(colours: dict[str, str], eye: str) -> tuple[float, str, str]:
    """Return the least distance among named colours, and the two that have it."""
    names = list(colours)
    pairs = [(one, other) for place, one in enumerate(names) for other in names[place + 1 :]]
    return min((distance(colours[one], colours[other], eye), one, other) for one, other in pairs)
