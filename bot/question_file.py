"""Bot stage: a file of questions, read line by line."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from bot.errors import BadQuestionFile


@contextmanager
def open_lines(file: Path) -> Iterator[tuple[TextIO, int]]:
    """Open a file of lines ("-" is standard input) and count them; 0 where that can't be told.

    Raises:
        BadQuestionFile: if it can't be read.
    """
    if str(file) == "-":
        yield sys.stdin, 0
        return
    try:
        with file.open("rb") as raw:
            count = sum(1 for _ in raw)
        with file.open(encoding="utf-8-sig", errors="replace") as lines:
            yield lines, count
    except OSError as err:
        raise BadQuestionFile(f"{file}: can't be read: {err.strerror or err}") from err
