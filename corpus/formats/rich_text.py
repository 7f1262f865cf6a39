"""Corpus stage: RTF files to text (the only import of striprtf)."""

import re

from corpus.formats.blocks import NotExtracted

_CODE_PAGE = re.compile(rb"\\ansicpg(\d{3,5})")


def read_rtf(data: bytes) -> str:
    """Return the text of a file, a paragraph a line.

    Raises:
        NotExtracted: if it can't be read.
    """
    from striprtf.striprtf import rtf_to_text

    page = _CODE_PAGE.search(data[:2048])
    encoding = f"cp{page[1].decode()}" if page else "cp1252"
    try:
        text: str = rtf_to_text(data.decode("latin-1"), encoding=encoding, errors="replace")
    except (LookupError, ValueError, IndexError, KeyError, TypeError) as err:
        raise NotExtracted(f"can't be read as RTF: {err}") from err
    # Each paragraph is whole: empty lines between them keep repair from joining any.
    return "\n\n".join(line.strip() for line in text.splitlines() if line.strip())
