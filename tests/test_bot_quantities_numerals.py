"""Numerals that are read directly: as the library reads them, for every numeral of up to four characters."""

import itertools
import re

import pytest

from bot.quantities import numerals

NEVER = re.compile(r"(?!)")


def read(function, written):
    try:
        return str(function.__wrapped__(written))
    except ValueError as err:
        return type(err)


@pytest.mark.parametrize(
    ("function", "characters", "lengths"),
    [(numerals.han, "零〇一二两九十百千万亿点半", range(5)), (numerals.han_digits, "〇零二九○19", range(1, 5))],
    ids=["numbers", "digits"],
)
def test_what_is_read_directly_is_what_the_library_reads(monkeypatch, function, characters, lengths):
    written = ["".join(one) for length in lengths for one in itertools.product(characters, repeat=length)]
    directly = [read(function, one) for one in written]
    for pattern in ("_SIMPLE", "_YEAR"):
        monkeypatch.setattr(numerals, pattern, NEVER)

    assert [(w, d) for w, d in zip(written, directly, strict=True) if d != read(function, w)] == []
