"""Corpus stage: e-mails to text."""

from email import message_from_bytes, policy
from email.message import EmailMessage

from corpus.formats.blocks import NotExtracted, clean
from corpus.formats.web import html_blocks

_HEADERS = (("From", "发件人"), ("Date", "日期"))


def read_eml(data: bytes) -> str:
    """Return a message's subject, sender, date and text; what is attached is not read.

    Raises:
        NotExtracted: if it holds no text.
    """
    try:
        message = message_from_bytes(data, policy=policy.default)
        if not any(name in message for name in ("From", "Subject", "Date", "Received")):
            raise NotExtracted("named as e-mail but has no header of one")
        body = _body(message)
        head = [f"# {clean(str(message['Subject']))}\n"] if message["Subject"] else []
        chinese = any("一" <= c <= "鿿" for c in body[:2000])
        stated = [(names[chinese], clean(str(message[names[0]]))) for names in _HEADERS if message[names[0]]]
        if stated:
            # A sentence: a line without an end would be taken for a heading.
            colon, stop, end = ("：", "；", "。") if chinese else (": ", "; ", ".")
            head.append(stop.join(f"{name}{colon}{value}" for name, value in stated) + end + "\n")
    except (LookupError, ValueError, AttributeError, TypeError, IndexError) as err:
        raise NotExtracted(f"can't be read as an e-mail: {err}") from err
    return "\n".join([*head, body])


def _body(message: EmailMessage) -> str:
    part = message.get_body(preferencelist=("plain", "html"))
    if part is None:
        raise NotExtracted("is an e-mail without text")
    content = part.get_content()
    if not isinstance(content, str):
        raise NotExtracted("is an e-mail without text")
    content = content.replace("\r\n", "\n")
    if part.get_content_type() == "text/html":
        return "\n\n".join(("#" * one.level + " " if one.level else "") + one.text for one in html_blocks(content))
    return content
