"""Corpus stage: tables with ruled lines in a PDF (the only import of pdfplumber)."""

import io
from collections.abc import Iterator

from corpus.document import Place
from corpus.formats.blocks import clean, joint
from corpus.formats.page import HYPHEN, Line, Page
from corpus.formats.tables import Cell

_LEAST_FILLED = 0.3
_SLACK = 0.5


def put_tables(data: bytes, pages: list[Page]) -> None:
    """Put the tables of the pages in the place of the lines that stand in them."""
    import pdfplumber

    with pdfplumber.open(io.BytesIO(data)) as opened:
        for page in pages:
            try:
                found = list(_tables(opened.pages[page.number - 1], page.lines, page.number))
            except (ValueError, KeyError, TypeError, IndexError, AttributeError, ArithmeticError):
                continue  # its text stands in the lines
            for table in found:
                page.lines = [line for line in page.lines if not _within(line, table)]
            page.lines += found
            opened.pages[page.number - 1].close()


def _tables(page: object, lines: list[Line], number: int) -> Iterator[Line]:
    for table in page.find_tables():  # type: ignore[attr-defined]
        place = Place(page=number)
        rows: list[list[Cell]] = []
        for row in table.rows:
            cells: list[Cell] = []
            for at, box in enumerate(row.cells):
                if box is not None:
                    cells.append(Cell(_text(lines, box), place))
                elif (cells and row.cells[at - 1] is not None) or (cells and cells[-1].across):
                    cells.append(Cell(cells[-1].text, place, across=True))
                else:
                    above = rows[-1][at].text if rows and at < len(rows[-1]) else ""
                    cells.append(Cell(above, place, down=True))
            rows.append(cells)
        filled = sum(bool(cell.text) and not (cell.across or cell.down) for row in rows for cell in row)
        total = sum(map(len, rows))
        if len(rows) < 2 or len(rows[0]) < 2 or filled < _LEAST_FILLED * total:
            continue
        x0, top, x1, bottom = table.bbox
        yield Line("", x0, x1, top, bottom, 0.0, False, number, rows=rows)


def _text(lines: list[Line], box: tuple[float, float, float, float]) -> str:
    """Return what the lines of a page hold within a box (left, top, right, bottom; y down the page)."""
    left, top, right, bottom = box
    parts: list[tuple[int, float, str]] = []
    for line in lines:
        if line.rows is None and top <= (line.top + line.bottom) / 2 <= bottom:
            within = [mark for mark in line.marks if left - _SLACK <= mark[0] < right - _SLACK]
            text = clean("".join(text for _, text in within).replace(HYPHEN, "-"))
            if text:
                parts.append((round(line.bottom), within[0][0], text))
    text = ""
    for *_, part in sorted(parts):
        text += joint(text, part) + part
    return text


def _within(line: Line, table: Line) -> bool:
    x, y = (line.x0 + line.x1) / 2, (line.top + line.bottom) / 2
    return table.x0 <= x <= table.x1 and table.top <= y <= table.bottom
