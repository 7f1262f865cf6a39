"""Corpus stage: DOCX files to blocks (the only import of docx)."""

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from corpus.formats.archives import open_archive
from corpus.formats.blocks import Block, NotExtracted, block
from corpus.formats.tables import Cell, table_blocks
from corpus.formats.units import unit_above

if TYPE_CHECKING:
    from docx.document import Document

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_HEADING = re.compile(r"(?:heading|标题)\s*(\d)", re.IGNORECASE)
_NOT_SHOWN = {f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_W}txbxContent", _FALLBACK}
_WRAPPERS = {f"{_W}{name}" for name in ("sdt", "sdtContent", "ins", "moveTo", "smartTag", "customXml")}


def read_docx(data: bytes) -> list[Block]:
    """Return paragraphs, headings and rows of tables in their order, without headers and footers.

    Raises:
        NotExtracted: if it is no Word file, or damaged.
    """
    open_archive(data)
    from docx import Document as open_document

    try:
        document = open_document(io.BytesIO(data))
        levels = _heading_levels(document)
        return list(_blocks(document.element.body, levels))
    except MemoryError:
        raise
    except Exception as err:
        raise NotExtracted(f"can't be read as a Word file: {err}") from err


def _heading_levels(document: "Document") -> dict[str, int]:
    """Return the level of each style of headings by the style's id."""
    levels: dict[str, int] = {}
    for style in document.styles:
        name = style.name or ""
        found = _HEADING.match(name)
        outline = style.element.find(f"{_W}pPr/{_W}outlineLvl")
        if name.lower() in {"title", "标题"}:
            levels[style.style_id] = 1
        elif found:
            levels[style.style_id] = int(found[1])
        elif outline is not None and int(outline.get(f"{_W}val", "9")) < 9:
            levels[style.style_id] = int(outline.get(f"{_W}val")) + 1
    return levels


def _blocks(container: Any, levels: dict[str, int]) -> Iterator[Block]:
    """Yield the blocks of a part, its tables row by row."""
    waiting = list(reversed(list(container)))
    unit = ""
    while waiting:
        element = waiting.pop()
        if element.tag in _WRAPPERS:
            waiting.extend(reversed(list(element)))
        elif element.tag == f"{_W}tbl":
            yield from table_blocks(_rows(element), unit=unit)
            unit = ""
        elif element.tag == f"{_W}p":
            made = block(_text(element), level=_level(element, levels))
            if made:
                unit = unit_above(made.text)
                yield made
            for box in element.iter(f"{_W}txbxContent"):
                if not any(above.tag == _FALLBACK for above in box.iterancestors()):
                    waiting.extend(reversed(list(box)))


def _level(paragraph: Any, levels: dict[str, int]) -> int:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    outline = paragraph.find(f"{_W}pPr/{_W}outlineLvl")
    if outline is not None and int(outline.get(f"{_W}val", "9")) < 9:
        return int(outline.get(f"{_W}val")) + 1
    return levels.get(style.get(f"{_W}val"), 0) if style is not None else 0


def _text(paragraph: Any) -> str:
    parts: list[str] = []
    waiting = list(reversed(list(paragraph)))
    while waiting:
        element = waiting.pop()
        if element.tag in _NOT_SHOWN:
            continue
        if element.tag == f"{_W}t":
            parts.append(element.text or "")
        elif element.tag in {f"{_W}tab", f"{_W}br", f"{_W}cr"}:
            parts.append(" ")
        elif element.tag == f"{_W}noBreakHyphen":
            parts.append("-")
        else:
            waiting.extend(reversed(list(element)))
    return "".join(parts)


def _rows(table: Any) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    for row in table.iter(f"{_W}tr"):
        if next(row.iterancestors(f"{_W}tbl")) is not table:
            continue
        cells: list[Cell] = []
        for cell in row.iterchildren(f"{_W}tc", f"{_W}sdt"):
            text = " ".join(filter(None, (_text(paragraph) for paragraph in cell.iter(f"{_W}p"))))
            span = cell.find(f"{_W}tcPr/{_W}gridSpan")
            merge = cell.find(f"{_W}tcPr/{_W}vMerge")
            goes_on = merge is not None and merge.get(f"{_W}val", "continue") == "continue"
            if goes_on and rows and len(cells) < len(rows[-1]):
                text = rows[-1][len(cells)].text
            cells.append(Cell(text, down=goes_on))
            width = int(span.get(f"{_W}val", "1")) if span is not None else 1
            cells += [Cell(text, across=True, down=goes_on)] * (min(width, 100) - 1)
        rows.append(cells)
    width = max(map(len, rows), default=0)
    return [[*row, *[Cell("")] * (width - len(row))] for row in rows]
