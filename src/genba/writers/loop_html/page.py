"""The page around the picture: what to do next, the picture, and the evidence in tables."""

from collections.abc import Iterator

from genba.formats.displaywidth import truncate
from genba.formats.webpage import readable_size, template
from genba.i18n import catalog, translate
from genba.model.loop import Loop
from genba.writers.loop_html.picture import HEIGHT, WIDTH, draw

ROWS_SHOWN = 200
TITLE_COLUMNS = 26  # of a box, in half-width letters


def encode(loop: Loop, lang: str) -> bytes:
    """Render the page; names and titles from outside are escaped, whatever they hold."""
    page = template(
        "genba.writers", "loop.html.jinja"
    ).render(
        lang=lang,
        loop_=loop,  # jinja has a loop of its own
        picture=draw(loop),
        box_width=WIDTH,
        box_height=HEIGHT,
        advice=tuple(advice(loop)),
        captures=loop.captures[:ROWS_SHOWN],
        samples=sum(capture.samples for capture in loop.captures),
        raw_bytes=sum(capture.raw_bytes for capture in loop.captures),
        stored_bytes=sum(capture.stored_bytes for capture in loop.captures),
        lost=sum(sum(capture.losses.values()) for capture in loop.captures),
        refused=sum(len(capture.refused) for capture in loop.captures),
        in_use=_in_use(loop),
        t=lambda code, **details: translate(code, lang, **details),
        named=lambda code: catalog(lang).get(code, code.rsplit(".", 1)[-1]),
        size=readable_size,
        time=time_text,
        short=lambda text: truncate(text, TITLE_COLUMNS),
    )
    return str(page).encode("utf-8")


def advice(loop: Loop) -> Iterator[tuple[str, dict[str, object]]]:
    """Say what to do next, the most urgent first: codes of sentences with their details."""
    if not loop.captures:
        yield "loop.do_capture", {}
        return
    refused = sum(len(capture.refused) for capture in loop.captures)
    if refused:
        yield "loop.do_refused", {"clocks": refused}
    unaligned = [item for item in loop.captures if item.clocks > 1 and not item.aligned and not item.refused]
    if unaligned:
        yield "loop.do_align", {"captures": len(unaligned)}
    used = {identity for dataset in loop.datasets for identity in dataset.captures}
    waiting = [capture for capture in loop.captures if capture.id not in used]
    if any(capture.asked_by for capture in waiting):
        yield "loop.do_use_slices", {"captures": sum(bool(capture.asked_by) for capture in waiting)}
    elif waiting:
        yield "loop.do_render", {"captures": len(waiting)}
    learnt = {identity for model in loop.models for identity in model.datasets}
    if any(dataset.kind == "windows" and dataset.id not in learnt for dataset in loop.datasets):
        yield "loop.do_learn", {}
    deployed = {deployment.model for deployment in loop.deployments}
    if any(model.promoted and model.id not in deployed for model in loop.models):
        yield "loop.do_deploy", {}


def _in_use(loop: Loop) -> frozenset[str]:
    return frozenset(deployment.model for deployment in loop.deployments)


def time_text(nanoseconds: float) -> str:
    """Write a short time in the largest unit that leaves at least one."""
    for unit, step in (("s", 1e9), ("ms", 1e6), ("µs", 1e3)):
        if abs(nanoseconds) >= step:
            return f"{nanoseconds / step:.3g} {unit}"
    return f"{nanoseconds:.0f} ns"
