"""How much tests that could run for ever do: CITEWISE_TEST_SCALE is small (the default) or full."""

import os
from typing import TypeVar

T = TypeVar("T")


def scaled(small: T, full: T) -> T:
    """Return what the scale named in the environment asks for."""
    scale = os.environ.get("CITEWISE_TEST_SCALE", "small")
    if scale not in {"small", "full"}:
        raise ValueError(f"CITEWISE_TEST_SCALE: expected small or full, found {scale!r}")
    return full if scale == "full" else small
