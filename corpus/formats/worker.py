"""Corpus stage: the process that reads one hostile file after the other; run as a module by extractor.py."""

import importlib
import json
import os
import re
import sys
from typing import Any, BinaryIO

from corpus.formats.blocks import NotExtracted, to_plain
from corpus.formats.kinds import KINDS

_DEEPEST = 2000
_STREAM = re.compile(r"'?<_io\.BytesIO[^>]*>'?")


def main() -> None:
    """Answer requests, each a line of JSON and the file's bytes, with a line of JSON, until the input ends."""
    requests, answers = sys.stdin.buffer, _own_output()
    memory_mb = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    _confine(memory_mb)
    sys.setrecursionlimit(_DEEPEST)
    while line := requests.readline():
        request = json.loads(line)
        data = requests.read(request["size"])
        if len(data) < request["size"]:
            return
        answer = _answer(request, data)
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()
        if answer.get("kind") == "limits":
            return  # what is left of the memory may be in pieces


def _answer(request: dict[str, Any], data: bytes) -> dict[str, Any]:
    _allow_seconds(request["seconds"])
    kind = KINDS[request["suffix"]]
    module, _, function = kind.reader.partition(":")
    try:
        found = getattr(importlib.import_module(f"corpus.formats.{module}"), function)(data)
        return {"text": found} if isinstance(found, str) else {"blocks": to_plain(found)}
    except NotExtracted as err:
        return {"error": _STREAM.sub("it", " ".join(str(err).split()))[:300], "kind": err.kind}
    except MemoryError:
        return {"error": "", "kind": "limits"}
    except RecursionError:
        return {"error": "is nested too deep", "kind": "unreadable"}
    except Exception as err:  # noqa: BLE001 - readers of other people's formats raise whatever they meet
        return {"error": f"can't be read as {kind.name}: {type(err).__name__}: {err}"[:300], "kind": "unreadable"}


def _own_output() -> BinaryIO:
    """Return the pipe to the parent, which nothing else may write to from now on."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def _confine(memory_mb: int) -> None:
    """Take from the process what reading a file does not need: more memory, writing files, core dumps."""
    try:
        import resource
    except ImportError:  # Windows has none; the parent's time-out holds there too
        return
    limits = {resource.RLIMIT_FSIZE: 0, resource.RLIMIT_CORE: 0}
    if memory_mb and sys.platform != "darwin":  # macOS takes the limit and does not hold it
        limits[resource.RLIMIT_AS] = memory_mb * 2**20
    for limit, most in limits.items():
        _, hard = resource.getrlimit(limit)
        if hard == resource.RLIM_INFINITY or most <= hard:
            resource.setrlimit(limit, (most, most))  # the hard one, too: it can't be raised again


def _allow_seconds(seconds: int) -> None:
    """Let the process compute for so many seconds from now on."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    most = int(used.ru_utime + used.ru_stime) + seconds + 1
    if hard == resource.RLIM_INFINITY or most <= hard:
        resource.setrlimit(resource.RLIMIT_CPU, (most, hard))


if __name__ == "__main__":
    main()
