"""The styles' data: palettes, widths, scales, classes and words, and one choice among them."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from waternet_plugin.core.pressure.head_classes import REQUIRED, bounds_mpa
from waternet_plugin.core.schema import domains
from waternet_plugin.core.schema.csvfiles import rows_of
from waternet_plugin.core.schema.domains import Code
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import listed
from waternet_plugin.core.units import MPA_METRES
from waternet_plugin.paths import ROOT

STYLES = ROOT / "styles"
PALETTES = ("screen", "print", "cjj61")
LANGUAGES = ("en", "zh_CN")
# What a palette becomes on paper: darker where needed, and lines a fifth thinner (UX section 6).
ON_PAPER = {"screen": "print", "print": "print", "cjj61": "cjj61_paper"}
_PAPER_WIDTH = 0.8
# Limits are stored a little wider, so that the value of QGIS's scale box is inside.
_SCALE_MARGIN = 1.05


@dataclass(frozen=True)
class Theme:
    """One way to look at the pipes: on which layer, sorted into classes by which expression."""

    name: str
    layer: str
    domain: str
    label_en: str
    label_zh: str
    value: str


@dataclass(frozen=True)
class LineClass:
    """How the pipes of one class are drawn; width in mm (None: by DN), dashes and gaps in mm.

    ``filter`` says which pipes are in it where that is not a value of the theme's column.
    """

    theme: str
    key: str
    label_en: str
    label_zh: str
    width_mm: float | None
    dash: tuple[float, ...]
    mark: str
    level: int
    filter: str


@dataclass(frozen=True)
class NodeClass:
    """Which nodes get which symbol, and from which scale in."""

    key: str
    kind: str
    filter: str
    symbol: str
    scale: float
    fill: str
    turns: bool


@lru_cache(maxsize=None)
def _colours() -> dict[str, dict[str, str]]:
    return {row["key"]: row for row in rows_of(STYLES / "palettes.csv")}


@lru_cache(maxsize=None)
def _words() -> dict[str, dict[str, str]]:
    return {row["key"]: row for row in rows_of(STYLES / "words.csv")}


@lru_cache(maxsize=None)
def short_materials(language: str) -> dict[str, str]:
    """Return what stands on a pipe for its material, such as DI or 球墨铸铁; '' for unknown ones."""
    return {row["key"]: row[language] for row in rows_of(STYLES / "materials.csv")}


@lru_cache(maxsize=None)
def themes() -> dict[str, Theme]:
    """Return the themes by name, in the order people see them."""
    return {
        row["theme"]: Theme(
            row["theme"], row["layer"], row["domain"], row["label_en"], row["label_zh"], row["value"]
        )
        for row in rows_of(STYLES / "themes.csv")
    }


@lru_cache(maxsize=None)
def line_classes(theme: str) -> tuple[LineClass, ...]:
    """Return the classes of a theme in the order of its legend."""
    return tuple(
        LineClass(
            theme=row["theme"],
            key=row["key"],
            label_en=row["label_en"],
            label_zh=row["label_zh"],
            width_mm=float(row["width_mm"]) if row["width_mm"] else None,
            dash=tuple(float(part) for part in row["dash"].split(";") if part),
            mark=row["mark"],
            level=int(row["level"]),
            filter=row["filter"],
        )
        for row in rows_of(STYLES / "classes.csv")
        if row["theme"] == theme
    )


@lru_cache(maxsize=None)
def node_classes() -> tuple[NodeClass, ...]:
    """Return the classes of nodes in the order of the legend."""
    return tuple(
        NodeClass(
            key=row["key"],
            kind=row["kind"],
            filter=row["filter"],
            symbol=row["symbol"],
            scale=float(row["scale"]) * _SCALE_MARGIN,
            fill=row["fill"],
            turns=row["turns"] == "yes",
        )
        for row in rows_of(STYLES / "nodes.csv")
    )


@lru_cache(maxsize=None)
def width_steps() -> tuple[tuple[float | None, float], ...]:
    """Return (largest DN, line width in mm) from thin to thick; the last DN is None."""
    return tuple(
        (float(row["up_to_mm"]) if row["up_to_mm"] else None, float(row["width_mm"]))
        for row in rows_of(STYLES / "widths.csv")
    )


@lru_cache(maxsize=None)
def _scales() -> dict[str, float]:
    return {row["key"]: float(row["denominator"]) for row in rows_of(STYLES / "scales.csv")}


def scale(key: str) -> float:
    """Return the denominator from which something shows, stored 5 % wider."""
    return _scales()[key] * _SCALE_MARGIN


@lru_cache(maxsize=None)
def _svg(name: str) -> tuple[str, float]:
    """Return a symbol as text that a project can carry, and its width in mm (0.1 mm a unit)."""
    content = Path(STYLES / "svg" / f"{name}.svg").read_bytes()
    width = re.search(rb'viewBox="0 0 ([0-9.]+) ', content)
    assert width is not None, name
    return "base64:" + base64.b64encode(content).decode("ascii"), float(width.group(1)) / 10.0


def svg(name: str) -> str:
    """Return a symbol embedded, so that a project draws it without the plugin."""
    return _svg(name)[0]


def svg_width(name: str) -> float:
    """Return the width of a symbol in mm."""
    return _svg(name)[1]


@lru_cache(maxsize=None)
def _shipped_mpa() -> float:
    return Settings().real(REQUIRED)


@dataclass(frozen=True)
class Look:
    """A palette and a language.

    Parameters
    ----------
    palette
        A column of ``palettes.csv``: screen, print, cjj61 or cjj61_paper.
    language
        ``en`` or ``zh_CN``.
    own_codes
        What the users of the network added to its value lists.
    required_mpa
        The pressure that must be there in the network, MPa.
    """

    palette: str
    language: str
    own_codes: tuple[Code, ...] = ()
    required_mpa: float = field(default_factory=_shipped_mpa)

    def theme(self, name: str) -> Theme:
        """Return a theme with the bounds that hold in the network."""
        described = themes()[name]
        return replace(described, value=self._with_bounds(described.value, "{:.9g}"))

    def line_classes(self, theme: str) -> tuple[LineClass, ...]:
        """Return the classes of a theme in the order of its legend, with the bounds of the network."""
        return tuple(
            replace(
                one,
                label_en=self._with_bounds(one.label_en),
                label_zh=self._with_bounds(one.label_zh),
                filter=self._with_bounds(one.filter, "{:.9g}"),
            )
            for one in line_classes(theme)
        )

    def _with_bounds(self, text: str, number: str = "{:.2f}") -> str:
        """Return an expression or a label with the bounds of pressure in it, written as ``number`` says."""
        if "{" not in text:
            return text
        bounds = dict(zip(("low", "middle", "high"), bounds_mpa(self.required_mpa)))
        written = {name: number.format(value) for name, value in bounds.items()}
        metres = {f"{name}_m": f"{value * MPA_METRES:.1f}" for name, value in bounds.items()}
        return text.format(**written, **metres)

    def codes(self, domain: str) -> dict[str, Code]:
        """Return the codes of a value list, those among them that the network's users added."""
        return {**domains.domain(domain), **{one.code: one for one in self._own(domain)}}

    def counting_as(self, domain: str, code: str) -> list[str]:
        """Return a code with those of users that count as it; styles draw them alike."""
        return [code, *(one.code for one in self._own(domain) if one.base == code)]

    def label_with_own(self, domain: str, code: str) -> str:
        """Return what a legend calls a code: its label, with those of users that count as it."""
        return self.with_own(self.label(domains.domain(domain)[code]), domain, code)

    def with_own(self, label: str, domain: str, code: str) -> str:
        """Return the label of a class with, in brackets, the codes of users that count as its code."""
        own = [self.label(one) for one in self._own(domain) if one.base == code]
        if not own:
            return label
        names = listed(own, self.language)
        return f"{label}（{names}）" if self.language == "zh_CN" else f"{label} ({names})"

    def _own(self, domain: str) -> list[Code]:
        return [code for code in self.own_codes if code.domain == domain]

    @property
    def is_cjj61(self) -> bool:
        """Whether systems share colours and carry their class letters on the line."""
        return self.palette.startswith("cjj61")

    def colour(self, key: str) -> str:
        """Return a colour as #rrggbb."""
        return _colours()[key][self.palette]

    def text_colour(self, key: str) -> str:
        """Return the colour of a text about something; the standard's cyan is not a colour for letters."""
        return _colours()[key][ON_PAPER[self.palette] if self.palette == "cjj61" else self.palette]

    def width(self, width_mm: float) -> float:
        """Return a line width in mm for this palette's medium."""
        on_paper = self.palette in ON_PAPER.values()
        return round(width_mm * (_PAPER_WIDTH if on_paper else 1.0), 3)

    def word(self, key: str) -> str:
        """Return a word of the map in this language."""
        return _words()[key][self.language]

    def label(self, described: Theme | LineClass | Code) -> str:
        """Return the label of a theme, class or code in this language."""
        return described.label_zh if self.language == "zh_CN" else described.label_en

    def class_label(self, theme: Theme, line_class: LineClass) -> str:
        """Return what the legend calls a class: its own label, else that of the theme's domain."""
        if line_class.label_en:
            return self.label(line_class)
        return self.label_with_own(theme.domain, line_class.key)
