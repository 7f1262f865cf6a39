"""Checks of reply_markup."""

from collections.abc import Callable
from typing import Any

from .errors import ApiError

ACTIONS = {
    "url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
}  # fmt: skip
APPEARANCE = {"text", "style", "icon_custom_emoji_id"}
FORMS = {
    "inline_keyboard": set[str](),
    "keyboard": {"is_persistent", "resize_keyboard", "one_time_keyboard", "input_field_placeholder", "selective"},
    "remove_keyboard": {"selective"},
    "force_reply": {"input_field_placeholder", "selective"},
}
BUTTONS = 100
BUTTONS_IN_ROW = 8
DATA_BYTES = 64


def checked_markup(
    markup: dict[str, Any] | None, note: Callable[[str], None], inline_only: bool = False
) -> dict[str, Any] | None:
    """Give the inline keyboard that the message will show, or None."""
    if not markup:
        return None
    forms = [form for form in FORMS if form in markup]
    if len(forms) != 1:
        raise ApiError("object expected as reply markup")
    for name in markup.keys() - FORMS[forms[0]] - {forms[0]}:
        note(f"unknown field {name!r} in reply_markup")
    if forms[0] != "inline_keyboard":
        if inline_only:
            raise ApiError("inline keyboard expected")
        return None
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise ApiError('field "inline_keyboard" must be of type Array of Arrays')
    kept = [[_button(button, note) for button in row] for row in rows if row]
    if any(len(row) > BUTTONS_IN_ROW for row in kept) or sum(map(len, kept)) > BUTTONS:
        raise ApiError("reply markup is too long")
    return {"inline_keyboard": kept} if kept else None


def _button(button: Any, note: Callable[[str], None]) -> dict[str, Any]:
    if not isinstance(button, dict):
        raise ApiError("can't parse inline keyboard button: expected an Object")
    text = button.get("text")
    if not isinstance(text, str) or not text.strip():
        raise ApiError("can't parse inline keyboard button: text must be a non-empty String")
    actions = [name for name in ACTIONS if name in button]
    if not actions:
        raise ApiError("text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        note(f"a button with more than one action: {sorted(actions)}")
    for name in button.keys() - ACTIONS - APPEARANCE:
        note(f"unknown field {name!r} in a button")
    if "callback_data" in button:
        data = button["callback_data"]
        if not isinstance(data, str) or not 1 <= len(data.encode()) <= DATA_BYTES:
            raise ApiError("BUTTON_DATA_INVALID")
    if "url" in button and not str(button["url"]).startswith(("http://", "https://", "tg://")):
        raise ApiError(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
    return dict(button)
