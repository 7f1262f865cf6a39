"""Corpus stage: bytes of a file to text, for the encodings that Chinese reports come in."""

import codecs
import unicodedata

from corpus.errors import NotText

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 64 * 1024
_ODD_SHARE = 0.02


def decode(data: bytes, *, name: str) -> str:
    r"""Decode a file's bytes and give its line ends as "\n".

    A byte order mark decides; without one UTF-8, UTF-16 (recognised by where its ASCII and
    Chinese bytes fall) and GB18030 are tried in this order, strictly. The mark is dropped.

    Raises:
        NotText: if no encoding fits or the result is not text.

    >>> decode("教师1569人".encode("gb18030"), name="a.txt")
    '教师1569人'
    """
    text, encoding = _decoded(data, name)
    sample = text[:_SAMPLE]
    # Word's bullets are private-use characters; in GB18030, which nearly all bytes fit, they betray binary data.
    strange = {"Cc", "Cn", "Cs", *(["Co"] if encoding == "gb18030" else [])}
    odd = sum(unicodedata.category(c) in strange and c not in "\t\n\r\f\v" for c in sample)
    if "\x00" in text or odd > _ODD_SHARE * len(sample):
        raise NotText(f"{name}: expected text, found binary data; convert it to .txt or .md first")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decoded(data: bytes, name: str) -> tuple[str, str]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(encoding), encoding
            except UnicodeDecodeError as err:
                raise NotText(f"{name}: marked as {encoding} but not valid at byte {err.start}") from err
    for encoding in (*_utf16_guess(data), "utf-8", "gb18030"):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise NotText(
        f"{name}: expected UTF-8, GB18030 or UTF-16 text, found bytes that are none of them; save it as UTF-8"
    )


def _utf16_guess(data: bytes) -> tuple[str, ...]:
    """Name the UTF-16 order that makes most units ASCII, Chinese or full-width, if one does."""
    sample = data[:_SAMPLE]
    if len(data) % 2 or len(sample) < 4:
        return ()
    units = len(sample) // 2

    def share(high: bytes, low: bytes) -> float:
        # English read in the wrong order is Chinese characters too, but such as end in a zero byte;
        # of those only 一 is common.
        hits = sum(
            (h == 0 and (32 <= b < 127 or b in b"\t\n\r"))
            or h == 0x4E
            or (b and (0x4E <= h <= 0x9F or h in (0x30, 0xFF)))
            for h, b in zip(high, low, strict=True)
        )
        return hits / units

    zeros = sample.count(0)
    little = share(sample[1::2], sample[0::2])
    big = share(sample[0::2], sample[1::2])
    best, other, encoding = max((little, big, "utf-16-le"), (big, little, "utf-16-be"))
    # Chinese text without spaces or digits has no zero byte, and UTF-8 bytes pair up into the
    # Chinese range too; so without zero bytes UTF-16 is only believed when UTF-8 fails.
    if best < 0.9 or best - other < 0.2:
        return ()
    if zeros:
        return (encoding,)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return (encoding,) if best > 0.97 else ()
    return ()
