"""The scores of all compounds in a month on a page, and in sentences."""

from __future__ import annotations

from typing import Any

from waternet_plugin.core.drainage.compounds.scores.checklists import (
    NO,
    OF_COMPOUNDS,
    TICKED,
    YES,
    checklist_cells,
    items_of,
)
from waternet_plugin.core.drainage.compounds.scores.intake_points import FAIL, PASS
from waternet_plugin.core.drainage.compounds.scores.score_rules import (
    EXCELLENT,
    FAILED,
    OPEN,
    QUALIFIED,
)
from waternet_plugin.core.drainage.compounds.scores.zero_discharge import LIST
from waternet_plugin.core.frames import records, tuples
from waternet_plugin.core.reports.compounds.score_sheet import samples_section
from waternet_plugin.core.reports.compounds.score_words import (
    ScoredMonth,
    bands_rows,
    criterion_label,
    grade_label,
    indicator_label,
    points_text,
    rules_lines,
    state_label,
    subtitle_of,
)
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable, number, rows_of
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import listed, shortened, tr, with_name

_MOST_LISTED = 200
_MOST_CURVES = 6
# A share above it was surely meant as percent.
_LARGEST_SHARE = 2.0
_GRADES = (EXCELLENT, QUALIFIED, FAILED, OPEN)


def score_summary(scored: ScoredMonth) -> tuple[str, ...]:
    """Return the answer in sentences."""
    scores = scored.result.scores
    counts = scores["grade"].value_counts()
    grades = [f"{grade_label(grade)} {number(int(counts.get(grade, 0)))}" for grade in _GRADES]
    lines = [
        tr("{month}, {count} compounds: {grades}.").format(
            month=scored.result.month.text, count=number(len(scores)), grades=listed(grades)
        ),
        tr("They ask for {hours} h of work in the month; zero-discharge: {yes}.").format(
            hours=number(float(scores["hours"].sum()), 1),
            yes=number(int((scores["zero_discharge"] == YES).sum())),
        ),
    ]
    indicators = scored.result.indicators
    unknown = indicators.loc[indicators["points"].isna(), "indicator"].value_counts(sort=False)
    if len(unknown):
        parts = [f"{indicator_label(str(name))} {number(int(count))}" for name, count in unknown.items()]
        lines.append(
            tr("Unknown, so that a range stands for it: {indicators} (compounds each).").format(
                indicators=listed(parts)
            )
        )
    return tuple(lines)


def score_notes(scored: ScoredMonth) -> tuple[str, ...]:
    """Return what to note of the records that the scores rest on."""
    result, lines = scored.result, []
    if result.items.turned:
        lines.append(
            tr("Work items closed before they were opened: {items}. They count by these days.").format(
                items=shortened(result.items.turned)
            )
        )
    if result.emergencies_without_due:
        lines.append(
            tr("Emergencies without a day on which they are due: {items}. They count as not in time.").format(
                items=shortened(result.emergencies_without_due)
            )
        )
    if result.unplaced:
        lines.append(
            tr("Work items of the month outside all compounds: {count}. They count in none.").format(
                count=number(result.unplaced)
            )
        )
    if result.unmeasured:
        lines.append(
            tr("Drains of compounds without a length: {count}. They count as 0 m.").format(
                count=number(result.unmeasured)
            )
        )
    if result.contradicting:
        of_all = tr("all compounds")
        names = [
            f"{indicator_label(indicator)} ({compound or of_all})"
            for compound, indicator in result.contradicting
        ]
        lines.append(
            tr("Entered several times with different values, so unknown: {indicators}.").format(
                indicators=shortened(names)
            )
        )
    large = result.indicators
    large = large[(large["source"] == "entered") & (large["value"] > _LARGEST_SHARE)]
    if len(large):
        lines.append(
            tr(
                "Entered values above {most} were taken as shares, as they stand: {compounds}. Shares go "
                "from 0 to 1."
            ).format(most=f"{_LARGEST_SHARE:g}", compounds=shortened(sorted(set(large["compound_id"]))))
        )
    return tuple(lines)


def score_report(scored: ScoredMonth) -> Report:
    """Return the report of a month: scores, hours, zero discharge, checklists, samples, rules."""
    result = scored.result
    month = result.month.text
    summary = score_summary(scored)
    notes = score_notes(scored)
    sections = [
        _scores_section(scored),
        _load_section(scored),
        *_checklist_sections(scored),
        *_sample_sections(scored),
        *_intake_sections(scored),
        ReportSection(
            tr("Rules"),
            tuple(rules_lines(result.rules)),
            table=ReportTable(
                (tr("Indicator"), tr("Bands (value: points)")), rows_of(bands_rows(result.rules))
            ),
        ),
    ]
    if notes:
        sections.insert(1, ReportSection(tr("Points to note"), notes))
    return Report(
        tr("Scores of compounds, {month}").format(month=month),
        summary[0],
        subtitle=subtitle_of(scored),
        sections=tuple(sections),
        figures=_figures(scored),
    )


def _figures(scored: ScoredMonth) -> dict[str, Any]:
    result = scored.result
    points = scored.intake_points.frame
    return {
        "month": result.month.text,
        "as_of": scored.as_of,
        "rules": result.rules.version,
        "switches": dict(result.rules.switches),
        "bands": {name: bands.text for name, bands in result.rules.bands.items()},
        "scores": records(result.scores),
        "indicators": records(result.indicators),
        "actions": records(result.actions),
        "criteria": records(result.zero.criteria.drop(columns="assets")),
        "samples": records(scored.samples.changes),
        "items_closed_before_opened": list(result.items.turned),
        "intake_points": records(points),
        "intake_points_passed": int((points["state"] == PASS).sum()),
        "intake_points_smart": scored.intake_points.smart,
    }


