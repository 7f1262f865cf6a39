"""Corpus stage: folders of files to Documents."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from corpus.decode import decode
from corpus.document import Document
from corpus.errors import (
    DuplicateId,
    NoReports,
    ReportUnreadable,
    TooLarge,
)
from corpus.files import OVERRIDES, Skipped, Stamp, file_stamps, find_files, is_excluded
from corpus.formats.extractor import Extractor, Limits, shared_extractor
from corpus.formats.kinds import KINDS
from corpus.formats.written import to_report
from corpus.front_matter import FrontMatter, read_overrides, split_front_matter
from corpus.language import detect_language
from corpus.lines import Repaired
from corpus.metadata import read_metadata
from corpus.repair import repair

_DEFAULT_LIMIT = 16 * 1024 * 1024
_File = TypeVar("_File", str, Path)
_Kept = TypeVar("_Kept")


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
    limits: Limits | None = None,
    known: Callable[[Path, Path], Document | None] | None = None,
    excluded: Collection[str] = (),
) -> Corpus:
    """Read every report below the folders (or the files named), in a fixed order.

    A file that can't be read is left out and said; the others are whole. Those that are no plain text
    are read in a process of their own within the `limits`. `known` gives the report of a file, below the
    folder that it is named from, which need not be read again; `excluded` are files and folders to leave out.

    Raises:
        FolderUnreadable: if a folder is missing or may not be read.
        BadFrontMatter: if a reports.toml is wrong, which may concern any report.
        DuplicateId: if two reports claim one id; both files are named.
        NoReports: if no file became a report.
    """
    roots = tuple(folder.expanduser().resolve() for folder in folders)
    # Taken before reading, so that a change during it is noticed afterwards.
    stamps = file_stamps(roots)
    files, skipped = find_files(roots)
    if excluded:
        files, stamps = _without(excluded, files, skipped), _without(excluded, stamps, [])
    overrides = {path.parent: read_overrides(path.parent) for path in files if path.name == OVERRIDES}
    skipped.extend(_unmatched(overrides, files))
    reports = {path: root for path, root in files.items() if path.name != OVERRIDES}
    documents: dict[str, Document] = {}
    with Extractor(limits) as extractor:
        for number, (path, root) in enumerate(reports.items()):
            if progress:
                progress(number, len(reports))
            try:
                document = (known(path, root) if known else None) or read_report(
                    path, root=root, stated=_overriding(path, overrides), max_bytes=max_bytes, extractor=extractor
                )
            except ReportUnreadable as err:
                skipped.append(Skipped(str(path), str(err).removeprefix(f"{path}: ")))
                continue
            other = documents.get(document.id)
            if other:
                raise DuplicateId(_same_id(other, document))
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
    stated: FrontMatter | None = None,
    max_bytes: int = _DEFAULT_LIMIT,
    extractor: Extractor | None = None,
) -> Document:
    """Read one report; what is `stated` elsewhere outweighs its front matter, field by field.

    Its id is the one stated, else its path below `root` without the suffix. A file that is no plain text is
    read by the `extractor`, or where none is given by that of this process.

    Raises:
        ReportUnreadable: if it can't be used; the text says why.
    """
    relative = path.relative_to(root) if root and path.is_relative_to(root) else Path(path.name)
    data = _read(path, max_bytes)
    own, repaired = _read_text(path, data, extractor)
    stated = _merged(own, stated)
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


def _read_text(path: Path, data: bytes, extractor: Extractor | None) -> tuple[FrontMatter, Repaired]:
    """Return what a file states of itself and its text."""
    suffix = path.suffix.lower()
    if suffix in KINDS:
        found = (extractor or shared_extractor(Limits())).extract(data, suffix=suffix, name=str(path))
        return FrontMatter(), repair(found) if isinstance(found, str) else to_report(found)
    raw = decode(data, name=str(path))
    own, begin = split_front_matter(raw, name=str(path))
    return own, repair(raw, begin)


def _same_id(first: Document, second: Document) -> str:
    said = f"two reports have the id {first.id!r}: {first.path} and {second.path}"
    if Path(first.path).suffix.lower() == Path(second.path).suffix.lower() == ".md":
        return f"{said}; give one of them another `id:` in its front matter"
    name = Path(second.path).name
    return (
        f"{said}; if they are the same report, leave one of them out; else rename one, or give it another id in "
        f'{OVERRIDES} beside it: ["{name}"] and below that id = "another"'
    )


def _without(excluded: Collection[str], found: Mapping[_File, _Kept], skipped: list[Skipped]) -> dict[_File, _Kept]:
    """Return what is found without what is excluded, which is said to be skipped."""
    out = {path for path in found if is_excluded(path, excluded)}
    skipped.extend(Skipped(str(path), "was removed from the index") for path in sorted(out))
    return {path: kept for path, kept in found.items() if path not in out}


def _overriding(path: Path, overrides: Mapping[Path, Mapping[str, FrontMatter]]) -> FrontMatter | None:
    """Return what the nearest reports.toml above a report states of it."""
    for folder in path.parents:
        named = overrides.get(folder, {})
        found = named.get(path.relative_to(folder).as_posix()) or named.get(path.name)
        if found:
            return found
    return None


def _unmatched(overrides: Mapping[Path, Mapping[str, FrontMatter]], files: Iterable[Path]) -> Iterator[Skipped]:
    for folder, named in overrides.items():
        known = {path.name for path in files if path.is_relative_to(folder) and path.name != OVERRIDES}
        for name in sorted(set(named) - known):
            if name != OVERRIDES and (folder / name).is_file():
                continue
            yield Skipped(str(folder / OVERRIDES), f"names {name!r}, which is no report in this folder")


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
        return f"{where}: holds no reports; put .txt, .md, .pdf, .docx or other reports there"
    first = skipped[0]
    more = f" (and {len(skipped) - 1} more)" if len(skipped) > 1 else ""
    return f"{where}: no file could be used; {first.path}: {first.reason}{more}"
