"""What stands in the map tip of an asset: words, no codes, nothing that could be markup."""

from __future__ import annotations

from collections.abc import Sequence

from waternet_plugin.bridge.forms.reason_texts import first_reason
from waternet_plugin.bridge.styling import expressions
from waternet_plugin.bridge.styling.look import Look

_ZONE, _NODE, _NAME, _KIND = '"zone_id"', '"node_id"', '"name"', '"kind"'
_STYLE = "font-family:sans-serif;font-size:9pt"


def _escaped(expression: str) -> str:
    # QGIS 3.22 has no function that escapes HTML.
    return f"replace(replace(replace({expression}, '&', '&amp;'), '<', '&lt;'), '>', '&gt;')"


def _named(chosen: Look, domain: str, value: str = "") -> str:
    """Return the label of a code, by default of the field of the domain's name.

    NULL stays NULL, a strange code shows as it is.
    """
    field = value or f'"{domain}"'
    labels = {code.code: chosen.label(code) for code in chosen.codes(domain).values()}
    pairs = ", ".join(f"{expressions.text(key)}, {expressions.text(value)}" for key, value in labels.items())
    return f"coalesce(map_get(map({pairs}), {field}), {_escaped(field)})"


def _row(label: str, expression: str) -> str:
    """Return a row that is left out where the value is unknown."""
    colon = ": " if label.isascii() else "："
    return f"[% coalesce('<br>{label}{colon}' || nullif(to_string({expression}), ''), '') %]"


def _page(title: str, rows: Sequence[str]) -> str:
    return f'<div style="{_STYLE}"><b>[% {title} %]</b>{"".join(rows)}</div>'


def _size() -> str:
    box = 'round("width_mm") || \'x\' || round("height_mm")'
    return f"coalesce(' ' || {box}, ' DN' || round(\"diameter_mm\"), '')"


def pipe(chosen: Look, *, failure_layer: str = "", health_layer: str = "") -> str:
    """Return the tip of a pipe.

    Parameters
    ----------
    chosen
        Palette and language.
    failure_layer, health_layer
        Ids of the layers of failures and of health; '' to leave out what they would tell.
    """
    title = f"{_named(chosen, 'system')} || {_size()}"
    rows = [
        _row(chosen.word("material"), _named(chosen, "material")),
        _row(chosen.word("year_laid"), '"install_year"'),
        _row(chosen.word("length"), "format_number(\"length_m\", 1) || ' m'"),
        _row(chosen.word("street"), _escaped('"street"')),
        _row(chosen.word("status"), f"if(\"status\" = 'in_use', NULL, {_named(chosen, 'status')})"),
    ]
    if failure_layer:
        newest = f"aggregate('{failure_layer}', 'max', \"date\", \"pipe_id\" = attribute(@parent, 'pipe_id'))"
        rows.append(_row(chosen.word("last_failure"), f"format_date({newest}, 'yyyy-MM-dd')"))
    if health_layer:
        health_row = f"get_feature('{health_layer}', 'pipe_id', \"pipe_id\")"
        class_, reasons, facts = (
            f"attribute({health_row}, {expressions.text(name)})"
            for name in ("class", "reasons", "reason_facts")
        )
        rows += _health_rows(chosen, class_, reasons, facts)
    return _page(title, rows)


def leakage(chosen: Look) -> str:
    """Return the tip of a metered area in the leakage theme: state, night, leakage and the open alarm."""
    flow = "format_number({field}, 1) || ' m³/h'".format
    rows = [
        _row(chosen.word("leak_state"), _named(chosen, "night_state", '"leak_state"')),
        _row(chosen.word("leak_night"), "format_date(\"night\", 'yyyy-MM-dd')"),
        _row(chosen.word("leak_flow"), flow(field='"leak_m3h"')),
        _row(chosen.word("leak_rise"), "'+' || " + flow(field='"rise_m3h"')),
        _row(chosen.word("leak_since"), "format_date(\"started_on\", 'yyyy-MM-dd')"),
        _row(chosen.word("loss_rate"), "format_number(100 * \"loss_rate\", 1) || ' %'"),
        _row(chosen.word("balance_until"), "format_date(\"balance_to\", 'yyyy-MM-dd')"),
    ]
    return _page(f"concat({_escaped(_ZONE)}, ' ', {_escaped(_NAME)})", rows)


