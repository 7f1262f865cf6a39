"""Config stage: the error that settings and glossaries end in, and the wording of its text."""

from collections.abc import Iterable

_LONGEST = 60


class SettingsError(Exception):
    """A setting or a glossary can't be used; the text is one line for a person."""


def plain(text: object) -> str:
    r"""Return `text` on one line, with what can't be printed escaped.

    >>> plain("two\nlines")
    'two\\nlines'
    """
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in str(text))


def shown(value: object) -> str:
    """Return a value from a TOML file or a variable as an error message shows it.

    >>> shown("ten"), shown(True), shown([1, 2]), shown(7)
    ("'ten'", 'true', 'a list', '7')
    """
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) and value.bit_length() > 4 * _LONGEST:
        return "a very large number"
    text = plain(value)
    if len(text) > _LONGEST:
        text = text[:_LONGEST] + "..."
    return f"'{text}'" if isinstance(value, str) else text


def suggestion(unknown: str, known: Iterable[str], *, separator: str = ".", prefix: str = "") -> str:
    """Return the end of a message on an unknown name: which known one is nearest.

    Names equally near are all given, up to three; where none is near, one of the same section.

    Args:
        unknown: The name as it came.
        known: The names that exist.
        separator: What parts section and key in both.
        prefix: What to put before a known name when showing it.

    >>> suggestion("retreival.results", ["retrieval.results", "answer.refuse_below"])
    "; did you mean 'retrieval.results'?"
    """
    costs = {name: _cost(unknown, name, separator) for name in known}
    least = min(costs.values())
    nearest = [f"'{prefix}{name}'" for name, cost in costs.items() if cost == least]
    if least > 3:
        section = unknown.split(separator, 1)[0] + separator
        near = min(costs, key=lambda name: (not name.startswith(section), costs[name]))
        return f"; the nearest known is '{prefix}{near}'"
    return f"; did you mean {' or '.join(nearest[:3])}?"


def _cost(unknown: str, known: str, separator: str) -> int:
    """Count the typing errors between two names; a wrong or missing section is one."""
    # Compiled, and only needed for names that nobody knows.
    from rapidfuzz.distance import DamerauLevenshtein

    unknown, known = unknown.casefold(), known.casefold()
    key = known.split(separator, 1)[-1]
    return min(
        DamerauLevenshtein.distance(unknown, known),
        1 + DamerauLevenshtein.distance(unknown, key),
        1 + DamerauLevenshtein.distance(unknown.split(separator, 1)[-1], key),
    )
