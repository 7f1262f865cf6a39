"""Bot stage: chosen facts to the text of an answer with its citations."""

import re
from collections.abc import Mapping, Sequence

from bot.answer import Citation, Fact, Quantity
from bot.cite import attribution, cite, scope
from bot.evidence import Candidate
from bot.facts import Found
from bot.messages import say
from bot.quantities import Quantity as Amount
from bot.quantities import show
from bot.where import where
from corpus.document import Document, Language, Span
from corpus.segment import words
from index.sound import HAN_RUN

_LONGEST_NAME = 20
_CLAUSE = re.compile(r"[，。；：！？\d]")


class Composer:
    """Write answers in a language; `names` holds English names of Chinese terms, from the glossary."""

    def __init__(self, language: Language, names: Mapping[str, str]) -> None:
        self.language = language
        self._names = names
        self._citations: dict[tuple[str, Span], Citation] = {}

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Return the citations made so far, by their numbers."""
        return tuple(self._citations.values())

    def cited(self, document: Document, span: Span) -> Citation:
        """Return the citation of a sentence, the same one each time."""
        if (document.id, span) not in self._citations:
            self._citations[document.id, span] = cite(document, span, len(self._citations) + 1)
        return self._citations[document.id, span]

    def fact(self, found: Found) -> Fact:
        """Return a candidate as a fact."""
        candidate = found.candidate
        amount = candidate.amount
        return Fact(
            value=candidate.text,
            display=self._display(candidate),
            scope=scope(candidate.document, candidate.start),
            confidence=round(found.confidence, 4),
            citations=(self.cited(candidate.document, candidate.sentence).number,),
            quantity=_record(amount) if isinstance(amount, Amount) else None,
        )

    def _display(self, candidate: Candidate) -> str:
        if candidate.document.language == self.language:
            return candidate.text
        if candidate.amount is not None:
            return show(candidate.amount, self.language)
        if self.language != "en" or (candidate.start, candidate.end) == candidate.sentence:
            return candidate.text
        name = self._english_name(candidate.text)
        return f"{candidate.text} ({name})" if name else candidate.text

    def _english_name(self, name: str) -> str:
        """Return a name's form in the glossary or its sound, "" for a clause and for what holds a figure."""
        bare = name.strip("《》“”「」 ")
        if bare in self._names:
            return self._names[bare]
        if len(bare) > _LONGEST_NAME or _CLAUSE.search(bare):
            return ""
        return " ".join(HAN_RUN.sub(lambda run: f" {_pinyin(run[0])} ", bare).split())

    def text(self, facts: Sequence[Fact], found: Sequence[Found], *, listed: bool) -> str:
        """Return the text: first the figure, then whose and for when, then the sentence that proves it."""
        if listed and len(facts) > 1:
            return self._entry(self.listed([fact.display for fact in facts]), found[0].candidate)
        entries = [self._entry(fact.display, one.candidate) for fact, one in zip(facts, found, strict=True)]
        return entries[0] if len(entries) == 1 else "\n".join(f"- {entry}" for entry in entries)

    def _entry(self, display: str, candidate: Candidate) -> str:
        citation = self.cited(candidate.document, candidate.sentence)
        whose = attribution(candidate.document, self.language)
        said = say("says", self.language, whose=whose) if display == citation.quote else f"{display} — {whose}"
        value = candidate.document.text[candidate.start : candidate.end]
        return f"{said}\n    {self.quoted(citation)}{self._place(citation, value)}"

    def _place(self, citation: Citation, value: str = "") -> str:
        comma = "，" if self.language == "zh" else ", "
        return comma + where(citation.source, self.language, [value])

    def listed(self, names: Sequence[str]) -> str:
        """Return names one after the other, as a list is written."""
        return ("、" if self.language == "zh" else ", ").join(names)

    def quoted(self, citation: Citation) -> str:
        """Return a quote with its number."""
        return f"“{citation.quote}” [{citation.number}]"

    def cited_line(self, document: Document, span: Span) -> str:
        """Return a sentence quoted, with its number and its line."""
        citation = self.cited(document, span)
        return f"{self.quoted(citation)}{self._place(citation)}"

    def nearest(self, document: Document, span: Span) -> str:
        """Return the sentence that stands nearest, cited."""
        citation = self.cited(document, span)
        return f"{self.quoted(citation)}\n    {attribution(document, self.language)}{self._place(citation)}"


def _record(amount: Amount) -> Quantity:
    return Quantity(format(amount.number.normalize(), "f"), amount.unit or None, amount.approximation)


def _pinyin(run: str) -> str:
    # Half a second to import, and seldom needed.
    from pypinyin import lazy_pinyin

    return " ".join("".join(lazy_pinyin(word, v_to_u=True)).capitalize() for word in _name_parts(run))


def _name_parts(run: str) -> list[str]:
    """Return the words of a name; one of two to four characters that is no word is a person's, surname first."""
    cut = words(run)
    if 2 <= len(run) <= 3 and len(cut) > 1:
        return [run[0], run[1:]]
    return cut
