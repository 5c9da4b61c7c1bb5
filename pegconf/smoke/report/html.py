"""A smoke test's report as one page that needs nothing but itself: no script of its own, every text escaped (pure)."""

from __future__ import annotations

from datetime import datetime
from html import escape
from typing import TYPE_CHECKING, Final

import pegconf
from pegconf.core import resources, units
from pegconf.smoke.outcome import Verdict
from pegconf.smoke.report import svg
from pegconf.smoke.report.text import rows_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pegconf.measure.who_gets_in import Listening
    from pegconf.site.node_answer import NodeFacts
    from pegconf.smoke.outcome import Outcome

_KINDS: Final = {Verdict.WORKS: "works", Verdict.BROKEN: "broken"}
_KEYS: Final = (("a", "submitted, waiting"), ("b", "started"), ("c", "workers connected"))


def render(outcome: Outcome, section: str, configuration: str, script: str, performance: str = "") -> str:
    """The page; configuration and script come as texts from which secrets were taken out, performance as Dask's HTML.

    Dask's page stands in a frame whose scripts run and load nothing, by the page's policy; bokeh stays blank in a
    frame with `sandbox`.
    """
    parts = [_verdict(outcome, section)]
    if outcome.jobs:
        keys = "".join(f'<span class="key" style="--k: var(--{name})">{words}</span>' for name, words in _KEYS)
        drawn = f'<figure class="wide">{svg.timeline(outcome.jobs)}</figure><p class="soft">{keys}</p>'
        reasons = [(job.job_id, job.reason) for job in outcome.jobs if job.reason]
        parts.append(_part("Jobs", drawn + (_table(("job", "why it waits"), reasons) if reasons else "")))
    if outcome.ways:
        parts.append(_part("Timings", f'<figure class="wide">{svg.timings(outcome.ways)}</figure>{_size(outcome)}'))
    if outcome.speeds:
        parts.append(_part("Measured", _table(("measured", "", ""), rows_of(outcome, outcome.speeds))))
    if outcome.workers:
        rows = [(w.address, w.host, w.interface or "?", units.show_bytes(w.memory), w.python) for w in outcome.workers]
        parts.append(_part("Workers", _table(("address", "host", "interface", "memory", "Python"), rows)))
    if outcome.nodes:
        differ = _table(("not the same everywhere",), [(line,) for line in outcome.unlike]) if outcome.unlike else ""
        parts.append(_part("Nodes", _nodes(outcome.nodes) + differ))
    if outcome.sockets:
        open_to = [(one.process, one.host, one.address, _ports(one), one.what) for one in outcome.sockets]
        parts.append(_part("Listening", _table(("what", "on", "address", "port", "for"), open_to)))
    if outcome.checks:
        seen = [("yes" if check.holds else "NO", check.title, check.seen) for check in outcome.checks]
        parts.append(_part("Checks", _table(("holds", "what", "seen"), seen)))
    if performance:
        frame = f'<iframe title="Dask\'s performance report" srcdoc="{escape(performance)}">'
        parts.append(_part("Dask's own performance report", f"{frame}</iframe>"))
    parts.append(_part("Section", f"<pre>{escape(configuration)}</pre>"))
    if script:
        parts.append(_part("Job script", f"<pre>{escape(script)}</pre>"))
    parts.append(f'<p class="soft">pegconf {escape(pegconf.__version__)}, {datetime.now().astimezone():%c %Z}.</p>')
    return _whole(
        f"smoke test of {section}",
        "\n".join(parts),
        scripts="'unsafe-inline' 'unsafe-eval'" if performance else "'none'",
    )


def _whole(title: str, body: str, scripts: str) -> str:
    # A frame with srcdoc inherits the policy: bokeh's scripts run there and load nothing.
    policy = f"default-src 'none'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; script-src {scripts}"
    head = f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{policy}">'
    head += '<meta name="viewport" content="width=device-width, initial-scale=1">'
    style = f"<style>\n{resources.template('report.css')}</style>"
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head>{head}<title>{escape(title)}</title>{style}</head>\n'
        f"<body>\n{body}\n</body></html>\n"
    )


def _part(title: str, inside: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{inside}</section>"


def _verdict(outcome: Outcome, section: str) -> str:
    kind = _KINDS.get(outcome.verdict, "wait")
    paragraphs = []
    if outcome.verdict is Verdict.WORKS:
        head = f"It works: section {section} ran {units.count(outcome.plan.workers, 'worker')} on {outcome.backend}"
    elif outcome.stopped is not None:
        head = f"It came to no verdict: {outcome.stopped.why}"
    else:
        words = "It has not started" if outcome.verdict is Verdict.NOT_STARTED else "It does not run"
        head = f"{words}: {outcome.cause.sentence} [{outcome.cause.code}]" if outcome.cause else words
    if outcome.connected_after is not None:
        paragraphs.append(f"All workers were connected {outcome.connected_after:.0f} s after submission.")
    if outcome.cause is not None and outcome.cause.way_out:
        paragraphs.append(outcome.cause.way_out)
    if proven := sorted({worker.python for worker in outcome.workers}):
        paragraphs.append(f"Python proven: {', '.join(proven)}")
    paragraphs += [f"NOT cancelled: {line}" for line in outcome.remaining]
    said = f"<pre>{escape(outcome.cause.evidence)}</pre>" if outcome.cause and outcome.cause.evidence else ""
    return f'<h1 class="{kind}">{escape(head)}</h1>' + "".join(f"<p>{escape(line)}</p>" for line in paragraphs) + said


def _size(outcome: Outcome) -> str:
    return f'<p class="soft">{escape(outcome.plan.array)}</p>'


def _nodes(nodes: Sequence[NodeFacts]) -> str:
    rows = []
    for node in nodes:
        memory = node.memory_limit or node.memory_of_node
        pythons = [f"{python.path or python.asked} {python.version or python.trouble}" for python in node.pythons]
        folders = [
            f"{folder.asked}: {folder.filesystem or '?'}"
            + (f", {units.show_bytes(folder.speed)}/s" if folder.speed else "")
            + ("" if folder.writable else ", NOT writable")
            for folder in node.directories
        ]
        links = [f"{link.name} {link.address}" for link in node.links if link.name != "lo"]
        rows.append(
            (
                node.host,
                "?" if node.cores is None else str(node.cores),
                "?" if memory is None else units.show_bytes(memory),
                "\n".join(links),
                "\n".join(folders),
                "\n".join(pythons),
            )
        )
    return _table(("node", "cores", "memory", "interfaces", "directories", "Python"), rows)


def _ports(one: Listening) -> str:
    return ", ".join(map(str, one.ports))


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join(f"<tr>{''.join(f'<td>{_lines(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f'<div class="wide"><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")