def _cut(rows: list[Any]) -> tuple[tuple[Any, ...], str]:
    """Return the first rows of a table, and a note that says how many more there are."""
    more = len(rows) - _MOST_LISTED
    note = tr("{count} more are in the tables.").format(count=number(more)) if more > 0 else ""
    return tuple(rows[:_MOST_LISTED]), note


def _scores_section(scored: ScoredMonth) -> ReportSection:
    """Return the table of scores, the lowest first."""
    names = scored.names
    scores = scored.result.scores.sort_values(["score_low", "compound_id"], kind="stable")
    rows, note = _cut(
        [
            (
                with_name(row.compound_id, names.get(row.compound_id)),
                points_text(row.score_low, row.score_high),
                grade_label(row.grade),
                float(row.hours),
                state_label(row.zero_discharge),
            )
            for row in tuples(scores)
        ]
    )
    columns = (tr("Compound"), tr("Points", "score"), tr("Grade"), tr("Hours"), tr("Zero discharge"))
    return ReportSection(tr("Scores"), score_summary(scored)[1:], table=ReportTable(columns, rows), note=note)


def _load_section(scored: ScoredMonth) -> ReportSection:
    """Return the hours that the month asks of each team."""
    teams = scored.result.scores.merge(scored.compounds[["compound_id", "team"]], on="compound_id")
    teams["team"] = teams["team"].fillna(tr("no team"))
    load = teams.groupby("team", sort=True)["hours"].agg(["size", "sum", "max"])
    rows = tuple(
        (team, int(size), float(whole), float(largest))
        for team, size, whole, largest in zip(load.index, load["size"], load["sum"], load["max"])
    )
    columns = (tr("Team"), tr("Compounds"), tr("Hours of the month"), tr("Hours of its largest compound"))
    return ReportSection(tr("Load of the teams"), table=ReportTable(columns, rows))


def _checklist_sections(scored: ScoredMonth) -> list[ReportSection]:
    """Return a matrix of compounds and items: of zero discharge, and of each list with anything ticked."""
    names = scored.names
    ids = scored.compounds["compound_id"].to_numpy(dtype=object)
    sections = []
    for name in OF_COMPOUNDS:
        cells = scored.result.zero.criteria if name == LIST else checklist_cells(scored.ticks, name, ids)
        if name != LIST and not (cells["state"] == TICKED).any():
            continue
        items = items_of(name)
        table = cells["state"].map(state_label).to_numpy(dtype=object).reshape(-1, len(items))
        rows, note = _cut([(with_name(each, names[each]), *row) for each, row in zip(ids, table)])
        columns = (tr("Compound"), *(item.label for item in items))
        sections.append(
            ReportSection(
                domain("checklist")[name].label,
                _criteria_lines(scored) if name == LIST else (),
                table=ReportTable(columns, rows),
                note=note,
            )
        )
    return sections


def _criteria_lines(scored: ScoredMonth) -> tuple[str, ...]:
    """Return in how many compounds which criterion of zero discharge does not hold."""
    criteria, total = scored.result.zero.criteria, number(len(scored.compounds))
    failing = criteria.loc[criteria["state"] == NO, "criterion"].value_counts(sort=False)
    text = tr("{criterion}: not so in {count} of {total} compounds.")
    lines = [
        text.format(criterion=criterion_label(str(criterion)), count=number(int(count)), total=total)
        for criterion, count in failing.items()
    ]
    if not scored.result.zero.is_filled:
        lines.append(tr("No checklist of zero discharge is filled yet: this indicator is unknown."))
    return tuple(lines)


def _sample_sections(scored: ScoredMonth) -> list[ReportSection]:
    """Return the curves of the compounds with the most samples."""
    counts = scored.samples.frame["compound_id"].value_counts().rename_axis("id").reset_index(name="many")
    counts = counts.sort_values(["many", "id"], ascending=[False, True], kind="stable")
    sections = []
    for compound in counts["id"].head(_MOST_CURVES):
        section = samples_section(scored.samples, compound)
        if section is not None:
            title = f"{section.title}: {with_name(compound, scored.names.get(compound))}"
            sections.append(ReportSection(title, section.paragraphs, chart=section.chart))
    return sections


def _intake_sections(scored: ScoredMonth) -> list[ReportSection]:
    """Return the intake points of reclaimed water, what each lacks, and their coverage; none without any."""
    points = scored.intake_points.frame
    if not len(points):
        return []
    labels = {item.item: item.label for item in items_of("intake_point")}
    words = {PASS: tr("pass"), FAIL: tr("fail")}

    def items(names: str | None) -> str:
        return listed(labels[name] for name in names.split(";")) if names else ""

    rows, note = _cut(
        [
            (
                row.node_id,
                words.get(row.state, tr("open", "grade")),
                row.pressure_mpa,
                items(row.failing),
                items(row.missing),
            )
            for row in tuples(points)
        ]
    )
    columns = (tr("Intake point"), tr("State"), tr("Pressure (MPa)"), tr("Fails"), tr("Not shown yet"))
    share = 100 * scored.intake_points.smart / len(points)
    passed = int((points["state"] == PASS).sum())
    line = tr("{passed} of {count} intake points pass all seven points; {share} % are smart.").format(
        passed=number(passed), count=number(len(points)), share=number(share, 1)
    )
    return [
        ReportSection(
            tr("Reclaimed water intake points"), (line,), table=ReportTable(columns, rows, 2), note=note
        )
    ]