def verified(chosen: Look) -> str:
    """Return the tip of a pipe with its verdict before backfilling, and the reasons of it."""
    rows = [
        _row(chosen.word("verdict"), _named(chosen, "verification_verdict", '"verdict"')),
        _row(chosen.word("verdict_reasons"), _escaped('"reasons"')),
    ]
    return _page(_escaped('"pipe_id"'), rows)


def due(chosen: Look) -> str:
    """Return the tip of a tank on the due map: when it is due, what that rests on, and why."""
    rows = [
        _row(chosen.word("due_on"), "format_date(\"due_on\", 'yyyy-MM-dd')"),
        _row(chosen.word("state"), _named(chosen, "due_state", '"due_state"')),
        _row(chosen.word("last_cleaned"), "format_date(\"last_cleaned_on\", 'yyyy-MM-dd')"),
        _row(chosen.word("due_basis"), _named(chosen, "tank_basis", '"basis"')),
        _row(chosen.word("because"), _escaped('"reasons"')),
    ]
    return _page(f"concat({_named(chosen, 'node_kind', _KIND)}, ' ', {_escaped(_NODE)})", rows)


def pipe_health(chosen: Look, *, failure_layer: str = "") -> str:
    """Return the tip of a pipe in the health theme."""
    tip = pipe(chosen, failure_layer=failure_layer)
    rows = _health_rows(chosen, '"class"', '"reasons"', '"reason_facts"')
    return tip.replace("</div>", "".join(rows) + "</div>")


def _health_rows(chosen: Look, class_: str, reasons: str, facts: str) -> list[str]:
    first = first_reason(facts, reasons, chosen.language)
    return [
        _row(chosen.word("health"), _named(chosen, "health_class", class_)),
        _row(chosen.word("because"), f"nullif({_escaped(first)}, '')"),
    ]


def node(chosen: Look) -> str:
    """Return the tip of a node."""
    is_valve = expressions.is_among("kind", chosen.counting_as("node_kind", "valve"))
    return _page(
        _named(chosen, "node_kind", '"kind"'),
        [
            _row(chosen.word("system"), _named(chosen, "system")),
            _row(chosen.word("number"), _escaped('"node_id"')),
            _row(chosen.word("state"), f"if({is_valve}, {_named(chosen, 'valve_state')}, NULL)"),
            _row("DN", 'round("diameter_mm")'),
        ],
    )


def customer(chosen: Look) -> str:
    """Return the tip of a user, without the name: that is a matter of the form."""
    return _page(
        f"coalesce({_named(chosen, 'customer_kind', _KIND)}, {expressions.text(chosen.word('customer'))})",
        [
            _row(chosen.word("number"), _escaped('"customer_id"')),
            _row(chosen.word("demand"), "format_number(\"demand_m3d\", 1) || ' m³/d'"),
            _row(chosen.word("households"), '"households"'),
        ],
    )


def project(chosen: Look) -> str:
    """Return the tip of a renewal package."""
    return _page(
        f"coalesce({_escaped(chr(34) + 'street' + chr(34))}, {_escaped(chr(34) + 'project_id' + chr(34))})",
        [
            _row(chosen.word("state"), _named(chosen, "project_state", '"state"')),
            _row(chosen.word("year"), '"year"'),
            _row(chosen.word("length"), "format_number(\"length_m\", 1) || ' m'"),
            _row(chosen.word("cost"), 'format_number("cost", 0)'),
        ],
    )


def survey_row(chosen: Look) -> str:
    """Return the tip of a row of a survey file."""
    return _page(
        f"coalesce({_escaped(chr(34) + 'point_no' + chr(34))}, '')",
        [
            _row(chosen.word("state"), _named(chosen, "survey_verdict", '"verdict"')),
            _row(chosen.word("because"), _escaped('"reason"')),
        ],
    )


def failure(chosen: Look) -> str:
    """Return the tip of a failure."""
    return _page(
        _named(chosen, "failure_kind", '"kind"'),
        [
            _row(chosen.word("date"), "format_date(\"date\", 'yyyy-MM-dd')"),
            _row(chosen.word("street"), _escaped('"street"')),
        ],
    )


def issue() -> str:
    """Return the tip of an issue: what a check found, as its display name says it."""
    # That expression is long; a project keeps it once.
    return _page(f"coalesce({_escaped('display_expression()')}, '')", [])


def named(field: str = "name") -> str:
    """Return the tip of an area: its name."""
    return _page(f"coalesce({_escaped(chr(34) + field + chr(34))}, '')", [])
