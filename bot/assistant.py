"""Bot stage: a question to an Answer; nothing here prints or reaches the network."""

import re
import time
from collections.abc import Sequence
from dataclasses import replace

from bot.answer import Answer, Citation, Fact, FoundPassage
from bot.cite import attribution, cite, scope
from bot.converse import Talk, small_talk, standalone
from bot.errors import BadQuestion
from bot.figures import figures
from bot.messages import say
from bot.question import LONGEST, asks_for, clean, language_of
from corpus.document import Document, Language, Span
from index.manifest import Manifest
from index.retrieve import RankedPassage, Retriever

_MOST_FACTS = 3
_NEAR = 0.6
_FIGURE_BONUS = 6.0
# A bare number may be a count; a year has a word before or behind it that says so.
_YEAR = re.compile(
    r"(?<!\d)((?:19|20)\d{2})(?=\s*年)|"
    r"\b(?:in|since|of|during|from|until|till|by|before|after|between|and|or|year|for|early|late|mid)[ -]"
    r"((?:19|20)\d{2})\b"
    r"(?!\s+(?!and\b|or\b|to\b|in\b|for\b|at\b|by\b|from\b|on\b|with\b|under\b|alone\b)[a-z])",
    re.IGNORECASE,
)


class Assistant:
    """Answer questions from the reports of one index."""

    def __init__(self, retriever: Retriever, *, results: int = 10, refuse_below: float = 0.35) -> None:
        self._retriever = retriever
        self._results = results
        self._refuse_below = refuse_below

    @property
    def documents(self) -> dict[str, Document]:
        """Return the reports by their ids."""
        return self._retriever.index.documents

    @property
    def manifest(self) -> Manifest:
        """Return what the index says of itself."""
        return self._retriever.index.manifest

    def passages(self, question: str, history: Sequence[str] = ()) -> list[RankedPassage]:
        """Return the ranked passages for a question, without an answer."""
        asked = standalone(clean(question), history)
        return self._retriever.search(asked, language=language_of(asked), k=self._results)

    def ask(self, question: str, *, history: Sequence[str] = (), language: Language | None = None) -> Answer:
        """Answer a question; `history` holds the earlier ones, oldest first.

        `language` is the language of the answer, the question's own where it is None.
        """
        began = time.perf_counter()
        try:
            cleaned = clean(question)
        except BadQuestion as err:
            spoken = language or language_of(question[:LONGEST])
            text = say(str(err), spoken, example=say("example", spoken), limit=LONGEST)
            return Answer(question, "error", spoken, text, timings_ms=_timings(began, began))
        spoken = language or language_of(cleaned)
        talk = small_talk(cleaned)
        if talk:
            return Answer(question, "chat", spoken, self._talk(talk, spoken), timings_ms=_timings(began, began))
        asked = standalone(cleaned, [" ".join(one.split())[:LONGEST] for one in history])
        ranked = self._retriever.search(asked, language=language_of(asked), k=self._results)
        retrieved = time.perf_counter()
        answer = self._compose(asked, ranked, spoken)
        return replace(
            answer,
            question=question,
            asked_as=asked if asked != cleaned else None,
            passages=tuple(_found(hit) for hit in ranked),
            timings_ms=_timings(began, retrieved),
        )

    def _talk(self, talk: Talk, language: Language) -> str:
        example = say("example", language)
        text = say(talk, language, count=len(self.documents), example=example)
        if talk == "sources":
            text += "".join(f"\n- {attribution(d, language)}" for d in self.documents.values())
        return text

    def _compose(self, question: str, ranked: Sequence[RankedPassage], language: Language) -> Answer:
        missing = _missing_year(question, ranked)
        chosen = [] if missing else self._chosen(question, ranked)
        if not chosen:
            return self._not_found(question, ranked, language, missing)
        facts, citations, lines = [], [], []
        for number, (hit, span) in enumerate(chosen, start=1):
            citation = cite(hit.document, span, number)
            citations.append(citation)
            facts.append(
                Fact(
                    value=citation.quote,
                    display=citation.quote,
                    scope=scope(hit.document),
                    confidence=round(hit.score, 4),
                    citations=(number,),
                )
            )
            lines.append(_line(citation, hit.document, language))
        rest = [say("also", language), *lines[1:]] if len(lines) > 1 else []
        text = "\n".join([lines[0], *rest])
        return Answer(question, "answered", language, text, tuple(facts), tuple(citations))

    def _chosen(self, question: str, ranked: Sequence[RankedPassage]) -> list[tuple[RankedPassage, Span]]:
        """Choose the best sentence, and other reports' best ones where they are near it."""
        wants_figure = asks_for(question) != "other"
        chosen: list[tuple[RankedPassage, Span]] = []
        for hit in ranked:
            if hit.score < self._refuse_below or (chosen and hit.score < _NEAR * chosen[0][0].score):
                break
            if hit.document.id not in {one.document.id for one, _ in chosen}:
                chosen.append((hit, _best_sentence(hit, wants_figure=wants_figure)))
        return chosen[:_MOST_FACTS]

    def _not_found(
        self, question: str, ranked: Sequence[RankedPassage], language: Language, year: str | None
    ) -> Answer:
        lines = [say("not_found", language, looked_for=question.rstrip("?？。. "))]
        if year:
            lines.append(say("year_missing", language, year=year))
        citations: tuple[Citation, ...] = ()
        nearest = _nearest(ranked)
        if nearest:
            citation = cite(*nearest, 1)
            citations = (citation,)
            lines += [say("nearest", language), _line(citation, nearest[0], language)]
        return Answer(question, "not_found", language, "\n".join(lines), citations=citations)


