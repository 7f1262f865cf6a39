"""Index stage: the generations of an index: begun aside, put into force in one step, returned to, tidied away.

manifest.json          the manifest in force
g-000007-x1y2z3/       the files of a generation
g-000007-x1y2z3.json   its manifest once more, by which it can be returned to
"""

import errno
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from index.errors import IndexBusy, IndexMissing, IndexStageError, IndexUnwritable
from index.manifest import NAME, Manifest

KEPT = 2  # generations before the one in force that can be returned to
_TRIES, _PAUSE = 10, 0.1  # seconds
LOCK = "build.lock"
_PREFIX = "g-"
_NUMBERED = re.compile(r"g-(\d{1,12})-.*")


@contextmanager
def locked(folder: Path, patience: float) -> Iterator[None]:
    """Keep other builders out of an index; a thread that holds the lock may take it again.

    Raises:
        IndexUnwritable: if the folder can't be written, is full, or holds something else.
        IndexBusy: if another process is still building there after `patience` seconds.
    """
    from filelock import FileLock, Timeout  # with asyncio, and only building needs it

    with told_of_disk(folder):
        folder.mkdir(parents=True, exist_ok=True)
        names = {path.name for path in folder.iterdir()}
        if names and not (LOCK in names or _is_index(folder)):
            raise IndexUnwritable(f"{folder}: holds other files than an index; name an empty or a new folder")
        lock = FileLock(folder / LOCK, is_singleton=True)
        try:
            lock.acquire(timeout=patience)
        except Timeout as err:
            raise IndexBusy(f"{folder}: another build has been running for {patience:.0f} s; try again later") from err
    try:
        yield
    finally:
        lock.release()


@contextmanager
def begun(folder: Path) -> Iterator[Path]:
    """Give the folder of a new generation; it goes if an error comes before it is in force."""
    number = max((_number(path) for path in folder.glob(f"{_PREFIX}*")), default=0) + 1
    generation = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{number:06}-", dir=folder))
    try:
        yield generation
    except BaseException:
        if not _is_in_force(folder, generation):  # Ctrl-C may come right after it is
            _manifest_of(generation).unlink(missing_ok=True)
            shutil.rmtree(generation, ignore_errors=True)
        raise


def put_in_force(folder: Path, manifest: Manifest) -> None:
    """Let readers find a generation from now on."""
    for name in manifest.files:
        with (folder / manifest.generation / name).open("rb+") as file:
            os.fsync(file.fileno())
    content = manifest.to_json()
    _write(_manifest_of(folder / manifest.generation), content)
    _write(folder / NAME, content)


def earlier(folder: Path, manifest: Manifest) -> list[Manifest]:
    """Return the manifests of the generations that can be returned to, newest first."""
    found = []
    for path in sorted(folder.glob(f"{_PREFIX}*.json"), key=_number, reverse=True):
        if _number(path) >= _number(folder / manifest.generation):
            continue
        try:
            one = Manifest.read(path)
        except IndexStageError:
            continue
        if _manifest_of(folder / one.generation) == path and (folder / one.generation).is_dir():
            found.append(one)
    return found


def roll_back(folder: Path, *, patience: float = 0.0) -> Manifest:
    """Put the generation before the one in force back into force and return its manifest.

    Raises:
        IndexMissing: if there is none before it.
        IndexDamaged: if its files are not what was written; the one in force stays.
        IndexUnwritable: if the folder can't be written.
        IndexBusy: if a build is running.
    """
    Manifest.load(folder)  # before a folder that holds no index is made into one by its lock
    with locked(folder, patience):
        current = Manifest.load(folder)
        before = earlier(folder, current)
        if not before:
            raise IndexMissing(f"{folder}: there is no earlier index to return to; it was built once, or rolled back")
        before[0].check_files(folder, wholly=True)
        with told_of_disk(folder):
            # First, so that what was given up is never taken for an earlier one by a later build.
            _manifest_of(folder / current.generation).unlink(missing_ok=True)
            _write(folder / NAME, before[0].to_json())
    return before[0]


def tidy(folder: Path, manifest: Manifest) -> None:
    """Remove what cannot be returned to; files that somebody reads just now may stay until the next build."""
    kept = {manifest.generation, *(one.generation for one in earlier(folder, manifest)[:KEPT])}
    for path in folder.glob(f"{_PREFIX}*"):
        if path.is_dir() and path.name not in kept:
            _manifest_of(path).unlink(missing_ok=True)
            shutil.rmtree(path, ignore_errors=True)
    for path in folder.glob(f"{_PREFIX}*.json*"):
        if path.name.split(".")[0] not in kept or path.suffix == ".new":
            path.unlink(missing_ok=True)


def _number(path: Path) -> int:
    match = _NUMBERED.fullmatch(path.name)
    return int(match[1]) if match else 0


def _manifest_of(generation: Path) -> Path:
    return generation.with_name(f"{generation.name}.json")


def _write(path: Path, content: str) -> None:
    """Write a file so that it is there whole or not at all, even after a power cut."""
    aside = path.with_name(f"{path.name}.new")
    aside.unlink(missing_ok=True)
    with aside.open("x", encoding="utf-8") as file:  # never through a link that somebody put there
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    _put(aside, path)
    with suppress(OSError):  # Windows can't, and some network folders
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _put(aside: Path, path: Path) -> None:
    """Rename a file onto another; on Windows that fails for as long as somebody reads the other."""
    for _ in range(_TRIES - 1):
        try:
            aside.replace(path)
        except PermissionError:
            time.sleep(_PAUSE)
        else:
            return
    aside.replace(path)


def _is_in_force(folder: Path, generation: Path) -> bool:
    try:
        return Manifest.load(folder).generation == generation.name
    except IndexStageError:
        return False


def _is_index(folder: Path) -> bool:
    try:
        Manifest.load(folder)
    except IndexStageError:
        return False
    return True


def looks_like_index(folder: Path) -> bool:
    """Tell whether a folder holds an index, be it damaged or of another format; other files named so are none."""
    return (folder / NAME).is_file() and (any(map(_number, folder.glob(f"{_PREFIX}*"))) or _is_index(folder))


@contextmanager
def told_of_disk(folder: Path) -> Iterator[None]:
    """Turn errors of the disk into one line."""
    try:
        yield
    except OSError as err:
        reason = "the disk is full" if err.errno in {errno.ENOSPC, errno.EDQUOT} else err.strerror or str(err)
        raise IndexUnwritable(f"{folder}: the index can't be written: {reason}; the old one, if any, stays") from err
