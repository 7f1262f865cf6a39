"""Telegram's HTML, read as the Bot API reads it: text, entities, and what breaks its documented rules."""

import re
from dataclasses import dataclass, field
from typing import Any

from .errors import ApiError

Entity = dict[str, Any]

TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
ATTRIBUTES = {
    "span": {"class"},
    "a": {"href"},
    "code": {"class"},
    "blockquote": {"expandable"},
    "tg-emoji": {"emoji-id"},
}
CHARACTERS = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
NAMED = re.compile(r"&(#x[0-9a-fA-F]+|#[0-9]+|[a-zA-Z]+);?")
ATTRIBUTE_NAME = re.compile(r"[^\s=>]+")
EQUALS = re.compile(r"\s*=\s*")
VALUE = re.compile(r"""("[^"]*"|'[^']*'|[A-Za-z0-9.-]+)(?=[\s>])""")
SPACE = re.compile(r"\s*")


def units(text: str) -> int:
    """Count UTF-16 code units, the unit of offsets and limits."""
    return len(text.encode("utf-16-le")) // 2


@dataclass
class Parsed:
    """A text without markup, its entities, and notes of what the real API forgives but its manual forbids."""

    text: str
    entities: list[Entity] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass
class _Open:
    tag: str
    attributes: dict[str, str]
    start: int


