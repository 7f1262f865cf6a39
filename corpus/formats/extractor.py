"""Corpus stage: the keeper of the worker process that reads files which are no plain text."""

import atexit
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock, Timer
from types import TracebackType
from typing import Any

from corpus.errors import BeyondLimits, NeedsExtra, ReportUnreadable
from corpus.formats.blocks import Block, from_plain, seen
from corpus.formats.kinds import KINDS, mismatch

_LONGEST_ANSWER = 256 * 2**20
_PACKAGES = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Limits:
    """Say how long reading one file may take, and how much memory."""

    seconds: int = 120
    memory_mb: int = 2048


class Extractor:
    """Have files read by one worker, which is started when first needed and replaced when it hangs or dies.

    Use it in a `with`, or close it; safe to use from several threads, which wait for each other.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._lock = Lock()
        self._worker: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Extractor":
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the worker."""
        with self._lock:
            self._end()

    def extract(self, data: bytes, *, suffix: str, name: str) -> list[Block] | str:
        """Return what a file holds: its blocks, or its text where the format has no more.

        Args:
            data: The file's bytes.
            suffix: The ending of its name, one of those in `kinds.KINDS`.
            name: What errors call the file.

        Raises:
            ReportUnreadable: if it can't be read; the text says why.
        """
        kind = KINDS[suffix]
        wrong = mismatch(kind, data)
        if wrong:
            raise ReportUnreadable(f"{name}: {wrong}")
        if kind.missing():
            raise NeedsExtra(
                f"{name}: reading {kind.name} files needs a library: `pip install 'citewise[{kind.extra}]'`"
            )
        with self._lock:
            answer = self._asked(data, suffix, name)
        try:
            if "error" in answer:
                raise self._error(answer, name)
            if "text" in answer:
                return seen(str(answer["text"]))
            return from_plain(answer["blocks"])
        except (KeyError, TypeError, ValueError) as err:
            self.close()
            raise ReportUnreadable(f"{name}: its reader gave something else than text: {err}") from err

    def _asked(self, data: bytes, suffix: str, name: str) -> dict[str, Any]:
        worker = self._started()
        late: list[bool] = []

        def stop() -> None:
            late.append(True)
            worker.kill()

        timer = Timer(self.limits.seconds, stop)
        timer.daemon = True
        timer.start()
        try:
            line = self._exchange(worker, data, suffix)
        except BaseException:
            self._end()  # an answer that nobody waits for must not be taken for the next one's
            raise
        finally:
            timer.cancel()
        if not line.endswith(b"\n"):
            code = self._end(patience=1)
            raise self._death(name, code, late=bool(late), length=len(line))
        try:
            answer = json.loads(line)
        except ValueError:
            answer = None
        if not isinstance(answer, dict) or answer.get("kind") == "limits":
            self._end()
        if not isinstance(answer, dict):
            raise ReportUnreadable(f"{name}: its reader gave something else than text")
        return answer

    def _exchange(self, worker: "subprocess.Popen[bytes]", data: bytes, suffix: str) -> bytes:
        """Return the line that the worker answers with; cut off or empty if it died."""
        if worker.stdin is None or worker.stdout is None:
            raise AssertionError
        request = {"suffix": suffix, "size": len(data), "seconds": self.limits.seconds}
        try:
            worker.stdin.write(json.dumps(request).encode() + b"\n")
            worker.stdin.write(data)
            worker.stdin.flush()
            return worker.stdout.readline(_LONGEST_ANSWER)
        except OSError:
            return b""

    def _death(self, name: str, code: int | None, *, late: bool, length: int) -> ReportUnreadable:
        if late or code == -_signal("SIGXCPU"):
            most = f"{self.limits.seconds} s (setting corpus.max_seconds)"
            return BeyondLimits(f"{name}: reading it takes more than {most}")
        if length >= _LONGEST_ANSWER:
            return BeyondLimits(f"{name}: holds more than {_LONGEST_ANSWER // 2**20} MB of text")
        return ReportUnreadable(f"{name}: the process that read it died (exit code {code}); it may be damaged")

    def _error(self, answer: dict[str, Any], name: str) -> ReportUnreadable:
        reason = str(answer["error"])
        if answer.get("kind") == "limits":
            most = f"{self.limits.memory_mb} MB of memory (setting corpus.max_memory_mb)"
            return BeyondLimits(f"{name}: {reason or f'reading it takes more than {most}'}")
        return (NeedsExtra if answer.get("kind") == "extra" else ReportUnreadable)(f"{name}: {reason}")

    def _started(self) -> "subprocess.Popen[bytes]":
        if self._worker is None or self._worker.poll() is not None:
            self._end()
            # What reads hostile files need not know secrets, and takes modules from nowhere but where these are.
            kept = {key: value for key, value in os.environ.items() if not key.startswith("CITEWISE_")}
            path = os.pathsep.join(filter(None, (str(_PACKAGES), os.environ.get("PYTHONPATH"))))
            self._worker = subprocess.Popen(  # noqa: S603 - this very Python, and no word of the file
                [sys.executable, "-P", "-m", "corpus.formats.worker", str(self.limits.memory_mb)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**kept, "PYTHONPATH": path, "OMP_NUM_THREADS": "1", "PYTHONUTF8": "1"},
            )
        return self._worker

    def _end(self, patience: float = 0) -> int | None:
        """End the worker, one that is about to die after so many seconds, and return its exit code."""
        worker, self._worker = self._worker, None
        if worker is None:
            return None
        try:
            code = worker.wait(timeout=patience)
        except subprocess.TimeoutExpired:
            worker.kill()
            code = worker.wait()
        for pipe in (worker.stdin, worker.stdout):
            try:
                if pipe:
                    pipe.close()
            except OSError:
                continue
        return code


@cache
def shared_extractor(limits: Limits) -> Extractor:
    """Return the extractor of this process for some limits; its worker ends with the process."""
    extractor = Extractor(limits)
    atexit.register(extractor.close)
    return extractor


def _signal(name: str) -> int:
    import signal

    return int(getattr(signal, name, 0))
