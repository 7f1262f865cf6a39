"""Bot stage: how an answer came about, for a terminal and for machines."""

from collections.abc import Iterator, Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from bot.assistant import Trace
from bot.facts import Found
from bot.messages import say
from bot.render import plain
from corpus.document import Language

_SHOWN = 12
_LONGEST = 60


def explanation_record(traces: Sequence[Trace]) -> list[dict[str, Any]]:
    """Return for each question what it asks for, the passages and the candidates, as machines read it."""
    return [
        {
            "question": trace.asked.question,
            "wants": trace.asked.wants,
            "kinds": dict(trace.asked.kinds),
            "counted": trace.asked.counted,
            "years": list(trace.asked.years),
            "passages": [
                {"document": hit.document.id, "start": hit.passage.start, "score": round(hit.score, 4)}
                for hit in trace.ranked
            ],
            "spans": [
                {
                    "text": one.candidate.text,
                    "document": one.candidate.document.id,
                    "start": one.candidate.start,
                    "end": one.candidate.end,
                    "span": round(one.candidate.span, 2),
                    "total": round(one.total, 2),
                    "confidence": round(one.confidence, 4),
                    "dropped": one.dropped,
                }
                for one in trace.found
            ],
        }
        for trace in traces
    ]


def explanation(traces: Sequence[Trace], language: Language) -> Iterator[Text | Table]:
    """Yield what shows in a terminal how an answer came about."""
    for trace in traces:
        asked = trace.asked
        details = [asked.wants, *sorted(asked.kinds, key=lambda kind: -asked.kinds[kind]), asked.counted]
        details += [str(year) for year in asked.years]
        yield Text(f"{say('asked', language)} {plain(asked.question)}", style="bold")
        yield Text(f"{say('wants', language)} {plain(', '.join(filter(None, details)))}")
        yield _passages(trace, language)
        yield _spans(trace.found[:_SHOWN], language)


def _passages(trace: Trace, language: Language) -> Table:
    table = Table(title=say("passages", language), title_justify="left")
    for heading in ("score", "report", "text"):
        table.add_column(say(heading, language), overflow="fold")
    for hit in trace.ranked:
        text = hit.document.text[hit.passage.start : hit.passage.end]
        table.add_row(f"{hit.score:.2f}", Text(plain(hit.document.id)), _short(text))
    return table


def _spans(found: Sequence[Found], language: Language) -> Table:
    table = Table(title=say("spans", language), title_justify="left")
    for heading in ("text", "report", "reader", "evidence", "confidence", "dropped"):
        table.add_column(say(heading, language), overflow="fold")
    for one in found:
        candidate = one.candidate
        table.add_row(
            _short(candidate.text),
            Text(plain(candidate.document.id)),
            f"{candidate.span:.1f}",
            f"{one.total:.1f}",
            f"{one.confidence:.2f}",
            Text(plain(reason(one, language))),
        )
    return table


def reason(one: Found, language: Language) -> str:
    """Say why a candidate is no fact, or that it is one."""
    if one.dropped is None:
        return say("kept", language)
    key, _, names = one.dropped.partition(": ")
    return say(f"dropped_{key}", language, names=names)


def _short(text: str) -> Text:
    flat = " ".join(plain(text).split())
    return Text(flat if len(flat) <= _LONGEST else flat[:_LONGEST] + "…")
