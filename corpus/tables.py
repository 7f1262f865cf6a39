"""Corpus stage: tables of words that are made once from large dictionaries and kept in a folder (the only marisa_trie).

A table maps words to numbers or to texts. Reading a dictionary takes a second each time, a table a few
milliseconds. A file holds a line of JSON, which says from what it was made and what its bytes hash to, and
the bytes behind it. It is read whole, so that the bytes which were checked are the bytes in use: a file that
is mapped and then cut short would end the process.
"""

import hashlib
import importlib.util
import json
import os
import stat
import sys
import tempfile
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from marisa_trie import Trie

_LARGEST = 1 << 26  # bytes of a file; the dictionaries' tables have four million
_LONGEST_HEAD = 1 << 12
_SUFFIX = ".table"
# What a damaged or forged file may lead to; marisa_trie raises RuntimeError.
_UNUSABLE = (OSError, ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError, RuntimeError)

_Value = TypeVar("_Value", int, str)
_folder: list[Path] = []


def use_tables(folder: Path | None) -> None:
    """Keep tables in a folder from now on, in none where it is None: then they are made in memory each time."""
    _folder[:] = [folder] if folder else []


def table(name: str, sources: Sequence[Path], make: Callable[[], Mapping[str, _Value]]) -> Mapping[str, _Value]:
    """Return the table of a name, made where it is absent, damaged or made from other sources.

    Args:
        name: What the table's file is called.
        sources: The files that the table depends on, code among them.
        make: Reads the sources; its numbers are from 0 to 2**32 - 1.
    """
    if not _folder:
        return make()
    source = _digest(tuple(sources))
    path = _folder[0] / f"{name}-{source[:12]}{_SUFFIX}"
    try:
        return _read(path, source)
    except _UNUSABLE:
        made = make()
    try:
        _write(path, source, made)
    except _UNUSABLE:  # nothing can be kept there, or a trie can't hold it
        return made
    return made


def package_folder(package: str) -> Path:
    """Return where the files of an installed package lie, without importing it."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"{package}, which carries a dictionary, is not installed")
    return Path(next(iter(spec.submodule_search_locations)))


@dataclass(frozen=True, slots=True)
class _Table(Mapping[str, _Value], Generic[_Value]):
    """Map words to values: the trie numbers the words, `held` has the value of each number.

    `order` is the order in which the words were made, which is that of iterating.
    """

    trie: "Trie"
    held: Sequence[_Value]
    order: Sequence[int]

    def get(self, word: str, default: Any = None) -> Any:  # noqa: ANN401 - as Mapping has it
        if "\0" in word:  # where the trie would end the word
            return default
        try:
            number = self.trie.get(word)
        except UnicodeEncodeError:  # half of a surrogate pair
            return default
        return default if number is None else self.held[number]

    def __getitem__(self, word: str) -> _Value:
        found: _Value | None = self.get(word)
        if found is None:
            raise KeyError(word)
        return found

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and self.get(word) is not None

    def __iter__(self) -> Iterator[str]:
        return map(self.trie.restore_key, self.order)

    def __len__(self) -> int:
        return len(self.trie)


@dataclass(frozen=True, slots=True)
class _Texts(Sequence[str]):
    """Hold texts, many of them equal: `which` says for each place the distinct text, which ends at `ends`."""

    which: Sequence[int]
    ends: Sequence[int]
    letters: bytes

    def __getitem__(self, place: Any) -> Any:  # noqa: ANN401 - as Sequence has it
        number = self.which[place]
        start = self.ends[number - 1] if number else 0
        return self.letters[start : self.ends[number]].decode()

    def __len__(self) -> int:
        return len(self.which)


@cache
def _digest(sources: tuple[Path, ...]) -> str:
    """Return what tells these sources from others, with this file and the order of bytes."""
    whole = hashlib.sha256(sys.byteorder.encode())
    for path in (Path(__file__), *sources):
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def _write(path: Path, source: str, content: Mapping[str, _Value]) -> None:
    """Write a table beside `path`, then put it in its place."""
    parts = _packed(content)
    body = b"".join(parts)
    head = {"source": source, "parts": [len(part) for part in parts], "sha256": hashlib.sha256(body).hexdigest()}
    path.parent.mkdir(parents=True, exist_ok=True)
    number, partial = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".partial")
    try:
        with os.fdopen(number, "wb") as file:
            file.write(json.dumps(head).encode() + b"\n" + body)
        Path(partial).replace(path)
    finally:
        Path(partial).unlink(missing_ok=True)


def _read(path: Path, source: str) -> Mapping[str, Any]:
    """Read what `_write` wrote; any of `_UNUSABLE` where it is not that."""
    with path.open("rb") as file:
        state = os.fstat(file.fileno())
        if not stat.S_ISREG(state.st_mode) or state.st_size > _LARGEST:
            raise ValueError("no table")
        head = json.loads(file.readline(_LONGEST_HEAD))
        body = file.read()
    if (head["source"], head["sha256"]) != (source, hashlib.sha256(body).hexdigest()) or sum(head["parts"]) != len(
        body
    ):
        raise ValueError("another table, or a damaged one")
    parts, start = [], 0
    for size in head["parts"]:
        parts.append(body[start : start + size])
        start += size
    return _unpacked(parts)


def _packed(content: Mapping[str, _Value]) -> list[bytes]:
    from marisa_trie import Trie

    trie = Trie(content.keys())
    order = array("I", map(trie.__getitem__, content))
    numbers = array("I", [0]) * len(content)
    texts: dict[str, int] = {}
    for place, value in zip(order, content.values(), strict=True):
        numbers[place] = value if isinstance(value, int) else texts.setdefault(value, len(texts))
    parts = [trie.tobytes(), order.tobytes(), numbers.tobytes()]
    if texts:
        encoded = [text.encode() for text in texts]
        ends, end = array("I"), 0
        for one in encoded:
            end += len(one)
            ends.append(end)
        parts += [ends.tobytes(), b"".join(encoded)]
    return parts


def _unpacked(parts: Sequence[bytes]) -> Mapping[str, Any]:
    from marisa_trie import Trie

    trie = Trie().frombytes(parts[0])
    order, numbers, *ends = (memoryview(part).cast("I") for part in parts[1:4])
    held: Sequence[Any] = _Texts(numbers, ends[0], parts[4]) if ends else numbers
    if not len(trie) == len(order) == len(held):
        raise ValueError("a table without a value for each word")
    return _Table(trie, held, order)
