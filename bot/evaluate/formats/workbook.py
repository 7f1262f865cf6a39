"""Evaluate stage: tables of questions in the sheets of an Excel workbook, by openpyxl, which only this file uses."""

import os
import warnings
from collections.abc import Iterator
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO
from zipfile import BadZipFile, ZipFile

from bot.errors import BadQuestionFile
from bot.evaluate.formats.record import BadLine, Line, shown
from bot.evaluate.formats.table import EXPECTED, Row, columns_of, header_of, questions_of

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

MOST_ROWS = 200_000
MOST_UNPACKED = 300_000_000
_MOST_COLUMNS = 64


def read_workbook(file: Path) -> list[Line]:
    """Read every sheet that has a question and an answer column; values as they were last saved, no macros.

    Raises:
        BadQuestionFile: if the file is no workbook, is too large unpacked, or has no such sheet.
    """
    # lxml would not refuse entities, as defusedxml does.
    os.environ["OPENPYXL_LXML"] = "False"
    from openpyxl import load_workbook

    try:
        # What openpyxl warns of (styles, extensions that it drops) has no bearing on questions.
        with warnings.catch_warnings(action="ignore"), file.open("rb") as raw:
            _require_small(raw, file)
            book = load_workbook(raw, read_only=True, data_only=True, keep_links=False)
            return list(_lines(book, file))
    except BadQuestionFile:
        raise
    except OSError as err:
        raise BadQuestionFile(f"{file}: can't be read: {err.strerror or err}") from err
    except BadZipFile as err:
        reason = "found none; save it as .xlsx, without a password"
        raise BadQuestionFile(f"{file}: expected an Excel workbook, {reason}") from err
    except Exception as err:  # a hostile part makes openpyxl's parsers raise whatever they happen to
        raise BadQuestionFile(f"{file}: expected an Excel workbook, found a damaged one: {_reason(err)}") from err


def _require_small(raw: BinaryIO, file: Path) -> None:
    # No part is read beyond the size that it claims, so the claims bound what is unpacked.
    with ZipFile(raw) as archive:
        size = sum(part.file_size for part in archive.infolist())
    if size > MOST_UNPACKED:
        raise BadQuestionFile(f"{file}: {size:,} bytes when unpacked, at most {MOST_UNPACKED:,} are read")
    raw.seek(0)


def _reason(err: BaseException) -> str:
    return (str(err).splitlines() or [""])[0] or type(err).__name__


def _lines(book: "Workbook", file: Path) -> Iterator[Line]:
    sheets = book.worksheets
    headers = []
    for sheet in sheets:
        name = f"sheet {shown(sheet.title)}: " if len(sheets) > 1 else ""
        rows = _rows(sheet)
        header = header_of(rows)
        try:
            columns = columns_of(header)
        except BadLine as err:
            raise BadQuestionFile(f"{file}: {name}{err}") from err
        if columns is None:
            headers.append(", ".join(filter(None, header)))
            yield None, BadLine(f"{name}expected {EXPECTED}, found {shown(headers[-1])}")
            continue
        for number, found in questions_of(rows, columns):
            yield number, BadLine(f"{name}{found}") if isinstance(found, BadLine) else found
    if len(headers) == len(sheets):
        raise BadQuestionFile(f"{file}: expected {EXPECTED}, found {shown('; '.join(headers))}")


def _rows(sheet: Any) -> Iterator[Row]:  # noqa: ANN401 - the stubs do not know sheets that are only read
    # The size that a sheet claims may be a lie; without it rows end where they end.
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(max_col=_MOST_COLUMNS), start=1):
        if number > MOST_ROWS:
            yield number, BadLine(f"rows beyond the first {MOST_ROWS:,} are not read")
            return
        yield number, [_text(cell) for cell in cells]


def _text(cell: Any) -> str:  # noqa: ANN401 - a cell that is only read, or an empty one
    """Return a cell's value as it is written, as far as it can be told without its full number format."""
    value = cell.value
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, datetime):
        return str(value.date() if value.time() == time() else value)
    if isinstance(value, float | int) and not isinstance(value, bool):
        percent = "%" in cell.number_format
        return f"{value * 100:.12g}%" if percent else f"{value:.15g}" if isinstance(value, float) else str(value)
    return str(value)
