"""Messenger: documents that an admin sends: which may become reports, under what name, and where they are kept."""

import os
import re
import tempfile
from collections.abc import Collection, Iterable, Mapping
from itertools import count
from pathlib import Path

from bot.collection import is_device
from bot.errors import BotError
from bot.messenger.clean_text import one_line
from bot.messenger.words import tell
from corpus.document import Document, Language
from corpus.errors import CorpusError
from corpus.files import is_named_as_report
from corpus.formats.extractor import Extractor, Limits
from corpus.formats.kinds import SUFFIXES
from corpus.reader import read_report

DOWNLOAD_LIMIT = 20 * 2**20  # bytes that Telegram gives a bot
_LONGEST_NAME = 120  # bytes, of the 255 that file systems take
_UNSAFE = re.compile(r'[/\\:*?"<>|\x00-\x1f\x7f]+')
_FOLDERS = re.compile(r"(?<![\w.])(?:[A-Za-z]:)?(?:[/\\][^/\\:\n]*)*[/\\](?=[^/\\\s])")


class UploadRefused(BotError):
    """A document can't become a report; `told` says why in a language."""

    def __init__(self, words: str, **values: object) -> None:
        self.words = words
        self.values = values
        super().__init__(self.told("en"))

    def told(self, language: Language) -> str:
        """Return why, for the person who sent it."""
        return tell(self.words, language, **self.values)


class UnknownKind(UploadRefused):
    """A document is of a kind that is not read."""


class DocumentTooLarge(UploadRefused):
    """A document is larger than Telegram hands over or the corpus takes."""


class NoReportName(UploadRefused):
    """A document is named like something that is no report."""


class AlreadyKnown(UploadRefused):
    """A document is among the reports already, or has the id of one."""


class DocumentUnreadable(UploadRefused):
    """A document holds nothing that can be read as a report."""


def check(name: str | None, size: int | None, *, max_bytes: int) -> str:
    """Return the safe name of a document that may become a report; to be called before it is downloaded.

    Raises:
        UploadRefused: if it may not; its class says why.
    """
    safe = safe_name(name or "")
    if Path(safe).suffix.lower() not in SUFFIXES:
        raise UnknownKind("upload_kind", name=safe, suffixes=suffixes())
    if not is_named_as_report(safe):
        raise NoReportName("upload_name", name=safe)
    limit = min(max_bytes, DOWNLOAD_LIMIT)
    if size is not None and size > limit:
        raise DocumentTooLarge("upload_too_large", name=safe, size=megabytes(size), limit=megabytes(limit))
    return safe


def safe_name(name: str) -> str:
    r"""Return a file name without folders, control characters or leading dots, at most 120 bytes long.

    >>> safe_name("../../etc/.passwd\n.md"), safe_name(".."), safe_name("C:\\年报 2020.TXT")
    ('passwd.md', 'report', '年报 2020.TXT')
    """
    bare = one_line(_UNSAFE.sub(" ", re.split(r"[/\\]", name)[-1])).lstrip(". ").rstrip(". ")
    stem, suffix = os.path.splitext(bare)  # noqa: PTH122  a Path would take the name apart at other places
    if len(suffix.encode()) > _LONGEST_NAME // 2:
        stem, suffix = bare, ""
    room = _LONGEST_NAME - len(suffix.encode())
    stem = stem.encode()[:room].decode(errors="ignore").rstrip(". ")
    return f"{'report' if not stem or is_device(stem) else stem}{suffix}"


def keep(
    folder: Path,
    name: str,
    data: bytes,
    reports: Mapping[str, Document],
    *,
    max_bytes: int,
    limits: Limits | None = None,
) -> Path:
    """Put a document into the folder of uploads under its name, numbered where that is taken, and return its path.

    It is read as a report first, within the `limits`, so that what can't be read, or would have the id of another,
    never gets there.

    Raises:
        UploadRefused: if it can't become a report; its class says why.
    """
    safe = check(name, len(data), max_bytes=max_bytes)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".") as hidden:
        part = Path(hidden) / safe
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _refuse_known(_read(part, max_bytes, limits), safe, reports)
        path = _same(folder, safe, data) or _free(folder, safe, reports)
        part.replace(path)
    return path


def to_add(path: Path, roots: Iterable[str | Path]) -> Path:
    """Return what to add to an index of some folders, for an upload to be in it: its folder the first time.

    One that the index has the folder of is named itself, so that it comes back if it was removed by hand.
    """
    path = path.expanduser().resolve()
    return path if any(path.parent.is_relative_to(root) for root in roots) else path.parent


def without_folders(text: str) -> str:
    """Return a text without the folders of the paths in it, which tell about the server.

    >>> without_folders("skipped /srv/bot/uploads/a.md: has no text")
    'skipped a.md: has no text'
    """
    return _FOLDERS.sub("", text)


def suffixes() -> str:
    """Return the kinds of file that are read, for people."""
    return ", ".join(sorted(SUFFIXES, key=lambda suffix: (len(suffix), suffix)))


def megabytes(size: int) -> str:
    """Return a size for people.

    >>> megabytes(2_621_440), megabytes(2_100)
    ('2.5 MB', '2.1 KB')
    """
    return f"{size / 2**20:.1f} MB" if size >= 2**20 else f"{size / 2**10:.1f} KB"


def _read(path: Path, max_bytes: int, limits: Limits | None) -> Document:
    try:
        with Extractor(limits) as extractor:
            return read_report(path, max_bytes=max_bytes, extractor=extractor)
    except CorpusError as err:
        reason = one_line(str(err).removeprefix(f"{path}: "))
        raise DocumentUnreadable("upload_unreadable", name=path.name, reason=reason) from err


def _refuse_known(read: Document, name: str, reports: Mapping[str, Document]) -> None:
    for report in reports.values():
        if report.digest == read.digest:
            raise AlreadyKnown("upload_known", title=one_line(report.title))
    # An id that the file states can't be changed by a number in its name.
    if read.id in reports and read.id != Path(name).with_suffix("").as_posix():
        raise AlreadyKnown("upload_id_taken", id=one_line(read.id))


def _same(folder: Path, name: str, data: bytes) -> Path | None:
    """Return the file in a folder that is the document already, as when a build of the index did not end."""
    numbered = re.compile(re.escape(Path(name).stem) + r"(?:-\d+)?" + re.escape(Path(name).suffix), re.IGNORECASE)
    files = (path for path in folder.iterdir() if numbered.fullmatch(path.name) and path.is_file())
    return next((path for path in files if path.stat().st_size == len(data) and path.read_bytes() == data), None)


def _free(folder: Path, name: str, ids: Collection[str]) -> Path:
    """Return the first path whose stem is neither a file's there nor a report's id."""
    taken = {path.stem.casefold() for path in folder.iterdir()} | {id.casefold() for id in ids}
    bare = Path(name)
    for number in count(1):
        stem = bare.stem if number == 1 else f"{bare.stem}-{number}"
        if stem.casefold() not in taken:
            return folder / f"{stem}{bare.suffix.lower()}"
    raise AssertionError
