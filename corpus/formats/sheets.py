"""Corpus stage: XLSX workbooks and CSV files to blocks (openpyxl)."""

import csv
import io
import itertools
import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from corpus.decode import decode
from corpus.document import Place
from corpus.errors import NotText
from corpus.formats.archives import open_archive
from corpus.formats.blocks import Block, NotExtracted, block
from corpus.formats.number_format import shown
from corpus.formats.tables import Cell, table_blocks
from corpus.formats.units import unit_above

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_DEFAULT_NAME = re.compile(r"(?:sheet|工作表|表)\s*\d*", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"')
_MOST_COLUMNS = 1000
_MOST_CELLS = 2_000_000


def read_xlsx(data: bytes) -> list[Block]:
    """Return the tables of the visible sheets, each cell at its place.

    Raises:
        NotExtracted: if it is no workbook, or damaged.
    """
    open_archive(data)
    # lxml would not refuse entities, as defusedxml does.
    os.environ["OPENPYXL_LXML"] = "False"
    from openpyxl import load_workbook

    try:
        workbook = load_workbook(io.BytesIO(data), data_only=True, keep_links=False)
    except MemoryError:
        raise
    except Exception as err:
        raise NotExtracted(f"can't be read as a workbook: {err}") from err
    blocks: list[Block] = []
    for sheet in workbook.worksheets:
        if sheet.sheet_state != "visible":
            continue
        if not _DEFAULT_NAME.fullmatch(sheet.title):
            heading = block(sheet.title, Place(sheet=sheet.title), level=2)
            blocks += [heading] if heading else []
        if sheet.max_row * sheet.max_column > _MOST_CELLS:
            raise NotExtracted(f"sheet {sheet.title!r} has more than {_MOST_CELLS:,} cells")
        blocks += _tables(_cells(sheet))
    return blocks


def read_csv(data: bytes) -> list[Block]:
    """Return the rows of a file of values apart by commas, semicolons or tabs.

    Raises:
        NotExtracted: if it is no text, or a line of it is no row.
    """
    text = _decoded(data)
    return _separated(text, _separator(text))


def read_tsv(data: bytes) -> list[Block]:
    """Return the rows of a file of values apart by tabs.

    Raises:
        NotExtracted: if it is no text, or a line of it is no row.
    """
    return _separated(_decoded(data), "\t")


def _decoded(data: bytes) -> str:
    try:
        return decode(data, name="")
    except NotText as err:
        raise NotExtracted(str(err).removeprefix(": ")) from err


def _separator(text: str) -> str:
    """Return the mark that gives most rows the same number of columns; commas stand in figures, too."""
    lines = [line for line in _QUOTED.sub("", text[:65536]).splitlines() if line.strip()]
    lines = lines[:-1] if len(text) > 65536 else lines

    def rows_alike(mark: str) -> int:
        widths = Counter(line.count(mark) for line in lines if mark in line)
        return max(widths.values(), default=0)

    return max("\t;,", key=rows_alike) if any(map(rows_alike, "\t;,")) else ","


def _separated(text: str, separator: str) -> list[Block]:
    csv.field_size_limit(2**20)
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    rows: list[list[Cell]] = []
    try:
        for number, values in enumerate(reader, start=1):
            if len(values) > _MOST_COLUMNS:
                raise NotExtracted(f"row {number} has {len(values)} columns, more than {_MOST_COLUMNS}")
            rows.append(
                [
                    Cell(value, Place(cell=f"{_letters(at)}{number}"), reader.line_num)
                    for at, value in enumerate(values, start=1)
                ]
            )
    except csv.Error as err:
        raise NotExtracted(f"can't be read as CSV: line {reader.line_num}: {err}") from err
    width = max(map(len, rows), default=0)
    return _tables([[*row, *[Cell("")] * (width - len(row))] for row in rows])


def _cells(sheet: "Worksheet") -> list[list[Cell]]:
    grid: list[list[Cell]] = []
    for row in sheet.iter_rows(max_col=min(sheet.max_column, _MOST_COLUMNS)):
        grid.append(
            [
                Cell(text, Place(sheet=sheet.title, cell=one.coordinate), unitless=not takes_unit)
                for one in row
                for text, takes_unit in [shown(one.value, one.number_format)]
            ]
        )
    for span in sheet.merged_cells.ranges:
        origin = grid[span.min_row - 1][span.min_col - 1] if span.min_row <= len(grid) else None
        if origin is None or span.size["rows"] * span.size["columns"] > 10_000:
            continue
        for down, across in itertools.product(range(span.size["rows"]), range(span.size["columns"])):
            row, column = span.min_row - 1 + down, span.min_col - 1 + across
            if (down or across) and row < len(grid) and column < len(grid[row]):
                grid[row][column] = replace(origin, across=across > 0, down=down > 0)
    return grid


def _tables(rows: Sequence[Sequence[Cell]]) -> list[Block]:
    """Return tables that empty rows part; a unit stated above one is its own."""
    blocks: list[Block] = []
    unit = ""
    for filled, group in itertools.groupby(rows, key=lambda row: any(cell.text.strip() for cell in row)):
        if not filled:
            continue
        table = list(_without_empty_columns(list(group)))
        texts = [cell.text for row in table for cell in row if cell.text]
        blocks += table_blocks(table, unit=unit)
        unit = unit_above(texts[-1]) if len(table) == 1 else ""
    return blocks


def _without_empty_columns(rows: list[Sequence[Cell]]) -> Iterator[list[Cell]]:
    kept = [at for at in range(len(rows[0])) if any(row[at].text.strip() for row in rows)]
    for row in rows:
        yield [row[at] for at in kept]


def _letters(column: int) -> str:
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found
