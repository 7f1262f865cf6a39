"""Corpus stage: which files are read how, and which extra brings what reads them."""

import importlib.util
from dataclasses import dataclass

TEXT_SUFFIXES = frozenset({".txt", ".md", ".markdown"})
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True)
class Kind:
    """Name a format: the function that reads it, its first bytes where they are fixed, and what it needs."""

    name: str
    reader: str
    magic: bytes = b""
    extra: str = ""
    needs: tuple[str, ...] = ()

    def missing(self) -> bool:
        """Tell whether a library that reads the format is not installed."""
        return any(importlib.util.find_spec(module) is None for module in self.needs)


_HTML = Kind("HTML", "web:read_html")
KINDS = {
    ".pdf": Kind("PDF", "pdf:read_pdf", b"%PDF-", "pdf", ("pypdfium2", "pdfplumber")),
    ".docx": Kind("Word", "word:read_docx", _ZIP, "office", ("docx",)),
    ".pptx": Kind("PowerPoint", "slides:read_pptx", _ZIP, "office", ("pptx",)),
    ".xlsx": Kind("Excel", "sheets:read_xlsx", _ZIP),
    ".csv": Kind("CSV", "sheets:read_csv"),
    ".tsv": Kind("TSV", "sheets:read_tsv"),
    ".html": _HTML,
    ".htm": _HTML,
    ".xhtml": _HTML,
    ".epub": Kind("EPUB", "book:read_epub", _ZIP),
    ".eml": Kind("e-mail", "mail:read_eml"),
    ".rtf": Kind("RTF", "rich_text:read_rtf", b"{\\rtf"),
}
SUFFIXES = TEXT_SUFFIXES | frozenset(KINDS)
# Formats that are not read, and what they can be saved as.
OLDER = {
    **dict.fromkeys((".doc", ".odt", ".wps", ".pages"), ".docx"),
    **dict.fromkeys((".ppt", ".odp", ".dps"), ".pptx"),
    **dict.fromkeys((".xls", ".ods", ".et", ".numbers"), ".xlsx"),
    ".mht": ".html",
}
_SHOWS = {b"%PDF-": "PDF", _ZIP: "a ZIP archive, as Office writes them", b"{\\rtf": "RTF"}


def mismatch(kind: Kind, data: bytes) -> str:
    r"""Say why bytes are not of a format as far as their first ones show it; empty if they may be.

    >>> mismatch(KINDS[".pdf"], b"PK\x03\x04...")
    'named as PDF but holds a ZIP archive, as Office writes them; give it the ending of what it is'
    """
    if not data.strip(b"\0 \t\r\n"):
        return "holds nothing"
    # A PDF may have other bytes before its header.
    if kind.magic and kind.magic in data[: 1024 if kind.extra == "pdf" else len(kind.magic)]:
        return ""
    if data.startswith(_OLE):
        return "is encrypted or of an old Office format; save it without a password as .docx, .xlsx or .pptx"
    held = next((name for magic, name in _SHOWS.items() if data.startswith(magic)), None)
    if held:
        return f"named as {kind.name} but holds {held}; give it the ending of what it is"
    return f"named as {kind.name} but does not begin as one; it may be damaged" if kind.magic else ""
