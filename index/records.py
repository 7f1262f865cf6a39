"""Index stage: Documents and Passages to lines of JSON and back."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from corpus.document import Document, Heading, Place, Restated, Stretch
from index.errors import IndexDamaged
from index.passages import Passage


def write_lines(path: Path, records: Iterable[dict[str, Any]]) -> None:
    """Write one JSON object a line."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for record in records:
            file.write(json.dumps(record, ensure_ascii=False) + "\n")


def document_record(document: Document) -> dict[str, Any]:
    """Return a report as plain data."""
    return {
        "id": document.id,
        "path": document.path,
        "language": document.language,
        "title": document.title,
        "publisher": document.publisher,
        "region": document.region,
        "period": document.period,
        "source": document.source,
        "translation_of": document.translation_of,
        "restates": document.restates
        and [document.restates.title, document.restates.publisher, document.restates.period],
        "digest": document.digest,
        "evidence": document.evidence,
        "headings": [(h.start, h.end, h.level) for h in document.headings],
        "stretches": [_stretch_record(stretch) for stretch in document.stretches],
        "text": document.text,
    }


def passage_record(passage: Passage) -> dict[str, Any]:
    """Return a passage as plain data."""
    return {
        "document": passage.document,
        "start": passage.start,
        "end": passage.end,
        "sentences": passage.sentences,
    }


def read_documents(path: Path) -> dict[str, Document]:
    """Read reports by their ids.

    Raises:
        IndexDamaged: if the file does not hold what was written.
    """
    return {document.id: document for document in map(_document, _read_lines(path))}


def read_passages(path: Path, documents: dict[str, Document]) -> list[Passage]:
    """Read passages and check that each lies within its report.

    Raises:
        IndexDamaged: if the file does not hold what was written.
    """
    passages = []
    for record in _read_lines(path):
        try:
            spans = tuple((int(start), int(end)) for start, end in record["sentences"])
            passage = Passage(str(record["document"]), int(record["start"]), int(record["end"]), spans)
            length = len(documents[passage.document].text)
        except (KeyError, TypeError, ValueError) as err:
            raise _damaged(path) from err
        if not spans or not all(0 <= a < b <= length for a, b in (*spans, (passage.start, passage.end))):
            raise _damaged(path)
        passages.append(passage)
    return passages


def _read_lines(path: Path) -> list[dict[str, Any]]:
    try:
        with path.open(encoding="utf-8") as file:
            return [json.loads(line) for line in file]
    except (OSError, ValueError, RecursionError) as err:
        raise _damaged(path) from err


def _document(record: dict[str, Any]) -> Document:
    try:
        restates: Sequence[Any] | None = record["restates"]
        period = record["period"]
        return Document(
            id=record["id"],
            path=record["path"],
            language=record["language"],
            title=record["title"],
            publisher=record["publisher"],
            region=record["region"],
            period=(int(period[0]), int(period[1])) if period else None,
            text=record["text"],
            stretches=tuple(map(_stretch, record["stretches"])),
            headings=tuple(Heading(*map(int, h)) for h in record["headings"]),
            digest=record["digest"],
            source=record["source"],
            translation_of=record["translation_of"],
            restates=Restated(*restates) if restates else None,
            evidence={field: tuple((int(a), int(b)) for a, b in spans) for field, spans in record["evidence"].items()},
        )
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as err:
        raise IndexDamaged(f"a report in the index lacks a part ({err}); run `citewise index` again") from err


def _stretch_record(stretch: Stretch) -> list[Any]:
    place = stretch.place
    where = [[place.page, place.slide, place.sheet, place.cell]] if place else []
    return [stretch.start, stretch.end, stretch.source, stretch.line, *where]


def _stretch(record: Sequence[Any]) -> Stretch:
    start, end, source, line = map(int, record[:4])
    if len(record) == 4:
        return Stretch(start, end, source, line)
    page, slide, sheet, cell = record[4]
    place = Place(
        None if page is None else int(page),
        None if slide is None else int(slide),
        None if sheet is None else str(sheet),
        None if cell is None else str(cell),
    )
    return Stretch(start, end, source, line, place)


def _damaged(path: Path) -> IndexDamaged:
    return IndexDamaged(f"{path}: does not hold what was written; run `citewise index` again")
