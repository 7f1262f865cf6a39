"""Evaluate stage: tables of questions as text, separated by commas, semicolons or tabs."""

import csv
from collections.abc import Iterator
from pathlib import Path

from bot.errors import BadQuestionFile
from bot.evaluate.formats.record import BadLine, Line, shown
from bot.evaluate.formats.table import EXPECTED, Columns, Row, columns_of, header_of, is_blank, questions_of
from corpus.decode import decode
from corpus.errors import NotText

# The header tells which it is; a guess from the whole text would count the commas of the sentences.
_SEPARATORS = (",", ";", "\t")


class _Lines:
    """Give the lines of a text and know where it is, so that reading can go on behind a bad line."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.number = 1

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if self.at >= len(self.text):
            raise StopIteration
        start = self.at
        self.at = self.text.find("\n", start) + 1 or len(self.text)
        self.number += 1
        return self.text[start : self.at]


def read_separated(file: Path) -> Iterator[Line]:
    """Read a table of questions in any encoding that reports may have.

    Raises:
        BadQuestionFile: if the file can't be read, or has no header with the columns that are needed.
    """
    try:
        text = decode(file.read_bytes(), name=str(file))
    except OSError as err:
        raise BadQuestionFile(f"{file}: can't be read: {err.strerror or err}") from err
    except NotText as err:
        reason = "expected text in UTF-8, UTF-16 or GB18030, found other bytes; save it as UTF-8"
        raise BadQuestionFile(f"{file}: {reason}") from err
    for separator in _SEPARATORS:
        rows = _rows(text, separator)
        header = header_of(rows)
        try:
            columns = columns_of(header)
        except BadLine as err:
            raise BadQuestionFile(f"{file}: {err}") from err
        if columns:
            return _questions(rows, columns, len(header))
    first = next((line.strip() for line in _Lines(text) if line.strip()), "")
    raise BadQuestionFile(f"{file}: expected {EXPECTED}, found {shown(first)}")


def _questions(rows: Iterator[Row], columns: Columns, width: int) -> Iterator[Line]:
    return questions_of((_aligned(row, columns, width) for row in rows), columns)


def _rows(text: str, separator: str) -> Iterator[Row]:
    """Yield each row with its first line's number; a row that is quoted wrongly costs one line."""
    lines = _Lines(text)
    # Without `strict` a quote that is never closed would make the rest of the file one answer.
    reader = csv.reader(lines, delimiter=separator, strict=True)
    while True:
        at, number = lines.at, lines.number
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as err:
            lines.at, lines.number = text.find("\n", at) + 1 or len(text), number + 1
            yield number, BadLine(f"its quotes do not fit together: {err}")
        else:
            yield number, cells


def _aligned(row: Row, columns: Columns, width: int) -> Row:
    number, cells = row
    if isinstance(cells, BadLine) or is_blank(cells):
        return row
    # A comma without quotes makes a cell too many, a line cut short one too few; either would shift the answers.
    if len(cells) <= max(columns["question"], columns["answer"]) or not is_blank(cells[width:]):
        return number, BadLine(f"{len(cells)} cells where the header has {width}")
    return row
