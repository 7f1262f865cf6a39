"""Corpus stage: ZIP archives, as Office and EPUB files are, opened with their bombs left alone."""

import io
import zipfile

from corpus.formats.blocks import NotExtracted

_MOST_UNPACKED = 512 * 2**20
_MOST_FILES = 20_000
_MOST_TIMES = 400


def open_archive(data: bytes) -> zipfile.ZipFile:
    """Return an archive whose parts may all be unpacked.

    Raises:
        NotExtracted: if it is damaged, encrypted or unpacks to far more than it is.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as err:
        raise NotExtracted(f"is damaged: {err}") from err
    parts = archive.infolist()
    # What a part says of its size is as far as it is unpacked.
    size = sum(part.file_size for part in parts)
    if len(parts) > _MOST_FILES or size > _MOST_UNPACKED or size > max(len(data) * _MOST_TIMES, 2**24):
        raise NotExtracted(f"would unpack to {size / 2**20:,.0f} MB in {len(parts)} parts, far more than a report has")
    if any(part.flag_bits & 1 for part in parts):
        raise NotExtracted("is encrypted; save it without a password")
    return archive
