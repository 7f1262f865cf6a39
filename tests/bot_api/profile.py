"""Methods about the bot itself: who it is, its commands and descriptions; and files."""

import re
import time
from typing import Any

from .errors import ApiError
from .state import Call, State

COMMANDS = 100
DOWNLOAD_LIMIT = 20 * 1024 * 1024
SCOPES: dict[str, set[str]] = {
    "default": set(), "all_private_chats": set(), "all_group_chats": set(), "all_chat_administrators": set(),
    "chat": {"chat_id"}, "chat_administrators": {"chat_id"}, "chat_member": {"chat_id", "user_id"},
}  # fmt: skip
LIMITS = {"name": 64, "description": 512, "short_description": 120}


def get_me(state: State, call: Call) -> dict[str, Any]:
    """Tell who the bot is."""
    return {
        **state.bot,
        "can_join_groups": True,
        "can_read_all_group_messages": not state.privacy,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def log_out(state: State, call: Call) -> bool:
    """Leave the cloud server; every later call is refused."""
    state.logged_out = True
    return True


def close(state: State, call: Call) -> bool:
    """Close the bot instance; refused in the first ten minutes, as by the real server."""
    age = time.monotonic() - state.launched
    if age < 600:
        wait = int(600 - age) + 1
        raise ApiError(f"retry after {wait}", 429, retry_after=wait)
    return True


def set_my_commands(state: State, call: Call) -> bool:
    """Keep the list of commands of a scope and language."""
    commands = call.parameters.get("commands")
    if commands is None:
        raise ApiError("can't parse commands JSON object")
    if len(commands) > COMMANDS:
        raise ApiError("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not isinstance(command, dict):
            raise ApiError("expected an Object as bot command")
        if not re.fullmatch(r"/?[a-z0-9_]{1,32}", str(command.get("command", ""))):
            raise ApiError("BOT_COMMAND_INVALID")
        if not 1 <= len(str(command.get("description", "")).strip()) <= 256:
            raise ApiError("BOT_COMMAND_DESCRIPTION_INVALID")
    names = [command["command"] for command in commands]
    if len(set(names)) < len(names):
        state.note("setMyCommands: a command twice")
    state.texts["commands", _scope(state, call) + _language(call)] = commands
    return True


def get_my_commands(state: State, call: Call) -> list[dict[str, str]]:
    """Give the commands of a scope and language."""
    commands: list[dict[str, str]] = state.texts.get(("commands", _scope(state, call) + _language(call)), [])
    return commands


def delete_my_commands(state: State, call: Call) -> bool:
    """Forget the commands of a scope and language."""
    state.texts.pop(("commands", _scope(state, call) + _language(call)), None)
    return True


def set_text(name: str) -> Any:
    """Give the method that sets the name or a description."""

    def method(state: State, call: Call) -> bool:
        value = call.parameters.get(name) or ""
        if len(value) > LIMITS[name]:
            raise ApiError(f"{name.upper()}_TOO_LONG")
        state.texts[name, _language(call)] = value
        return True

    return method


def get_text(name: str) -> Any:
    """Give the method that tells the name or a description."""

    def method(state: State, call: Call) -> dict[str, str]:
        language = _language(call)
        return {name: state.texts.get((name, language), state.texts.get((name, ""), ""))}

    return method


def get_file(state: State, call: Call) -> dict[str, Any]:
    """Tell where a file can be downloaded."""
    file_id = call.parameters.get("file_id")
    if not file_id:
        raise ApiError("file_id is empty")
    if file_id not in state.files:
        raise ApiError("invalid file_id")
    path, _, size = state.files[file_id]
    if size > DOWNLOAD_LIMIT:
        raise ApiError("file is too big")
    return {"file_id": file_id, "file_unique_id": f"AgAD{file_id[-8:]}", "file_size": size, "file_path": path}


def get_chat(state: State, call: Call) -> dict[str, Any]:
    """Tell about a chat."""
    chat = state.chat_for_bot(call.parameters.get("chat_id"))
    return {**chat.record(), "accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": {}}


def leave_chat(state: State, call: Call) -> bool:
    """Leave a group."""
    chat = state.chat_for_bot(call.parameters.get("chat_id"))
    if chat.type == "private":
        raise ApiError("chat member status can't be changed in private chats")
    chat.blocked = True
    return True


def _language(call: Call) -> str:
    code = call.parameters.get("language_code") or ""
    if code and not re.fullmatch(r"[a-z]{2}", code):
        raise ApiError("invalid language code specified")
    return code


def _scope(state: State, call: Call) -> str:
    scope = call.parameters.get("scope") or {"type": "default"}
    kind = scope.get("type")
    if kind not in SCOPES:
        raise ApiError("can't parse BotCommandScope: unsupported type specified")
    if scope.keys() - {"type"} != SCOPES[kind]:
        raise ApiError(f"can't parse BotCommandScope: {kind} takes {sorted(SCOPES[kind])}")
    if "chat_id" in scope:
        state.chat_for_bot(int(scope["chat_id"]))
    return ":".join(str(value) for value in scope.values()) + "/"
