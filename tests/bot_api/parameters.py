"""Parameters of a call: which a method knows, and their types in form and JSON bodies."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .errors import ApiError

SENDING = {
    "business_connection_id": "str", "chat_id": "chat", "message_thread_id": "int", "direct_messages_topic_id": "int",
    "disable_notification": "bool", "protect_content": "bool", "allow_paid_broadcast": "bool",
    "message_effect_id": "str", "suggested_post_parameters": "object", "reply_parameters": "object",
    "reply_markup": "object", "parse_mode": "str",
}  # fmt: skip
EDITING = {
    "business_connection_id": "str", "chat_id": "chat", "message_id": "int", "inline_message_id": "str",
    "reply_markup": "object",
}  # fmt: skip
SCOPED = {"scope": "object", "language_code": "str"}
KNOWN: dict[str, dict[str, str]] = {
    "getMe": {},
    "logOut": {},
    "close": {},
    "getUpdates": {"offset": "int", "limit": "int", "timeout": "int", "allowed_updates": "array"},
    "setWebhook": {
        "url": "str", "certificate": "file", "ip_address": "str", "max_connections": "int",
        "allowed_updates": "array", "drop_pending_updates": "bool", "secret_token": "str",
    },
    "deleteWebhook": {"drop_pending_updates": "bool"},
    "getWebhookInfo": {},
    "sendMessage": {**SENDING, "text": "str", "entities": "array", "link_preview_options": "object"},
    "sendMessageDraft": {
        "chat_id": "chat", "message_thread_id": "int", "draft_id": "int", "text": "str", "parse_mode": "str",
        "entities": "array",
    },
    "sendDocument": {
        **SENDING, "document": "file", "thumbnail": "file", "caption": "str", "caption_entities": "array",
        "disable_content_type_detection": "bool",
    },
    "editMessageText": {
        **EDITING, "text": "str", "parse_mode": "str", "entities": "array", "link_preview_options": "object",
    },
    "editMessageReplyMarkup": EDITING,
    "deleteMessage": {"chat_id": "chat", "message_id": "int"},
    "sendChatAction": {
        "business_connection_id": "str", "chat_id": "chat", "message_thread_id": "int", "action": "str",
    },
    "answerCallbackQuery": {
        "callback_query_id": "str", "text": "str", "show_alert": "bool", "url": "str", "cache_time": "int",
    },
    "answerInlineQuery": {
        "inline_query_id": "str", "results": "array", "cache_time": "int", "is_personal": "bool", "next_offset": "str",
        "button": "object",
    },
    "setMyCommands": {"commands": "array", **SCOPED},
    "getMyCommands": SCOPED,
    "deleteMyCommands": SCOPED,
    "setMyName": {"name": "str", "language_code": "str"},
    "getMyName": {"language_code": "str"},
    "setMyDescription": {"description": "str", "language_code": "str"},
    "getMyDescription": {"language_code": "str"},
    "setMyShortDescription": {"short_description": "str", "language_code": "str"},
    "getMyShortDescription": {"language_code": "str"},
    "getFile": {"file_id": "str"},
    "getChat": {"chat_id": "chat"},
    "leaveChat": {"chat_id": "chat"},
}  # fmt: skip
TYPES: dict[str, type] = {
    "int": int, "bool": bool, "str": str, "array": list, "object": dict, "chat": int, "file": str,
}  # fmt: skip
METHODS = {name.lower(): name for name in KNOWN}


@dataclass(frozen=True)
class Uploaded:
    """A file that came with a multipart body."""

    name: str
    content: bytes
    mime: str


def checked(
    method: str, raw: dict[str, Any], files: dict[str, Uploaded], is_json: bool, note: Callable[[str], None]
) -> dict[str, Any]:
    """Give the parameters with their types; note what the real API would silently ignore or bend."""
    known = KNOWN[method]
    attached = {str(value)[9:] for value in raw.values() if str(value).startswith("attach://")}
    for name in [*raw, *files]:
        if name not in known and name not in attached:
            note(f"unknown parameter {name!r}")
    values: dict[str, Any] = {}
    for name, value in raw.items():
        if name in known and value is not None:
            values[name] = _typed(name, value, known[name], is_json, note)
    for name, kind in known.items():
        if kind == "file" and name in files:
            values[name] = files[name]
        elif kind == "file" and str(values.get(name, "")).startswith("attach://"):
            attached_name = values[name][9:]
            if attached_name not in files:
                raise ApiError(f"attached file {attached_name!r} not found")
            values[name] = files[attached_name]
    return values


def _typed(name: str, value: Any, kind: str, is_json: bool, note: Callable[[str], None]) -> Any:
    if is_json and not _is(value, kind):
        note(f"parameter {name!r} is {type(value).__name__} in a JSON body, not {kind}")
    if kind == "chat":
        return _chat(value)
    if kind == "int":
        return _integer(name, value)
    if kind == "bool":
        return _flag(name, value)
    if kind in ("array", "object"):
        return _structure(name, value, kind)
    if not isinstance(value, str):
        return json.dumps(value)
    return value


def _is(value: Any, kind: str) -> bool:
    if kind == "chat" and isinstance(value, str):
        return value.startswith("@")
    return isinstance(value, TYPES[kind]) and (kind == "bool" or not isinstance(value, bool))


def _chat(value: Any) -> int | str:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str):
        if not value:
            raise ApiError("chat_id is empty")
        if value.startswith("@"):
            return value
        if value.removeprefix("-").isascii() and value.removeprefix("-").isdigit():
            return int(value)
    raise ApiError("chat not found")


def _integer(name: str, value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    text = str(value)
    if text.removeprefix("-").isascii() and text.removeprefix("-").isdigit():
        return int(text)
    raise ApiError(f"parameter {name} must be an Integer")


def _flag(name: str, value: Any) -> bool:
    text = str(value).lower()
    if text in ("true", "yes", "1"):
        return True
    if text in ("false", "no", "0", ""):
        return False
    raise ApiError(f"parameter {name} must be a Boolean")


def _structure(name: str, value: Any, kind: str) -> Any:
    if isinstance(value, str):
        if not value:
            return None
        try:
            value = json.loads(value)
        except ValueError:
            raise ApiError(f"can't parse {name} JSON object") from None
    if not isinstance(value, list if kind == "array" else dict):
        raise ApiError(f"object expected as {name}" if kind == "object" else f"expected an Array of {name}")
    return value
