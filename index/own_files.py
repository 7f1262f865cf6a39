"""Index stage: files that belong to an index's folder, as opposed to links to files elsewhere."""

import os
import stat
from pathlib import Path


def is_own_file(path: Path) -> bool:
    """Tell whether a regular file that has no other name stands there, and no link to one."""
    try:
        found = path.lstat()
    except OSError:
        return False
    return stat.S_ISREG(found.st_mode) and found.st_nlink <= 1


def lies_within(path: Path, folder: Path) -> bool:
    """Tell whether a regular file stands there and no link leads out of its folder on the way to it."""
    try:
        regular = stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False
    return regular and Path(os.path.realpath(path)) == Path(os.path.realpath(folder)) / path.relative_to(folder)
