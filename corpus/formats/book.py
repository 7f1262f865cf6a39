"""Corpus stage: EPUB books to blocks, chapter by chapter."""

import posixpath
import zipfile
from typing import Any
from urllib.parse import unquote

from corpus.formats.archives import open_archive
from corpus.formats.blocks import Block, NotExtracted
from corpus.formats.web import read_html

_CONTAINER = "META-INF/container.xml"
_PAGES = {"application/xhtml+xml", "text/html"}


def read_epub(data: bytes) -> list[Block]:
    """Return the chapters in the order in which they are read.

    Raises:
        NotExtracted: if it is no book, encrypted or damaged.
    """
    archive = open_archive(data)
    if "META-INF/encryption.xml" in archive.namelist() and "META-INF/rights.xml" in archive.namelist():
        raise NotExtracted("is protected against reading by programs")
    try:
        package_path = _xml(archive, _CONTAINER).find(".//{*}rootfile").get("full-path", "")
        package = _xml(archive, package_path)
    except AttributeError as err:
        raise NotExtracted(f"can't be read as a book: {_CONTAINER} names no package") from err
    folder = posixpath.dirname(package_path)
    items = {item.get("id"): item for item in package.iterfind(".//{*}manifest/{*}item")}
    blocks: list[Block] = []
    for reference in package.iterfind(".//{*}spine/{*}itemref"):
        item = items.get(reference.get("idref"))
        if item is None or item.get("media-type") not in _PAGES or "nav" in (item.get("properties") or "").split():
            continue
        blocks += read_html(_part(archive, posixpath.normpath(posixpath.join(folder, unquote(item.get("href", ""))))))
    return blocks


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        return archive.read(name)
    except (KeyError, zipfile.BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError) as err:
        raise NotExtracted(f"can't be read as a book: {name}: {err}") from err


def _xml(archive: zipfile.ZipFile, name: str) -> Any:
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        return fromstring(_part(archive, name))
    except (ParseError, DefusedXmlException, ValueError) as err:
        raise NotExtracted(f"can't be read as a book: {name}: {err}") from err
