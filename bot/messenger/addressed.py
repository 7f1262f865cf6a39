"""Messenger: whether a message is meant for the bot, and the question in it."""

from telegram import Message, MessageEntity, Update, User

_GROUPS = ("group", "supergroup")


def is_group(message: Message) -> bool:
    """Tell whether a message stands in a group."""
    return message.chat.type in _GROUPS


def sender(update: Update) -> int | None:
    """Return the id of who sent an update: of the chat in whose name a message stands, or of the person.

    Telegram gives all anonymous admins one and the same user, and all channels another.
    """
    found = update.effective_sender
    return found.id if found else None


def question_in(message: Message, bot: User) -> str:
    """Return the text of a message without mentions of the bot, and without halves of characters."""
    text = message.text or message.caption or ""
    for entity, mention in reversed(_mentions(message).items()):
        if _means(entity, mention, bot):
            start = len(text.encode("utf-16-le")[: 2 * entity.offset].decode("utf-16-le", "ignore"))
            text = f"{text[:start].rstrip()} {text[start + len(mention) :].lstrip(' ,:，：、')}"
    return whole(text).strip()


def is_addressed(message: Message, bot: User) -> bool:
    """Tell whether a message is for the bot: in a group only if it mentions the bot or replies to it."""
    if message.via_bot and message.via_bot.id == bot.id:
        return False  # what somebody chose from the bot's own inline answers
    if not is_group(message):
        return message.chat.type == "private"
    replied = message.reply_to_message
    if replied and replied.from_user and replied.from_user.id == bot.id:
        return True
    return any(_means(entity, mention, bot) for entity, mention in _mentions(message).items())


def whole(text: str) -> str:
    r"""Return a text with the replacement character for halves of characters, which can't be stored.

    >>> whole("a\ud83d"), whole("\ud83d\ude00") == "\U0001f600"
    ('a\ufffd', True)
    """
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _mentions(message: Message) -> dict[MessageEntity, str]:
    kinds: list[str | None] = [MessageEntity.MENTION, MessageEntity.TEXT_MENTION]
    if message.text:
        return message.parse_entities(kinds)
    return message.parse_caption_entities(kinds) if message.caption else {}


def _means(entity: MessageEntity, mention: str, bot: User) -> bool:
    if entity.type == MessageEntity.TEXT_MENTION:
        return entity.user is not None and entity.user.id == bot.id
    return mention.lower() == f"@{bot.username}".lower()
