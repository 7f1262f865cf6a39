"""Index stage: runs the encoder's layers (the only import of onnxruntime)."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelDamaged

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

Floats = NDArray[np.float32]
INPUT, OUTPUT = "embedded", "out"
_QUIET = 3  # errors only


class Layers:
    """Run layers on texts, one text at a time in each of some threads: what comes out depends on the text alone."""

    def __init__(self, session: "InferenceSession", threads: int) -> None:
        self._session = session
        self._pool = ThreadPoolExecutor(threads, "layers") if threads > 1 else None

    @classmethod
    def load(cls, path: Path) -> "Layers":
        """Load a graph that `index.graph` wrote.

        Raises:
            ModelDamaged: if it can't be used.
        """
        try:
            return cls(_session(str(path)), threads())
        except Exception as err:  # onnxruntime's errors have no common class
            reason = " ".join(str(err).split())[:200] or type(err).__name__
            raise ModelDamaged(f"{path}: the encoder can't be loaded: {reason}") from err

    def run(self, embedded: Sequence[Floats]) -> list[Floats]:
        """Return for each (pieces, hidden) embeddings of a text its (pieces, width) output."""
        if self._pool is None or len(embedded) < 2:
            return [self._one(each) for each in embedded]
        # The longest first, so that no thread is left with one at the end.
        order = sorted(range(len(embedded)), key=lambda i: -len(embedded[i]))
        made = dict(zip(order, self._pool.map(self._one, [embedded[i] for i in order]), strict=True))
        return [made[i] for i in range(len(embedded))]

    def _one(self, embedded: Floats) -> Floats:
        out: Floats = self._session.run([OUTPUT], {INPUT: embedded[np.newaxis]})[0][0]
        return out


def run_layers(model: bytes, embedded: Floats, outputs: Sequence[str]) -> list[Floats]:
    """Run a graph once, and return the outputs named."""
    return list(_session(model).run(list(outputs), {INPUT: embedded}))


def threads() -> int:
    """Return how many threads may compute: OMP_NUM_THREADS, else the processors of this process."""
    asked = os.environ.get("OMP_NUM_THREADS", "")
    if asked.isdigit() and int(asked):
        return int(asked)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _session(model: str | bytes) -> "InferenceSession":
    # Versions that could send telemetry read this when they are first imported; the call is for Windows.
    os.environ["ORT_DISABLE_TELEMETRY"] = os.environ["ORT_TELEMETRY_DISABLED"] = "1"
    import onnxruntime

    onnxruntime.disable_telemetry_events()
    options: Any = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # threads run texts, not parts of one
    options.inter_op_num_threads = 1
    options.log_severity_level = _QUIET
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