def _best_sentence(hit: RankedPassage, *, wants_figure: bool) -> Span:
    """Return the sentence with most evidence; one with a figure where a figure is asked for."""

    def evidence(i: int) -> float:
        start, end = hit.sentences[i].span
        bonus = _FIGURE_BONUS if wants_figure and figures(hit.document.text[start:end]) else 0.0
        return hit.sentences[i].score + bonus

    return hit.sentences[max(range(len(hit.sentences)), key=evidence)].span


def _timings(began: float, retrieved: float) -> dict[str, float]:
    done = time.perf_counter()
    spans = {"retrieve": retrieved - began, "read": done - retrieved, "total": done - began}
    return {name: round(1000 * seconds, 1) for name, seconds in spans.items()}


def _missing_year(question: str, ranked: Sequence[RankedPassage]) -> str | None:
    """Return the first year that the question names, if no report covers any that it names."""
    years = [year for pair in _YEAR.findall(question) for year in pair if year]
    documents = {hit.document.id: hit.document for hit in ranked}.values()
    if not documents or any(_covers(document, year) for document in documents for year in years):
        return None
    return years[0] if years else None


def _covers(document: Document, year: str) -> bool:
    period = document.period
    return year in document.text or bool(period and period[0] <= int(year) <= period[1])


def _nearest(ranked: Sequence[RankedPassage]) -> tuple[Document, Span] | None:
    """Return the best sentence that is no heading."""
    for hit in ranked:
        headings = {(heading.start, heading.end) for heading in hit.document.headings}
        for sentence in hit.sentences:
            if sentence.span not in headings:
                return hit.document, sentence.span
    return None


def _found(hit: RankedPassage) -> FoundPassage:
    start, end = hit.passage.start, hit.passage.end
    return FoundPassage(hit.document.id, start, end, round(hit.score, 4), hit.document.text[start:end])


def _line(citation: Citation, document: Document, language: Language) -> str:
    """Return a quote with whose it is and where it stands."""
    where = say("line", language, line=citation.source[0].line)
    comma = "，" if language == "zh" else ", "
    return f"“{citation.quote}” [{citation.number}]\n    {attribution(document, language)}{comma}{where}"
