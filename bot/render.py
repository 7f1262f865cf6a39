"""Bot stage: an Answer as text for a terminal, safe whatever the reports hold."""

import unicodedata

from rich.text import Text

from bot.answer import Answer, Citation
from bot.cite import attribution, source_of
from bot.figures import figures
from bot.messages import say
from bot.where import where
from corpus.document import Document, Language, Span

_SURROUNDING = 400


def plain(text: str) -> str:
    r"""Return text without the characters that steer a terminal or turn the direction of writing.

    >>> plain("a\x1b[31mb\u202ec\nd")
    'a[31mbc\nd'
    """
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co"})


def answer_text(answer: Answer) -> Text:
    """Return an answer with the figures of its quotes in bold."""
    text = Text()
    if answer.asked_as:
        text.append(f"{say('asked_as', answer.language, question=plain(answer.asked_as))}\n", style="dim")
    choices = "".join(f"\n  {number}. {one}" for number, one in enumerate(answer.choices, start=1))
    body = Text(plain(answer.text + choices))
    for citation in answer.citations:
        quote = plain(citation.quote)
        at = body.plain.find(quote)
        for start, end in figures(quote) if at >= 0 else ():
            body.stylize("bold", at + start, at + end)
    return text.append_text(body)


def passage_text(document: Document, span: Span, language: Language) -> Text:
    """Return a part of a report in its surroundings, the part itself marked."""
    start, end = span
    low = document.text.rfind("\n", 0, max(0, start - _SURROUNDING)) + 1
    high = document.text.find("\n", min(len(document.text), end + _SURROUNDING))
    high = len(document.text) if high < 0 else high
    text = Text(f"{plain(attribution(document, language))}\n", style="bold")
    path = " › ".join(document.heading_path(start))
    if path:
        text.append(f"{plain(path)}\n", style="dim")
    place = where(source_of(document, span), language)
    if place:
        text.append(f"{plain(document.path)}, {plain(place)}\n", style="dim")
    text.append("\n" + plain(document.text[low:start]), style="not bold")
    text.append("【" + plain(document.text[start:end]) + "】", style="reverse")
    return text.append(plain(document.text[end:high]), style="not bold")


def source_note(citation: Citation, language: Language) -> str:
    """Return a quote as its file holds it, showing where repair joined what stood apart."""
    return say("joint", language).join(f"{stretch.text} ({where([stretch], language)})" for stretch in citation.source)
