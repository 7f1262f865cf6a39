"""A hundred files that no reader of reports should trust: broken, misnamed, endless, huge, encrypted."""

import io
import os
import random
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

SAMPLES = Path(__file__).parent / "data/formats/small"
_LAUGHS = "<!DOCTYPE a [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {chr(98 + i)} '{f'&{chr(97 + i)};' * 10}'>" for i in range(9)
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2048


def write_hostile_files(folder: Path) -> list[Path]:
    """Write the files into a folder and return their paths, those of links and pipes too."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, data in _files():
        path = folder / name
        path.write_bytes(data)
        paths.append(path)
    with (folder / "sparse.pdf").open("wb") as file:
        file.truncate(2**30)
    (folder / "link.pdf").symlink_to(folder / "nowhere.pdf")
    (folder / "around.docx").symlink_to(folder / "around.docx")
    os.mkfifo(folder / "pipe.csv")
    (folder / "directory.pdf").mkdir()
    return [*paths, folder / "sparse.pdf", folder / "link.pdf", folder / "around.docx", folder / "pipe.csv"]


def _files() -> Iterator[tuple[str, bytes]]:
    yield from _damaged()
    yield from _misnamed()
    yield from _archives()
    yield from _pdfs()
    yield from _texts()
    yield "two\nlines.csv", b"a,b\n1,2\n"
    yield "..%2f..%2fetc%2fpasswd.html", b"<p>The port rebuilt 14 quays.</p>"
    yield "..／..／secret.rtf", b"{\\rtf1 The port rebuilt 14 quays.}"
    yield "\u202egpj.eml", b"From: a\nSubject: b\n\nThe port rebuilt 14 quays.\n"
    yield "-rf.csv", b"a,b\n1,2\n"
    yield "$(touch x).html", b"<p>The port rebuilt 14 quays.</p>"


def _damaged() -> Iterator[tuple[str, bytes]]:
    """Yield each sample cut short, emptied, and with bytes of it changed."""
    chance = random.Random(7)
    for number, path in enumerate(sorted(SAMPLES.glob("teachers-*"))):
        data, suffix = path.read_bytes(), path.suffix
        yield f"half-{number}{suffix}", data[: len(data) // 2]
        yield f"head-{number}{suffix}", data[:40]
        yield f"empty-{number}{suffix}", b""
        changed = bytearray(data)
        for _ in range(max(8, len(data) // 300)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        yield f"changed-{number}{suffix}", bytes(changed)


def _misnamed() -> Iterator[tuple[str, bytes]]:
    pdf = (SAMPLES / "teachers-pdf.pdf").read_bytes()
    docx = (SAMPLES / "teachers-docx.docx").read_bytes()
    noise = random.Random(9).randbytes(20_000)
    for suffix in (".docx", ".xlsx", ".pptx", ".epub", ".rtf", ".html", ".csv", ".eml"):
        yield f"is-pdf{suffix}", pdf
    for suffix in (".pdf", ".xlsx", ".pptx", ".epub", ".csv"):
        yield f"is-docx{suffix}", docx
    for suffix in (".pdf", ".docx", ".csv", ".html", ".eml", ".rtf"):
        yield f"noise{suffix}", noise
    for suffix in (".docx", ".xlsx", ".pptx"):
        yield f"encrypted{suffix}", _OLE


def _archives() -> Iterator[tuple[str, bytes]]:
    laughs = f"<?xml version='1.0'?>{_LAUGHS}]><a>&j;</a>".encode()
    deep = b"<a>" * 100_000 + b"</a>" * 100_000
    bomb = b"\0" * (64 * 2**20)
    parts = {".docx": "word/document.xml", ".xlsx": "xl/workbook.xml", ".pptx": "ppt/presentation.xml"}
    for suffix in (".docx", ".xlsx", ".pptx", ".epub"):
        with zipfile.ZipFile(SAMPLES / f"teachers-{suffix[1:]}{suffix}") as sample:
            kept = {name: sample.read(name) for name in sample.namelist()}
        main = parts.get(suffix, "META-INF/container.xml")
        yield f"laughs{suffix}", _zipped({**kept, main: laughs})
        yield f"deep{suffix}", _zipped({**kept, main: deep})
        yield f"bomb{suffix}", _zipped({**kept, "bomb.bin": bomb})
        yield f"no-main{suffix}", _zipped({name: data for name, data in kept.items() if name != main})
        yield f"upward{suffix}", _zipped({"../../../evil.xml": b"<a/>", "/etc/evil": b"x"})


def _zipped(parts: dict[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return written.getvalue()


def _pdfs() -> Iterator[tuple[str, bytes]]:
    yield (
        "endless-pages.pdf",
        _pdf(["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 9 >>"]),
    )
    yield "endless-parent.pdf", _pdf(
        ["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 /Parent 3 0 R >>",
         "<< /Type /Pages /Kids [2 0 R] /Count 1 /Parent 2 0 R >>"]
    )  # fmt: skip
    yield "many-pages.pdf", _pdf(["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] /Count 2147483647 >>"])
    page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 1e30 1e30] /Contents 4 0 R >>"
    pages = ["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page]
    yield "no-contents.pdf", _pdf(pages)
    stream = zlib.compress(b"q " * (32 * 2**20))
    yield "bomb.pdf", _pdf([*pages, (f"<< /Length {len(stream)} /Filter /FlateDecode >> stream\n", stream)])
    yield "loop-stream.pdf", _pdf([*pages, "<< /Length 4 0 R >> stream\nBT (a) Tj ET\nendstream"])
    yield "nested.pdf", _pdf(["[" * 50_000 + "]" * 50_000])
    encrypt = "<< /Filter /Standard /V 1 /R 2 /O (" + "x" * 32 + ") /U (" + "y" * 32 + ") /P -44 >>"
    yield "encrypted.pdf", _pdf([*pages, "<< >>", encrypt], trailer="/Encrypt 5 0 R /ID [(a) (a)]")


def _pdf(objects: list, trailer: str = "") -> bytes:
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        text, stream = content if isinstance(content, tuple) else (content, None)
        body += f"{number} 0 obj\n{text}".encode() + (stream + b"\nendstream" if stream else b"") + b"\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer << /Root 1 0 R /Size {size} {trailer} >>\n"
    return body + f"{end}startxref\n{len(body)}\n%%EOF".encode()


def _texts() -> Iterator[tuple[str, bytes]]:
    yield "one-line.csv", b"x" * (50 * 2**20)
    yield "one-row.csv", b"1," * 200_000
    yield "open-quote.csv", b'a,"' + b"b,\n" * 200_000
    yield "nested.html", b"<div>" * 100_000 + b"The port rebuilt 14 quays." + b"</div>" * 100_000
    yield "nested-table.html", b"<table><tr><td>" * 20_000
    yield "wide-span.html", b"<table><tr><td colspan=999999999 rowspan=999999999>1<td>2</table>" * 50
    yield "script.html", b"<script>while (true) {}</script>"
    yield "laughs.xhtml", f"<?xml version='1.0'?>{_LAUGHS}]><html><p>&j;</p></html>".encode()
    yield "nested.rtf", b"{\\rtf1 " + b"{" * 200_000
    yield "numbers.rtf", b"{\\rtf1 \\u99999999999999999999? \\bin99999999999 }"
    yield "parts.eml", _parts(400)
    yield "no-boundary.eml", b"From: a\nContent-Type: multipart/mixed\n\n--\n--\n"
    yield "charset.eml", b"From: a\nContent-Type: text/plain; charset=no-such\n\n\xff\xfe\n"
    yield "headers.eml", b"From: a\n" + b"X: y\n" * 100_000 + b"\nThe port rebuilt 14 quays.\n"


def _parts(depth: int) -> bytes:
    text = "From: a\n"
    for number in range(depth):
        text += f"Content-Type: multipart/mixed; boundary=b{number}\n\n--b{number}\n"
    return (text + "\nThe port rebuilt 14 quays.\n").encode()
