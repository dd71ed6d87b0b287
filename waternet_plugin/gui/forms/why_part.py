"""Why a pipe has its score, in its form: class, reasons, evidence, interval; what of it is verified."""

from __future__ import annotations

import html
from typing import Any

from qgis.core import NULL, QgsExpression, QgsFeatureRequest
from qgis.PyQt.QtWidgets import QVBoxLayout

from waternet_plugin.core.schema import domains
from waternet_plugin.core.schema.tables import Table
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.gui.forms.form_part import FormPart
from waternet_plugin.gui.survey.verification.verification_box import VerificationBox
from waternet_plugin.gui.tasks.tasks import on_network

_HEIGHT = 150
# Other runs that are named.
_RUNS = 5


def _label(domain: str, code: Any) -> str:
    found = domains.domain(domain).get("" if code is None or code == NULL else str(code))
    return found.label if found else ""


class WhyPart(FormPart):
    """A few sentences: what the view of the shown run says at once, then all that can be found out."""

    def build(self, layout: QVBoxLayout) -> None:
        """Put the sentences in."""
        from waternet_plugin.gui.panes.pane import Prose

        self.setObjectName("wn_form_why")
        self.prose = Prose("wn_form_why_text", self, minimumHeight=_HEIGHT)
        self._earlier = ""
        self.verification = VerificationBox(self.session, self)
        layout.addWidget(self.prose)
        layout.addWidget(self.verification)

    def show_asset(self, _described: Table, asset: str) -> None:
        """Say why a pipe has its class."""
        self._latest.drop()
        self.verification.show_pipe(asset)
        if not asset:
            self._say([tr("A new pipe gets its score at the next assessment.")])
            return
        row = self._row(asset)
        # A pipe without a row may be newer than the assessment, or there is none: that is read.
        self._earlier = "" if row is None else self._earlier_runs(str(row["run_id"]))
        self._say([tr("Reading health")] if row is None else self._sentences(row))
        if self.isVisible():
            self._read_all(asset)

    def showEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Find out the rest once somebody looks."""
        super().showEvent(event)
        if self._shown is not None and self._shown[1]:
            self._read_all(self._shown[1])

    def _row(self, asset: str) -> Any:
        """Return the pipe's row of the shown run, None where there is none."""
        layer = self.session.layer("pipe_health")
        if layer is None:
            return None
        of_pipe = QgsExpression.createFieldEqualityExpression("pipe_id", asset)
        request = QgsFeatureRequest().setFilterExpression(of_pipe).setLimit(1)
        request.setFlags(QgsFeatureRequest.Flag.NoGeometry)
        row = next(iter(layer.getFeatures(request)), None)
        return None if row is None or row["run_id"] in (None, NULL) else row

    def _sentences(self, row: Any) -> list[str]:
        from waternet_plugin.core.health.rates.reason_words import WORDS

        said = [_label("health_class", row["class"])]
        kept = ("" if row[name] in (None, NULL) else str(row[name]) for name in ("reason_facts", "reasons"))
        said += [f"• {reason}" for reason in WORDS.say_all(WORDS.read(*kept))[:3]]
        evidence = _label("evidence", row["evidence"])
        if evidence:
            said.append(tr("Evidence: {evidence}.").format(evidence=evidence))
        return [*said, self._earlier] if self._earlier else said

    def _earlier_runs(self, shown: str) -> str:
        """Return what the other runs said of the pipe, the newest first; '' where there are none."""
        said = [
            f"{row['run_id']} {_label('health_class', row['class'])}"
            for row in sorted(
                self.relation().getRelatedFeatures(self.feature()), key=lambda row: row.id(), reverse=True
            )
            if str(row["run_id"]) != shown
        ]
        return "" if not said else tr("Other assessments: {runs}.").format(runs=listed(said[:_RUNS]))

    def _say(self, sentences: list[str]) -> None:
        first, *rest = [html.escape(sentence) for sentence in sentences]
        self.prose.setHtml(f"<p><b>{first}</b></p>" + "".join(f"<p>{one}</p>" for one in rest))

    def _read_all(self, asset: str) -> None:
        """Read what the pane “why” says of this pipe, in a task."""
        path = self.session.network_path
        if not path:
            return

        def work(network: Any, _progress: Any) -> Any:
            from waternet_plugin.gui.health import why_page
            from waternet_plugin.operations.health.explain_health import PIPE, ExplainRequest, explain_health

            return why_page.page_of(explain_health(network, ExplainRequest(PIPE, asset)))

        def done(page: Any) -> None:
            more = f"<p>{html.escape(self._earlier)}</p>" if self._earlier else ""
            self.prose.setHtml(page.html + more)

        def failed(error: Any) -> None:
            # What the view said stays where more can't be found out.
            if self._row(asset) is None:
                self._say([error.message])

        self._latest.begin(tr("Reading health"), on_network(path, work), done, failed, is_quiet=True)
