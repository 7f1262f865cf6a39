"""Corpus stage: DOCX files to blocks (the only import of docx)."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from corpus.formats.archives import open_archive
from corpus.formats.blocks import Block, NotExtracted, block
from corpus.formats.raised import lowered, raised
from corpus.formats.tables import Cell, table_blocks
from corpus.formats.units import unit_above

if TYPE_CHECKING:
    from docx.document import Document

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_HEADING = re.compile(r"(?:heading|标题)\s*(\d)", re.IGNORECASE)
_NOT_SHOWN = {f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_W}txbxContent", _FALLBACK}
_WRAPPERS = {f"{_W}{name}" for name in ("sdt", "sdtContent", "ins", "moveTo", "smartTag", "customXml")}
_OFF = {"0", "false", "off", "none"}
_UNSEEN = ("vanish", "strike", "dstrike")
_DEEPEST_STYLE = 20
_MOST_SPAN = 100


@dataclass(frozen=True, slots=True)
class _Styles:
    """Know styles by their ids: the levels of headings, which are not to be seen, and which raise or lower text."""

    levels: dict[str, int]
    unseen: frozenset[str]
    positions: dict[str, str]


def read_docx(data: bytes) -> list[Block]:
    """Return paragraphs, headings and rows of tables in their order, without headers and footers.

    Raises:
        NotExtracted: if it is no Word file, or damaged.
    """
    open_archive(data)
    from docx import Document as open_document

    try:
        document = open_document(io.BytesIO(data))
        styles = _styles(document)
        return list(_blocks(document.element.body, styles))
    except MemoryError:
        raise
    except Exception as err:
        raise NotExtracted(f"can't be read as a Word file: {err}") from err


def _styles(document: "Document") -> _Styles:
    by_id = {style.style_id: style.element for style in document.styles}
    unseen: set[str] = set()
    positions: dict[str, str] = {}
    for name in by_id:
        at: str | None = name
        for _ in range(_DEEPEST_STYLE):
            element = by_id.get(at) if at else None
            if element is None:
                break
            properties = element.find(f"{_W}rPr")
            if _is_unseen(properties):
                unseen.add(name)
            if (position := _position(properties)) and name not in positions:
                positions[name] = position
            based = element.find(f"{_W}basedOn")
            at = based.get(f"{_W}val") if based is not None else None
    return _Styles(_heading_levels(document), frozenset(unseen), positions)


def _is_unseen(properties: Any) -> bool:
    """Tell whether properties hide text, or strike it out."""
    if properties is None:
        return False
    marks = (properties.find(f"{_W}{name}") for name in _UNSEEN)
    return any(mark is not None and mark.get(f"{_W}val", "1") not in _OFF for mark in marks)


def _position(properties: Any) -> str:
    """Return "superscript" or "subscript" where properties raise or lower text."""
    if properties is None:
        return ""
    align = properties.find(f"{_W}vertAlign")
    raise_by = properties.find(f"{_W}position")
    if align is not None:
        return str(align.get(f"{_W}val", ""))
    by = raise_by.get(f"{_W}val", "0") if raise_by is not None else "0"
    return "subscript" if by.startswith("-") else "superscript" if by.strip("0") else ""


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


def _blocks(container: Any, styles: _Styles) -> Iterator[Block]:
    """Yield the blocks of a part, its tables row by row."""
    waiting = list(reversed(list(container)))
    unit = ""
    while waiting:
        element = waiting.pop()
        if element.tag in _WRAPPERS:
            waiting.extend(reversed(list(element)))
        elif element.tag == f"{_W}tbl":
            yield from table_blocks(_rows(element, styles), unit=unit)
            unit = ""
        elif element.tag == f"{_W}p":
            made = block(_text(element, styles), level=_level(element, styles.levels))
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


def _text(paragraph: Any, styles: _Styles) -> str:
    parts: list[str] = []
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    if style is not None and style.get(f"{_W}val") in styles.unseen:
        return ""
    waiting = list(reversed(list(paragraph)))
    while waiting:
        element = waiting.pop()
        if element.tag in _NOT_SHOWN:
            continue
        if element.tag == f"{_W}r":
            position, unseen = _run(element, styles)
            if unseen:
                continue
            text = "".join(part.text or "" for part in element.iterchildren(f"{_W}t")) if position else ""
            if text.strip():
                before = "".join(parts[-8:])
                parts.append(raised(before, text) if position == "superscript" else lowered(before, text))
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


def _run(run: Any, styles: _Styles) -> tuple[str, bool]:
    """Return whether a run is raised or lowered, and whether it is not to be seen."""
    properties = run.find(f"{_W}rPr")
    style = properties.find(f"{_W}rStyle") if properties is not None else None
    name = style.get(f"{_W}val") if style is not None else ""
    position = _position(properties) or styles.positions.get(name, "")
    return (position if position in {"superscript", "subscript"} else ""), (
        _is_unseen(properties) or name in styles.unseen
    )


def _rows(table: Any, styles: _Styles) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    for row in table.iter(f"{_W}tr"):
        if next(row.iterancestors(f"{_W}tbl")) is not table:
            continue
        cells = [Cell("")] * _skipped(row)
        for cell in row.iterchildren(f"{_W}tc", f"{_W}sdt"):
            text = " ".join(filter(None, (_text(paragraph, styles) for paragraph in cell.iter(f"{_W}p"))))
            span = cell.find(f"{_W}tcPr/{_W}gridSpan")
            merge = cell.find(f"{_W}tcPr/{_W}vMerge")
            goes_on = merge is not None and merge.get(f"{_W}val", "continue") == "continue"
            if goes_on and rows and len(cells) < len(rows[-1]):
                text = rows[-1][len(cells)].text
            cells.append(Cell(text, down=goes_on))
            width = int(span.get(f"{_W}val", "1")) if span is not None else 1
            cells += [Cell(text, across=True, down=goes_on)] * (min(width, _MOST_SPAN) - 1)
        rows.append(cells)
    width = max(map(len, rows), default=0)
    return [[*row, *[Cell("")] * (width - len(row))] for row in rows]


def _skipped(row: Any) -> int:
    """Return how many columns a row leaves free before its first cell."""
    before = row.find(f"{_W}trPr/{_W}gridBefore")
    value = before.get(f"{_W}val", "0") if before is not None else "0"
    return min(int(value), _MOST_SPAN) if value.isascii() and value.isdigit() else 0
