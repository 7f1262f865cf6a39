"""What a test lets go wrong: refusals, lost connections, slow and damaged replies."""

import random
from dataclasses import dataclass
from typing import Literal

Kind = Literal["status", "drop", "hang", "malformed", "truncated", "html"]


@dataclass
class Fault:
    """One thing that goes wrong for a method ("*": every method but getUpdates).

    `acted` says whether the call takes effect although its reply is lost or damaged.
    """

    method: str
    kind: Kind
    acted: bool
    times: int | None
    share: float | None
    status: int = 500
    retry_after: int = 1
    seconds: float = 3600.0
    description: str = ""
    chat_id: int | None = None

    def covers(self, method: str, chat_id: object) -> bool:
        """Say whether a call may be hit."""
        if self.times == 0 or (self.chat_id is not None and self.chat_id != chat_id):
            return False
        named = self.method.lower()
        return named == method.lower() or (named == "*" and method.lower() not in ("getupdates", "file"))


class Faults:
    """The faults in force, drawn with a seeded generator so that a run can be repeated."""

    def __init__(self, seed: int = 0):
        self.random = random.Random(seed)
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Put a fault in force after those that are."""
        self._faults.append(fault)

    def clear(self, method: str | None = None) -> None:
        """End the faults of a method, or all."""
        self._faults = [
            fault for fault in self._faults if method is not None and fault.method.lower() != method.lower()
        ]

    def drawn(self, method: str, chat_id: object = None) -> Fault | None:
        """Give the fault that hits this call, and count it."""
        for fault in self._faults:
            if fault.covers(method, chat_id) and (fault.share is None or self.random.random() < fault.share):
                if fault.times is not None:
                    fault.times -= 1
                return fault
        return None
