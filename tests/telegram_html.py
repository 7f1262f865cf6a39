"""A strict reader of the Telegram HTML that pages may hold, and the limits of a message; shares no code with them."""

import re
import unicodedata
from dataclasses import dataclass, field
from html.parser import HTMLParser

_TAGS = {"b", "i", "u", "blockquote"}
_CHARACTERS = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}
_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200b\u200f\u202a-\u202e\u2066\u2067\ufeff]")


@dataclass
class Read:
    """Hold the text of HTML without markup, and its entities as (tag, text)."""

    text: str = ""
    entities: list = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=False)
        self.read = Read()
        self._open = []

    def handle_starttag(self, tag, attrs):
        assert tag in _TAGS
        assert attrs in ([], [("expandable", None)] if tag == "blockquote" else [])
        assert tag != "blockquote" or not self._open, "a quotation inside something"
        assert tag not in [name for name, _ in self._open]
        self._open.append((tag, len(self.read.text)))

    def handle_endtag(self, tag):
        name, start = self._open.pop()
        assert name == tag
        assert self.read.text[start:], "markup around nothing"
        self.read.entities.append((tag, self.read.text[start:]))

    def handle_data(self, data):
        assert not re.search("[<>&]", data), data
        self.read.text += data

    def handle_entityref(self, name):
        self.read.text += _CHARACTERS[f"&{name};"]

    def _never(self, data):
        raise AssertionError(f"not of Telegram's HTML: {data!r}")

    handle_charref = handle_comment = handle_decl = handle_pi = unknown_decl = handle_startendtag = _never


def read_html(html):
    """Read Telegram HTML, failing where it is not well formed."""
    for found in re.finditer("&[^&;]{0,9};?", html):
        assert found[0] in _CHARACTERS
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert not reader._open, "never closed"
    return reader.read


def units(text):
    """Return the length of a text in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def check_page(page):
    """Check that Telegram takes a page, that nothing in it steers, and that its plain text is its HTML's."""
    read = read_html(page.html)
    assert read.text == page.plain
    assert 1 <= units(page.plain) <= 4096
    assert page.plain.strip()
    assert len(read.entities) <= 100
    assert not _STEERING.search(page.plain)
    for line in page.plain.split("\n"):
        _check_isolates(line)
    assert sum(len(row) for row in page.buttons) <= 100
    for row in page.buttons:
        assert 1 <= len(row) <= 8
        for button in row:
            assert 1 <= len(button.data.encode()) <= 64
            assert button.data.isascii()
            assert 1 <= units(button.text) <= 120
            assert button.text.strip() == button.text
            assert not _STEERING.search(button.text)


def _check_isolates(line):
    """Check that isolates are paired in a line, which also ends them, and that right-to-left writing is inside."""
    outside = re.sub("\u200e\u2068[^\u2068\u2069\u200e]*\u2069", "", line)
    assert not re.search("[\u2068\u2069\u200e]", outside), line
    assert not [c for c in outside if unicodedata.bidirectional(c) in {"R", "AL", "AN"}], line
