"""Corpus stage: folders of files to Documents."""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from corpus.decode import decode
from corpus.document import Document
from corpus.errors import (
    DuplicateId,
    FolderUnreadable,
    NoReports,
    ReportUnreadable,
    TooLarge,
)
from corpus.front_matter import FrontMatter, read_overrides, split_front_matter
from corpus.language import detect_language
from corpus.metadata import read_metadata
from corpus.repair import repair

SUFFIXES = frozenset({".txt", ".md", ".markdown"})
_NOT_REPORTS = ("readme", "license", "licence")
_OVERRIDES = "reports.toml"
_DEFAULT_LIMIT = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Skipped:
    """Name a file that did not become a report, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Stamp:
    """Tell whether a file is still the same: size, time of change, and SHA-256 where it was read."""

    size: int
    modified_ns: int
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Corpus:
    """Hold the reports of some folders, what was left out, and the state of each file by its path."""

    roots: tuple[Path, ...]
    documents: tuple[Document, ...]
    skipped: tuple[Skipped, ...]
    stamps: Mapping[str, Stamp]


def read_corpus(
    folders: Iterable[Path],
    *,
    max_bytes: int = _DEFAULT_LIMIT,
    progress: Callable[[int, int], None] | None = None,
) -> Corpus:
    """Read every report below the folders (or the files named), in a fixed order.

    A file that can't be read is left out and said; the others are whole.

    Raises:
        FolderUnreadable: if a folder is missing or may not be read.
        DuplicateId: if two reports claim one id; both files are named.
        NoReports: if no file became a report.
    """
    roots = tuple(folder.expanduser().resolve() for folder in folders)
    # Taken before reading, so that a change during it is noticed afterwards.
    stamps = file_stamps(roots)
    files: list[tuple[Path, Path]] = []
    skipped: list[Skipped] = []
    for folder in roots:
        for path, reason in _walk(folder):
            if reason:
                skipped.append(Skipped(str(path), reason))
            else:
                files.append((folder if folder.is_dir() else folder.parent, path))
    overrides = {root: read_overrides(root) for root in {root for root, _ in files}}
    documents: dict[str, Document] = {}
    for number, (root, path) in enumerate(files):
        if progress:
            progress(number, len(files))
        try:
            document = read_report(path, root=root, overrides=overrides[root], max_bytes=max_bytes)
        except ReportUnreadable as err:
            skipped.append(Skipped(str(path), str(err).removeprefix(f"{path}: ")))
            continue
        other = documents.get(document.id)
        if other:
            raise DuplicateId(
                f"two reports have the id {document.id!r}: {other.path} and {document.path}; "
                "give one of them another `id:` in its front matter"
            )
        documents[document.id] = document
        if document.path in stamps:
            stamps[document.path] = replace(stamps[document.path], sha256=document.digest)
    if not documents:
        raise NoReports(_nothing_found(roots, skipped))
    return Corpus(roots, tuple(documents.values()), tuple(skipped), stamps)


def read_report(
    path: Path,
    *,
    root: Path | None = None,
    overrides: Mapping[str, FrontMatter] | None = None,
    max_bytes: int = _DEFAULT_LIMIT,
) -> Document:
    """Read one report.

    Its id is the front matter's, else its path below `root` without the suffix.

    Raises:
        ReportUnreadable: if it can't be used; the text says why.
    """
    relative = path.relative_to(root) if root and path.is_relative_to(root) else Path(path.name)
    data = _read(path, max_bytes)
    raw = decode(data, name=str(path))
    stated, begin = split_front_matter(raw, name=str(path))
    overriding = (overrides or {}).get(relative.as_posix()) or (overrides or {}).get(path.name)
    stated = _merged(stated, overriding)
    repaired = repair(raw, begin)
    if not repaired.text.strip():
        raise ReportUnreadable(f"{path}: holds no text")
    language = stated.language or detect_language(repaired.text)
    read = read_metadata(repaired.text, headings=repaired.headings, language=language, stem=path.stem)
    given = {name for name in ("title", "publisher", "region", "period") if getattr(stated, name)}
    return Document(
        id=stated.id or relative.with_suffix("").as_posix(),
        path=str(path),
        language=language,
        title=stated.title or read.title,
        publisher=stated.publisher or read.publisher,
        region=stated.region or read.region,
        period=stated.period or read.period,
        text=repaired.text,
        stretches=repaired.stretches,
        headings=repaired.headings,
        digest=hashlib.sha256(data).hexdigest(),
        source=stated.source,
        translation_of=stated.translation_of,
        restates=stated.restates,
        evidence={name: spans for name, spans in read.evidence.items() if name not in given},
    )


def file_stamps(folders: Iterable[Path]) -> dict[str, Stamp]:
    """Return the state of each file that reading the folders would look at, by its path."""
    found = {}
    for folder in folders:
        try:
            paths = [path for path, reason in _walk(folder) if not reason]
        except FolderUnreadable:
            continue
        for path in [*paths, folder / _OVERRIDES]:
            try:
                stat = path.stat()
            except OSError:
                continue
            found[str(path)] = Stamp(stat.st_size, stat.st_mtime_ns)
    return found


def is_unchanged(path: str, then: Stamp, now: Stamp) -> bool:
    """Tell whether a file holds what it held, looking inside only where size and time don't tell."""
    if (then.size, then.modified_ns) == (now.size, now.modified_ns):
        return True
    if not then.sha256 or then.size != now.size:
        return False
    try:
        with Path(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == then.sha256
    except OSError:
        return False


def _walk(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield each file below a folder with the reason for skipping it, empty if none."""
    if folder.is_file():
        yield folder, "" if folder.suffix.lower() in SUFFIXES else _unknown(folder)
        return
    if not folder.is_dir():
        raise FolderUnreadable(f"{folder}: no such folder; name one that holds .txt or .md reports")
    if not os.access(folder, os.R_OK | os.X_OK):
        raise FolderUnreadable(f"{folder}: may not be read; check its permissions")

    refused: list[OSError] = []
    for parent, folders, names in os.walk(folder, onerror=refused.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if name != _OVERRIDES:
                yield Path(parent) / name, _reason_to_skip(Path(parent) / name)
    for err in refused:
        yield Path(str(err.filename)), f"can't be read: {err.strerror}"


def _reason_to_skip(path: Path) -> str:
    if path.name.startswith("."):
        return "hidden"
    if path.name.lower().startswith(_NOT_REPORTS):
        return "not a report by its name"
    if path.suffix.lower() not in SUFFIXES:
        return _unknown(path)
    return "" if path.is_file() else "not a regular file"


def _unknown(path: Path) -> str:
    return f"unknown kind of file {path.suffix or path.name!r}; expected {', '.join(sorted(SUFFIXES))}"


def _read(path: Path, max_bytes: int) -> bytes:
    try:
        size = path.stat().st_size
        if size > max_bytes:
            raise TooLarge(
                f"{path}: {size / 2**20:.0f} MB is over the limit of {max_bytes / 2**20:.0f} MB "
                "(setting corpus.max_file_mb)"
            )
        with path.open("rb") as file:
            return file.read(max_bytes)
    except OSError as err:
        raise ReportUnreadable(f"{path}: can't be read: {err.strerror or err}") from err


def _merged(stated: FrontMatter, overriding: FrontMatter | None) -> FrontMatter:
    if overriding is None:
        return stated
    return FrontMatter(
        **{
            name: getattr(stated, name) if getattr(overriding, name) is None else getattr(overriding, name)
            for name in FrontMatter.__dataclass_fields__
        }
    )


def _nothing_found(folders: tuple[Path, ...], skipped: list[Skipped]) -> str:
    where = ", ".join(map(str, folders))
    if not skipped:
        return f"{where}: holds no reports; put .txt or .md files there"
    first = skipped[0]
    more = f" (and {len(skipped) - 1} more)" if len(skipped) > 1 else ""
    return f"{where}: no file could be used; {first.path}: {first.reason}{more}"
