"""Evaluate stage: the questions of a record as the report shows them, and what one may filter them by."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from bot.evaluate.report_values import items, mappings, number, text, visible
from bot.evaluate.report_words import name, page_words
from corpus.document import Language

# How a verdict looks, in words that the style sheet knows; the sign tells it to those who see no colours.
_LOOKS = {
    "right": ("good", "✓"),
    "refused rightly": ("good", "✓"),
    "wrong": ("bad", "✗"),
    "answered wrongly": ("bad", "✗"),
    "refused wrongly": ("miss", "○"),
}
_FILTERS = ("language", "kind", "verdict", "loss")


@dataclass(frozen=True, slots=True)
class ShownFact:
    """Hold a fact as it is shown, its value marked in the quote."""

    display: str
    notes: tuple[str, ...]
    quote: Markup
    document: str


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """Hold a question as it is shown; `values` are those of the record, `names` what people call them."""

    id: str
    question: str
    history: tuple[str, ...]
    values: dict[str, str]
    names: dict[str, str]
    look: str
    sign: str
    text: str
    facts: tuple[ShownFact, ...]
    gold: tuple[tuple[str, tuple[str, ...]], ...] | None
    notes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """Hold what one may choose from: each value, what people call it, and how many questions have it."""

    key: str
    label: str
    options: tuple[tuple[str, str, int], ...]


def questions(record: Mapping[str, Any], language: Language) -> list[ShownQuestion]:
    """Return the questions of a record in its order."""
    return [_shown(question, language) for question in mappings(record.get("questions"))]


def filters(asked: Sequence[ShownQuestion], language: Language) -> list[Filter]:
    """Return the filters that tell questions apart, the commonest value first."""
    made = []
    for key in _FILTERS:
        counts = Counter(question.values[key] for question in asked if question.values[key])
        names = {question.values[key]: question.names[key] for question in asked}
        if counts and (len(counts) > 1 or counts.total() < len(asked)):
            options = tuple((value, names[value], count) for value, count in counts.most_common())
            made.append(Filter(key, name("key", key, language), options))
    return made


def _shown(question: Mapping[str, Any], language: Language) -> ShownQuestion:
    w = page_words(language)
    values = {key: text(question.get(key)) for key in (*_FILTERS, "status")}
    look, sign = _LOOKS.get(values["verdict"], ("", ""))
    confidence, took = number(question.get("confidence")), number(question.get("total_ms"))
    notes = (
        (w["status"], name("status", values["status"], language)),
        (w["confidence"], "" if confidence is None else f"{confidence:.2f}"),
        (w["time"], "" if took is None else f"{took:,.0f} ms"),
    )
    gold = question.get("gold")
    return ShownQuestion(
        id=text(question.get("id")),
        question=text(question.get("question")),
        history=tuple(map(text, items(question.get("history")))),
        values=values,
        names={key: name(key, value, language) for key, value in values.items()},
        look=look,
        sign=sign,
        text=text(question.get("text")),
        facts=tuple(_fact(fact, w) for fact in mappings(question.get("facts"))),
        gold=tuple((text(one.get("report")), tuple(map(text, items(one.get("accept"))))) for one in mappings(gold))
        if isinstance(gold, list | tuple)
        else None,
        notes=tuple((label, note) for label, note in notes if note),
    )


def _fact(fact: Mapping[str, Any], w: Mapping[str, str]) -> ShownFact:
    confidence = number(fact.get("confidence"))
    sure = "" if confidence is None else f"{w['confidence']} {confidence:.2f}"
    return ShownFact(
        display=text(fact.get("display")) or text(fact.get("value")),
        notes=tuple(note for note in (text(fact.get("scope")), sure) if note),
        quote=_marked(text(fact.get("quote")), text(fact.get("value"))),
        document=text(fact.get("document")),
    )


def _marked(quote: str, value: str) -> Markup:
    """Return a quote with the first place of a value marked.

    >>> print(_marked("选派<b>1569人</b>", "1569人"))
    选派&lt;b&gt;<mark>1569人</mark>&lt;/b&gt;
    """
    before, found, behind = quote.partition(value) if value else (quote, "", "")
    mark = Markup("<mark>{}</mark>").format(visible(found)) if found else Markup()
    return Markup("{}{}{}").format(visible(before), mark, visible(behind))
