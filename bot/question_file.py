"""Bot stage: a file of questions, read line by line."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from bot.errors import BadQuestionFile

_MARK = b"\xef\xbb\xbf"


@contextmanager
def open_lines(file: Path) -> Iterator[tuple[Iterator[bytes], int]]:
    """Open a file of lines ("-" is standard input) and count them; 0 where that can't be told.

    Lines come as bytes, since one that is not UTF-8 shall not spoil the others.

    Raises:
        BadQuestionFile: if it can't be read.
    """
    if str(file) == "-":
        if sys.stdin is None:
            raise BadQuestionFile("there is no standard input to read questions from")
        yield _without_mark(sys.stdin.buffer), 0
        return
    try:
        count = _count(file)
        raw = file.open("rb")
    except OSError as err:
        raise BadQuestionFile(f"{file}: can't be read: {err.strerror or err}") from err
    with raw:
        yield _without_mark(raw), count


def _count(file: Path) -> int:
    # What comes through a pipe is there once, so nothing may be read only to be counted.
    if not file.is_file():
        return 0
    with file.open("rb") as raw:
        return sum(1 for _ in raw)


def _without_mark(lines: BinaryIO) -> Iterator[bytes]:
    for number, line in enumerate(lines):
        yield line.removeprefix(_MARK) if number == 0 else line
