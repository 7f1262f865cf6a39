"""Corpus stage: PDF files to blocks, each with its page."""

from itertools import count

from corpus.formats.blocks import Block, NotExtracted
from corpus.formats.columns import in_reading_order
from corpus.formats.furniture import without_furniture
from corpus.formats.ocr import recognise
from corpus.formats.page import Pdf
from corpus.formats.paragraphs import to_blocks
from corpus.formats.ruled import put_tables

_MOST_PAGES = 5000


def read_pdf(data: bytes) -> list[Block]:
    """Return paragraphs, headings and rows of tables in reading order, without headers, footers and page numbers.

    Raises:
        NotExtracted: if it is damaged, encrypted, or scanned and there is nothing to recognise it with.
    """
    pdf = Pdf(data)
    if len(pdf) > _MOST_PAGES:
        raise NotExtracted(f"has {len(pdf):,} pages, more than {_MOST_PAGES:,}")
    pages = [pdf.page(number) for number in range(1, len(pdf) + 1)]
    for page in pages:
        if page.scanned:
            recognise(pdf, page)
    ruled = [page for page in pages if page.ruled and page.lines]
    if ruled:
        put_tables(data, ruled)
    without_furniture(pages)
    numbers = count(1)
    return to_blocks([line for page in pages for line in in_reading_order(page.lines, numbers)])
