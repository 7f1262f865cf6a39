"""Bot stage: from a span of a report to the citation that proves it, and to whose words it is."""

from collections.abc import Sequence

from bot.answer import Citation, SourceStretch
from corpus.document import Document, Language, Place, Span


def cite(document: Document, span: Span, number: int) -> Citation:
    """Return the citation of a sentence; its quote is the report's text, its source the file's."""
    start, end = span
    return Citation(
        number=number,
        document=document.id,
        title=document.title,
        heading=document.heading_path(start),
        quote=document.text[start:end],
        start=start,
        end=end,
        source=source_of(document, span),
    )


def source_of(document: Document, span: Span) -> tuple[SourceStretch, ...]:
    """Return the stretches of the file that a span of a report is made of."""
    found = []
    for stretch in document.stretches_of(*span):
        place = stretch.place or Place()
        text = document.text[stretch.start : stretch.end]
        found.append(SourceStretch(stretch.line, place.page, text, place.sheet, place.cell, place.slide))
    return tuple(found)


def years(period: tuple[int, int] | None) -> str:
    """Return a period as a person writes it.

    >>> years((2010, 2020)), years((2020, 2020)), years(None)
    ('2010–2020', '2020', '')
    """
    if period is None:
        return ""
    return str(period[0]) if period[0] == period[1] else f"{period[0]}–{period[1]}"


def attribution(document: Document, language: Language) -> str:
    """Say whose words a report is: its publisher's, or a summary of somebody else's report."""
    restates = document.restates
    if restates is None:
        return _named(document.title, (document.publisher, document.region, years(document.period)), language)
    about = _named(restates.title, (restates.publisher, restates.period), language)
    whose = document.publisher or "citewise"
    return f"{whose} 对{about}的概述" if language == "zh" else f"{whose}'s summary of {about}"


def _named(title: str, details: Sequence[str | None], language: Language) -> str:
    if language == "zh":
        inside = "，".join(detail for detail in details if detail)
        return f"《{title}》（{inside}）" if inside else f"《{title}》"
    inside = ", ".join(detail for detail in details if detail)
    return f"“{title}” ({inside})" if inside else f"“{title}”"


def scope(document: Document, position: int) -> str:
    """Say whose figure it is, for which period and under which heading it stands, as far as the report says so."""
    whose = document.restates.publisher if document.restates else document.publisher
    heading = document.heading_path(position)[-1:]
    parts = [document.region, whose, years(document.period), *(one for one in heading if one != document.title)]
    return ", ".join(part for part in dict.fromkeys(parts) if part)
