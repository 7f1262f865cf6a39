"""Bot stage: the sentence of a report at a place, to be shown in its surroundings."""

from collections.abc import Mapping

from bot.errors import UnknownDocument
from corpus.document import Document, Span
from index.sentences import sentences


def report(documents: Mapping[str, Document], id: str) -> Document:
    """Return a report by its id.

    Raises:
        UnknownDocument: naming the ids that there are.
    """
    if id not in documents:
        known = ", ".join(sorted(documents)[:10])
        raise UnknownDocument(f"no report has the id {id!r}; there are: {known}")
    return documents[id]


def sentence_at(document: Document, at: int | None) -> Span:
    """Return the sentence that holds offset `at`, or the nearest one behind it; the first for None.

    Raises:
        UnknownDocument: if the offset lies outside the report.
    """
    length = len(document.text)
    if at is not None and not 0 <= at < length:
        raise UnknownDocument(f"{document.id}: --at must be from 0 to {length - 1}, found {at}")
    found = sentences(document.text)
    return next((span for span in found if span[1] > (at or 0)), found[-1])
