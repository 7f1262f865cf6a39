"""Bot stage: progress bars on standard error, where a person can see them."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_NAMES = {
    "model": "assembling the model",
    "read": "reading reports",
    "embed": "indexing",
    "answer": "answering",
    "evaluate": "evaluating",
    "bench": "measuring",
}


@contextmanager
def step_bars() -> Iterator[Callable[[str, float], None] | None]:
    """Give a function that draws a bar for each named step; None where nobody watches."""
    if not sys.stderr.isatty():
        yield None
        return
    drawn: list[Progress] = []
    tasks: dict[str, TaskID] = {}

    def advance(name: str, share: float) -> None:
        if not drawn:
            drawn.append(_bars())
        bars = drawn[0]
        if name not in tasks:
            if not tasks:
                bars.start()
            tasks[name] = bars.add_task(_NAMES[name], total=1.0)
        bars.update(tasks[name], completed=share, visible=share < 1.0)
        if all(task.finished for task in bars.tasks):
            bars.stop()
            tasks.clear()

    try:
        yield advance
    finally:
        for bars in drawn:
            bars.stop()


def _bars() -> "Progress":
    # Seldom needed: an answer has no step that takes long.
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn()
    return Progress(*columns, console=Console(stderr=True), transient=True)
