"""Bot stage: questions to cited answers, in a terminal, in batches and from Python."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.answer import Answer
    from bot.assistant import Assistant

__all__ = ["Answer", "Assistant"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a class of this package
    """Import what is exported when it is first used: `import bot` alone takes no time."""
    if name == "Answer":
        from bot.answer import Answer

        return Answer
    if name == "Assistant":
        from bot.assistant import Assistant

        return Assistant
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