class _Reader:
    def __init__(self, source: str):
        self.source = source
        self.at = 0
        self.parts: list[str] = []
        self.length = 0
        self.open: list[_Open] = []
        self.parsed = Parsed("")

    def read(self) -> Parsed:
        while self.at < len(self.source):
            character = self.source[self.at]
            if character == "<":
                self._tag()
            elif character == "&":
                self._character()
            else:
                if character == ">":
                    self.parsed.notes.append("a bare > in HTML")
                self._put(character)
                self.at += 1
        if self.open:
            raise _unparsed(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        self.parsed.text = "".join(self.parts)
        self.parsed.entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
        return self.parsed

    def _put(self, text: str) -> None:
        self.parts.append(text)
        self.length += units(text)

    def _offset(self, position: int) -> int:
        return len(self.source[:position].encode())

    def _character(self) -> None:
        found = NAMED.match(self.source, self.at)
        name = found[1] if found else ""
        value = _numbered(name) if name.startswith("#") else CHARACTERS.get(name)
        if found is None or value is None:
            self.parsed.notes.append(
                f"an & in HTML that begins no known entity: {self.source[self.at : self.at + 12]!r}"
            )
            self._put("&")
            self.at += 1
            return
        if not found[0].endswith(";"):
            self.parsed.notes.append(f"an entity without semicolon: {found[0]!r}")
        self._put(value)
        self.at = found.end()

    def _tag(self) -> None:
        begin = self.at
        if self.source.startswith("</", begin):
            self._end_tag(begin)
            return
        name_end = _until(self.source, begin + 1, " \t\r\n>")
        tag = self.source[begin + 1 : name_end].lower()
        if name_end >= len(self.source):
            raise _unparsed(f"Unclosed start tag at byte offset {self._offset(begin)}")
        if tag not in TAGS:
            raise _unparsed(f'Unsupported start tag "{tag}" at byte offset {self._offset(begin)}')
        attributes = self._attributes(tag, name_end, begin)
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise _unparsed(f'Tag "span" must have class "tg-spoiler" at byte offset {self._offset(begin)}')
        for name in attributes.keys() - ATTRIBUTES.get(tag, set()):
            self.parsed.notes.append(f"unknown attribute {name!r} of <{tag}>")
        self._check_nesting(tag)
        self.open.append(_Open(tag, attributes, self.length))

    def _attributes(self, tag: str, position: int, begin: int) -> dict[str, str]:
        attributes: dict[str, str] = {}
        place = f'of the tag "{tag}" at byte offset {self._offset(begin)}'
        while True:
            position = _past(SPACE, self.source, position)
            if self.source.startswith(">", position):
                self.at = position + 1
                return attributes
            name_end = _past(ATTRIBUTE_NAME, self.source, position)
            name = self.source[position:name_end].lower()
            if not name:
                raise _unparsed(f"Empty attribute name {place}")
            value_start = _past(EQUALS, self.source, name_end)
            if value_start == name_end:
                if (tag, name) != ("blockquote", "expandable"):
                    raise _unparsed(f"Expected equal sign in declaration of an attribute {place}")
                attributes[name], position = "", name_end
                continue
            value = VALUE.match(self.source, value_start)
            if value is None:
                raise _unparsed(f"Unexpected end of the value of an attribute {place}")
            attributes[name], position = _unquoted(value[1]), value.end()

    def _end_tag(self, begin: int) -> None:
        if not self.open:
            raise _unparsed(f"Unexpected end tag at byte offset {self._offset(begin)}")
        end = _until(self.source, begin + 2, ">")
        if end >= len(self.source):
            raise _unparsed(f"Unclosed end tag at byte offset {self._offset(begin)}")
        tag = self.source[begin + 2 : end].rstrip().lower()
        if re.search(r"\s", tag):
            raise _unparsed(f"Unclosed end tag at byte offset {self._offset(begin)}")
        opened = self.open.pop()
        if tag and tag != opened.tag:
            where = self._offset(begin)
            raise _unparsed(f'Unmatched end tag at byte offset {where}, expected "</{opened.tag}>", found "</{tag}>"')
        if not tag:
            self.parsed.notes.append("an end tag without name")
        self.at = end + 1
        self._close(opened)

    def _close(self, opened: _Open) -> None:
        length = self.length - opened.start
        if length == 0:
            self.parsed.notes.append(f"<{opened.tag}> around nothing")
            return
        entity: Entity = {"type": TAGS[opened.tag], "offset": opened.start, "length": length}
        if opened.tag == "a" and not _linked(entity, opened.attributes.get("href", "")):
            self.parsed.notes.append(f"<a> without a usable href: {opened.attributes.get('href')!r}")
            return
        if opened.tag == "tg-emoji" and not opened.attributes.get("emoji-id", "").isdigit():
            raise _unparsed("Invalid custom emoji identifier specified")
        if opened.tag == "blockquote" and "expandable" in opened.attributes:
            entity["type"] = "expandable_blockquote"
        if opened.tag == "tg-emoji":
            entity["custom_emoji_id"] = opened.attributes.get("emoji-id", "")
        if opened.tag == "code" and self.open and self.open[-1].tag == "pre":
            self.open[-1].attributes["language"] = opened.attributes.get("class", "").removeprefix("language-")
            return
        if opened.attributes.get("language"):
            entity["language"] = opened.attributes["language"]
        self.parsed.entities.append(entity)

    def _check_nesting(self, tag: str) -> None:
        outer = [opened.tag for opened in self.open]
        if {"code", "pre"} & set(outer) and not (tag == "code" and outer[-1] == "pre"):
            self.parsed.notes.append(f"<{tag}> inside <{outer[-1]}>: code holds no other entities")
        if tag == "blockquote" and "blockquote" in outer:
            self.parsed.notes.append("<blockquote> inside <blockquote>")
        if tag == "a" and "a" in outer:
            self.parsed.notes.append("<a> inside <a>")


def parse_html(source: str) -> Parsed:
    """Read Telegram HTML; raise ApiError where the real API can't parse it."""
    return _Reader(source).read()


def _unparsed(reason: str) -> ApiError:
    return ApiError(f"can't parse entities: {reason}")


def _past(pattern: re.Pattern[str], source: str, position: int) -> int:
    found = pattern.match(source, position)
    return found.end() if found else position


def _until(source: str, position: int, stops: str) -> int:
    while position < len(source) and source[position] not in stops:
        position += 1
    return position


def _unquoted(value: str) -> str:
    if value[:1] in ('"', "'"):
        value = value[1:-1]
    return NAMED.sub(lambda found: _plain(found) or found[0], value)


def _plain(found: re.Match[str]) -> str | None:
    return _numbered(found[1]) if found[1].startswith("#") else CHARACTERS.get(found[1])


def _numbered(name: str) -> str | None:
    digits = name[1:]
    try:
        code = int(digits[1:], 16) if digits.startswith("x") else int(digits)
    except ValueError:
        return None
    return chr(code) if 0 < code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else None


def _linked(entity: Entity, href: str) -> bool:
    if found := re.fullmatch(r"tg://user\?id=(\d+)", href):
        entity["type"] = "text_mention"
        entity["user"] = {"id": int(found[1]), "is_bot": False, "first_name": "User"}
        return True
    entity["url"] = href
    return bool(re.fullmatch(r"(https?|tg|ton|mailto|tel):\S+|[\w-]+(\.[\w-]+)+(/\S*)?", href))
