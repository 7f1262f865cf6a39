"""Evaluate stage: two evaluations of the same questions side by side."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import BadQuestionFile
from bot.evaluate.intervals import Difference, difference

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Hold for each language and figure how the second run differs, and the questions that changed, both ways."""

    differences: Mapping[tuple[str, str], Difference]
    better: tuple[Record, ...]
    worse: tuple[Record, ...]
    unpaired: int


def load_record(path: Path) -> Record:
    """Read what `citewise evaluate --json` wrote.

    Raises:
        BadQuestionFile: if it is no such file.
    """
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        usable = all(_is_row(row) for row in record["questions"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as err:
        raise BadQuestionFile(f"{path}: expected a record of `citewise evaluate --json`: {err!r}") from err
    if not usable:
        raise BadQuestionFile(
            f"{path}: expected a record of `citewise evaluate --json`, found questions without metrics"
        )
    return record  # type: ignore[no-any-return]


def _is_row(row: Record) -> bool:
    texts = all(isinstance(row[name], str) for name in ("id", "language", "verdict"))
    return texts and all(value is None or isinstance(value, int | float) for value in row["metrics"].values())


def compare(first: Record, second: Record) -> Comparison:
    """Compare the questions that both runs hold, by their ids; a figure counts where both have it."""
    before = {row["id"]: row for row in first["questions"]}
    after = {row["id"]: row for row in second["questions"]}
    both = [(before[id], after[id]) for id in before if id in after]
    columns: dict[tuple[str, str], tuple[list[float], list[float]]] = {}
    for a, b in both:
        for name in a["metrics"].keys() & b["metrics"].keys():
            x, y = a["metrics"][name], b["metrics"][name]
            if x is not None and y is not None:
                pair = columns.setdefault((a["language"], name), ([], []))
                pair[0].append(float(x))
                pair[1].append(float(y))
    right = [(a, b, a["verdict"] in _RIGHT, b["verdict"] in _RIGHT) for a, b in both]
    return Comparison(
        {key: difference(*columns[key]) for key in sorted(columns)},
        better=tuple(b for _, b, was, is_ in right if is_ and not was),
        worse=tuple(b for _, b, was, is_ in right if was and not is_),
        unpaired=len(before.keys() ^ after.keys()),
    )


_RIGHT = frozenset({"right", "refused rightly"})
