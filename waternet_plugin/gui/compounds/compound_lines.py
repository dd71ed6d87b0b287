"""What the pane of compounds says in words: lists, headings and figures, each with its mark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waternet_plugin.core.colours import CAUTION, GREY, PASSED, SEVERE
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import joined, listed, shortened, tr
from waternet_plugin.gui.widgets.row_table import TableColumn

if TYPE_CHECKING:
    from waternet_plugin.operations.compounds.compound_needs import CompoundNeeds
    from waternet_plugin.operations.compounds.compound_state import CompoundFigure, CompoundState


def columns() -> tuple[TableColumn, ...]:
    """Return what the list shows of a compound that needs something."""
    return (
        TableColumn("name", tr("Compound"), width=110, fills=True, wraps=True),
        TableColumn("tanks", tr("Tanks"), decimals=0, width=46),
        TableColumn("misconnections", tr("Misconn.", "short for misconnections"), decimals=0, width=56),
        TableColumn("permits", tr("Permits"), decimals=0, width=52),
        TableColumn("work", tr("Work"), decimals=0, width=44),
    )


def need_sentence(needs: CompoundNeeds) -> str:
    """Return of how many compounds how many need something today."""
    if not needs.rows:
        return tr("none of {count} needs attention today").format(count=needs.compounds)
    return tr("{some} of {count} need attention").format(some=len(needs.rows), count=needs.compounds)


def need_note(needs: CompoundNeeds) -> str:
    """Return what is overdue in all compounds."""
    if needs.tanks_overdue is None:
        tanks = tr("tanks not scheduled yet")
    else:
        tanks = tr("%n tank(s) overdue", "", needs.tanks_overdue)
    return listed([tanks, tr("%n user(s) without permit", "", needs.without_permit)])


def title(state: CompoundState) -> str:
    """Return what the compound is called."""
    return state.name or state.compound_id


def heading(state: CompoundState) -> str:
    """Return number, type and hand-over of a compound, and who looks after it."""
    parts = [
        state.compound_id if state.name else "",
        _label("compound_type", state.type),
        _label("handover_mode", state.handover_mode),
        _label("compound_status", state.status),
    ]
    lines = [listed(part for part in parts if part)]
    if state.grid:
        text = tr("Grid {grid}").format(grid=state.grid)
        lines.append(listed([text, state.team]) if state.team else text)
    else:
        lines.append(tr("In no grid"))
    return "\n".join(lines)


def _label(name: str, code: str | None) -> str:
    codes = domain(name)
    return codes[code].label if code in codes else str(code or "")


def figure_label(key: str) -> str:
    """Return what a figure counts."""
    return {
        "tanks": tr("Tanks overdue"),
        "misconnections": tr("Misconnections"),
        "permits": tr("Users without permit"),
        "defects": tr("Pipe defects"),
        "work": tr("Work this month"),
    }[key]


def figure_text(figure: CompoundFigure) -> str:
    """Return a figure as people read it."""
    if figure.count is None:
        return tr("not known")
    if figure.of is None:
        return str(figure.count)
    return tr("{count} of {all}").format(count=figure.count, all=figure.of)


def figure_mark(figure: CompoundFigure) -> tuple[str, str, str]:
    """Return the colour and the letter of the dot before a figure, and what they mean."""
    if figure.count is None:
        return GREY, "?", tr("Nobody looked for it yet.")
    if figure.key == "work":
        is_over = figure.count >= (figure.of or 0)
        return (PASSED, "", tr("All of it is done.")) if is_over else (CAUTION, "", tr("Work is left."))
    return (SEVERE, "!", tr("There is something to do.")) if figure.count else (PASSED, "", tr("In order."))


def order_text(key: str) -> str:
    """Return what a work order of a figure asks a crew to do."""
    return {
        "tanks": tr("Clean the tank: it is overdue."),
        "misconnections": tr("Misconnection: join the drain to the right system."),
        "permits": tr("See the user about the drainage permit."),
        "defects": tr("Repair the defects that the last inspection found."),
        "work": tr("A round of the compound."),
    }[key]


# What a crew does about each figure: table and type of its work orders.
ORDERS = {
    "tanks": ("node", "clean"),
    "misconnections": ("pipe", "repair"),
    "permits": ("customer", "permit"),
    "defects": ("pipe", "repair"),
    "work": ("compound", "patrol"),
}


def sentence(state: CompoundState) -> str:
    """Return the state of a compound in one line, and what its ground overlaps."""
    sentences = [_state_sentence(state)]
    if state.overlaps:
        text = tr(
            "It overlaps {names}: what lies in both and names neither counts in the first by id. Correct "
            "the boundaries."
        )
        sentences.append(text.format(names=shortened(state.overlaps)))
    return joined(filter(None, sentences))


def _state_sentence(state: CompoundState) -> str:
    if state.is_clean:
        return tr("There is nothing to do here.")
    unknown = [figure_label(each.key) for each in state.figures if each.count is None]
    return "" if not unknown else tr("Not known yet: {what}.").format(what=listed(unknown))
