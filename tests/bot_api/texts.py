"""Checks of a text or caption: markup, length, number of entities."""

from collections.abc import Callable
from typing import Any

from .errors import ApiError
from .html_entities import Entity, Parsed, parse_html, units

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
ENTITY_LIMIT = 100
ENTITY_TYPES = {
    "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bold", "italic", "underline",
    "strikethrough", "spoiler", "blockquote", "expandable_blockquote", "code", "pre", "text_link", "text_mention",
    "custom_emoji", "date_time",
}  # fmt: skip
# Characters that the real server removes or turns into a space before it looks at markup.
CLEANED = {
    **{code: " " for code in range(32) if chr(code) != "\n"},
    ord("\r"): None,
    **dict.fromkeys(range(0x2028, 0x202F)),
}
Note = Callable[[str], None]


def message_text(values: dict[str, Any], note: Note, name: str = "text") -> Parsed:
    """Give the text of a message as it will stand; raise ApiError for what the real API refuses."""
    source = values.get(name) or ""
    if not source:
        raise ApiError("message text is empty")
    parsed = _formatted(source, values, "entities", note)
    if not parsed.text:
        raise ApiError("text must be non-empty")
    if units(parsed.text) > TEXT_LIMIT:
        raise ApiError("message is too long")
    return parsed


def caption(values: dict[str, Any], note: Note) -> Parsed:
    """Give the caption of a file, which may be empty."""
    parsed = _formatted(values.get("caption") or "", values, "caption_entities", note)
    if units(parsed.text) > CAPTION_LIMIT:
        raise ApiError("message caption is too long")
    return parsed


def _formatted(source: str, values: dict[str, Any], entities: str, note: Note) -> Parsed:
    mode = (values.get("parse_mode") or "").lower()
    if mode not in ("", "html", "markdown", "markdownv2"):
        raise ApiError("unsupported parse_mode")
    if any("\ud800" <= character <= "\udfff" for character in source):
        raise ApiError("strings must be encoded in UTF-8")
    source = source.translate(CLEANED)
    if mode == "html":
        if values.get(entities):
            note(f"parse_mode and {entities} at once")
        parsed = parse_html(source)
    else:
        if mode:
            note(f"parse_mode {values['parse_mode']} is not checked by this server")
        parsed = Parsed(source, _given(source, values.get(entities) or []))
    for text in parsed.notes:
        note(text)
    if len(parsed.entities) > ENTITY_LIMIT:
        note(f"{len(parsed.entities)} entities; more than {ENTITY_LIMIT} are ignored")
    return _trimmed(parsed)


def _given(source: str, entities: list[Any]) -> list[Entity]:
    for entity in entities:
        if not isinstance(entity, dict):
            raise ApiError("can't parse MessageEntity: expected an Object")
        kind, offset, length = entity.get("type"), entity.get("offset"), entity.get("length")
        if kind not in ENTITY_TYPES:
            raise ApiError("can't parse MessageEntity: Unsupported entity type")
        if type(offset) is not int or type(length) is not int or offset < 0 or length <= 0:
            raise ApiError("can't parse MessageEntity: wrong offset or length")
        if offset + length > units(source):
            raise ApiError(f"entity beginning at UTF-16 offset {offset} ends after the end of the text")
    return list(entities)


def _trimmed(parsed: Parsed) -> Parsed:
    """Cut white space at both ends, as the real API does, and move the entities along."""
    left = parsed.text.lstrip()
    removed = units(parsed.text) - units(left)
    text = left.rstrip()
    size = units(text)
    entities = []
    for entity in parsed.entities:
        begin = max(0, entity["offset"] - removed)
        end = min(size, entity["offset"] + entity["length"] - removed)
        if end > begin:
            entities.append({**entity, "offset": begin, "length": end - begin})
    return Parsed(text, entities, parsed.notes)
