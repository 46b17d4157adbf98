"""Writes a model's card: what it learnt from, how it was judged, and what nobody has tested (Mitchell et al. 2019)."""

from html import escape

from genba.formats.webpage import plain, template
from genba.i18n import catalog, translate
from genba.model.evidence import Evidence
from genba.model.loop import Learnt, Metric


def encode(model: Learnt, evidence: Evidence, lang: str) -> bytes:
    """Render the card as Markdown in one language."""
    page = template("genba.writers", "model-card.md.jinja").render(
        model=model,
        evidence=evidence,
        t=lambda code, **details: _sentence(code, lang, details),
        named=lambda code: _Ours(catalog(lang).get(code, code.rsplit(".", 1)[-1])),
        shown=shown,
        rows=_rows(model, evidence),
    )
    return str(page).encode("utf-8")


class _Ours(str):
    """Text that the template takes as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


def _sentence(code: str, lang: str, details: dict[str, object]) -> _Ours:
    """Our own words stay as they are; what comes from outside is escaped."""
    tame = {name: escape(plain(str(value)), quote=False) for name, value in details.items()}
    return _Ours(translate(code, lang, **tame))


def shown(metric: Metric | None) -> str:
    """A figure with its interval."""
    if metric is None:
        return "–"
    return f"{metric.value:.3g} [{metric.low:.3g}, {metric.high:.3g}]"


def _rows(model: Learnt, evidence: Evidence) -> list[tuple[str, Metric, Metric | None, Metric | None, Metric | None]]:
    """Each figure beside the rival's, the difference, and what watching levels alone reaches."""

    def found(metrics: tuple[Metric, ...], name: str) -> Metric | None:
        return next((one for one in metrics if one.name == name), None)

    return [
        (
            one.name,
            one,
            found(model.rival_metrics, one.name),
            found(evidence.difference, one.name),
            found(evidence.level_alarm, one.name),
        )
        for one in model.metrics
    ]
