"""Corpus stage: the files of some folders, which are read and which not, and whether they changed."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import FolderUnreadable
from corpus.formats.kinds import OLDER, SUFFIXES

_NOT_REPORTS = ("readme", "license", "licence")
OVERRIDES = "reports.toml"


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


def find_files(roots: Iterable[Path]) -> tuple[dict[Path, Path], list[Skipped]]:
    """Return each file to read with the folder that it is named from, and those left out.

    A file below two of the folders is named from the first.

    Raises:
        FolderUnreadable: if a folder is missing or may not be read.
    """
    files: dict[Path, Path] = {}
    skipped: dict[Path, str] = {}
    for root in roots:
        for path, reason in _walk(root):
            if reason:
                skipped[path] = reason
            else:
                files.setdefault(path, root if root.is_dir() else root.parent)
    return files, [Skipped(str(path), reason) for path, reason in skipped.items()]


def is_named_as_report(name: str) -> bool:
    """Tell whether a file's name is not that of something else, such as a licence."""
    return not name.lower().startswith(_NOT_REPORTS)


def file_stamps(folders: Iterable[Path]) -> dict[str, Stamp]:
    """Return the state of each file that reading the folders would look at, by its path."""
    found = {}
    for folder in folders:
        try:
            paths = [path for path, reason in _walk(folder) if not reason]
        except FolderUnreadable:
            continue
        for path in paths:
            try:
                stat = path.stat()
            except OSError:
                continue
            found[str(path)] = Stamp(stat.st_size, stat.st_mtime_ns)
    return found


def is_excluded(path: str | Path, excluded: Iterable[str]) -> bool:
    """Tell whether a file is one of those that are left out, or stands below one.

    >>> is_excluded("/reports/drafts/a.md", ["/reports/drafts"]), is_excluded("/reports/drafts.md", ["/reports/drafts"])
    (True, False)
    """
    return any(Path(path).is_relative_to(one) for one in excluded)


def is_unchanged(path: str, then: Stamp, now: Stamp) -> bool:
    """Tell whether a file holds what it held, looking inside only where size and time don't tell."""
    if (then.size, then.modified_ns) == (now.size, now.modified_ns):
        return True
    if not then.sha256 or then.size != now.size:
        return False
    try:
        return file_sha256(Path(path)) == then.sha256
    except OSError:
        return False


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _walk(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield each file below a folder, its reports.toml too, with the reason for skipping it, empty if none."""
    if _is_single(folder):
        known = folder.suffix.lower() in SUFFIXES and _is_unicode(folder)
        yield folder, "" if known else _unknown(folder)
        if not _not_regular(folder.parent / OVERRIDES):
            yield folder.parent / OVERRIDES, ""
        return
    if not folder.is_dir():
        raise FolderUnreadable(f"{folder}: no such folder; name one that holds reports")
    if not os.access(folder, os.R_OK | os.X_OK):
        raise FolderUnreadable(f"{folder}: may not be read; check its permissions")

    refused: list[OSError] = []
    for parent, folders, names in os.walk(folder, onerror=refused.append):
        entered = []
        for name in sorted(folders):
            path = Path(parent) / name
            linked = os.path.islink(path)  # noqa: PTH114  a Path raises where the folder may not be entered
            if linked or name.startswith("."):
                yield path, "a linked folder; name it itself" if linked else "hidden"
            else:
                entered.append(name)
        folders[:] = entered
        for name in sorted(names):
            yield Path(parent) / name, _reason_to_skip(Path(parent) / name)
    for err in refused:
        yield Path(str(err.filename)), f"can't be read: {err.strerror}"


def _reason_to_skip(path: Path) -> str:
    if path.name.startswith("."):
        return "hidden"
    if not _is_unicode(path):
        return "its name, or a folder's above it, is not valid Unicode"
    if path.name == OVERRIDES:
        return _not_regular(path)
    if not is_named_as_report(path.name):
        return "not a report by its name"
    if path.suffix.lower() not in SUFFIXES:
        return _unknown(path)
    return _not_regular(path)


def _not_regular(path: Path) -> str:
    """Return why a file can't be opened as one, empty if it can."""
    try:
        return "" if path.is_file() else "not a regular file"
    except OSError as err:  # its folder may be listed but not entered
        return f"can't be read: {err.strerror or err}"


def _is_single(root: Path) -> bool:
    """Tell whether a root is a file and no folder."""
    try:
        return root.is_file()
    except OSError as err:
        raise FolderUnreadable(f"{root}: may not be read; check its permissions") from err


def _is_unicode(path: Path) -> bool:
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True


def _unknown(path: Path) -> str:
    newer = OLDER.get(path.suffix.lower())
    if newer:
        return f"files of kind {path.suffix!r} are not read; save it as {newer}"
    return f"unknown kind of file {path.suffix or path.name!r}; expected {', '.join(sorted(SUFFIXES))}"
