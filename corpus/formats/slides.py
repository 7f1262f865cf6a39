"""Corpus stage: PPTX files to blocks, each with its slide (the only import of pptx)."""

import io
from collections.abc import Iterable, Iterator
from typing import Any

from corpus.document import Place
from corpus.formats.archives import open_archive
from corpus.formats.blocks import Block, NotExtracted, block
from corpus.formats.tables import Cell, table_blocks

_FURNITURE = {"DATE", "FOOTER", "HEADER", "SLIDE_NUMBER"}
_TITLES = {"TITLE", "CENTER_TITLE", "VERTICAL_TITLE"}
_DEEPEST_GROUP = 20


def read_pptx(data: bytes) -> list[Block]:
    """Return what stands on the slides, from the top down, and in the notes.

    Raises:
        NotExtracted: if it is no presentation, or damaged.
    """
    open_archive(data)
    from pptx import Presentation

    try:
        presentation = Presentation(io.BytesIO(data))
        return [
            one
            for number, slide in enumerate(presentation.slides, start=1)
            for one in _slide(slide, Place(slide=number), first=number == 1)
        ]
    except MemoryError:
        raise
    except Exception as err:
        raise NotExtracted(f"can't be read as a presentation: {err}") from err


def _slide(slide: Any, place: Place, *, first: bool) -> Iterator[Block]:
    shapes = sorted(_flat(slide.shapes), key=lambda shape: (not _is(shape, _TITLES), shape.top or 0, shape.left or 0))
    for shape in shapes:
        if _is(shape, _FURNITURE):
            continue
        if getattr(shape, "has_table", False):
            yield from table_blocks(list(_rows(shape.table, place)))
        elif shape.has_text_frame:
            level = (1 if first else 2) if _is(shape, _TITLES) else 0
            for paragraph in shape.text_frame.paragraphs:
                made = block(paragraph.text.replace("\v", " "), place, level)
                if made:
                    yield made
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        for paragraph in slide.notes_slide.notes_text_frame.paragraphs:
            made = block(paragraph.text.replace("\v", " "), place)
            if made:
                yield made


def _flat(shapes: Iterable[Any], depth: int = 0) -> Iterator[Any]:
    for shape in shapes:
        if hasattr(shape, "shapes"):
            if depth < _DEEPEST_GROUP:
                yield from _flat(shape.shapes, depth + 1)
        else:
            yield shape


def _is(shape: Any, types: set[str]) -> bool:
    if not shape.is_placeholder:
        return False
    kind = shape.placeholder_format.type
    return kind is not None and kind.name in types


def _rows(table: Any, place: Place) -> Iterator[list[Cell]]:
    above: list[Cell] = []
    for row in table.rows:
        cells: list[Cell] = []
        for cell in row.cells:
            if cell.is_spanned:
                # The origin of the span stands to the left, or above.
                left = bool(cells) and (cells[-1].across or row.cells[len(cells) - 1].span_width > 1)
                source = cells[-1] if left else (above[len(cells)] if above else Cell(""))
                cells.append(Cell(source.text, place, across=left, down=not left))
            else:
                cells.append(Cell(cell.text.replace("\v", " "), place))
        yield cells
        above = cells
