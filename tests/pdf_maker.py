"""Small PDF files for tests, made without a library: text of any language at given places, pictures, metadata.

Letters are half as wide as their size. The file is plain: no compression but where asked for, a classic cross-reference
table, two fonts that are named and not embedded, with a map to Unicode.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

A4 = (595, 842)
WIDTH = 0.5  # of a letter, in sizes


@dataclass
class PdfPage:
    """A page to be filled; lengths in points from the lower left."""

    size: tuple[float, float] = A4
    rotate: int = 0
    content: list[str] = field(default_factory=list)
    is_picture: bool = False

    def put(self, text: str, x: float, y: float, size: float = 10.0, *, bold: bool = False) -> PdfPage:
        """A line of text with its baseline at ``y``."""
        codes = text.encode("utf-16-be").hex()
        font = "F2" if bold else "F1"
        self.content.append(f"BT /{font} {size:g} Tf 1 0 0 1 {x:g} {y:g} Tm <{codes}> Tj ET")
        return self

    def lines(self, lines: Sequence[str], x: float, top: float, size: float = 10.0, *, leading: float = 1.2) -> PdfPage:
        """Lines one below the other; the first one's baseline is at ``top``."""
        for number, line in enumerate(lines):
            self.put(line, x, top - number * leading * size, size)
        return self

    def paragraph(self, text: str, x: float, top: float, size: float = 10.0, *, chars: int = 90) -> float:
        """A paragraph broken into lines of at most ``chars``; gives the baseline of what may follow it."""
        found = broken(text, chars)
        self.lines(found, x, top, size)
        return top - (len(found) + 0.8) * 1.2 * size

    def picture(self, x: float = 0, y: float = 0, width: float = A4[0], height: float = A4[1]) -> PdfPage:
        """A grey picture."""
        self.is_picture = True
        self.content.append(f"q {width:g} 0 0 {height:g} {x:g} {y:g} cm /I1 Do Q")
        return self


def broken(text: str, chars: int) -> list[str]:
    """``text`` in lines of at most ``chars`` characters, broken between words."""
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= chars:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def pdf(
    *pages: PdfPage,
    info: Mapping[str, str] | None = None,
    password: bool = False,
    catalog: str = "",
    packed: bool = True,
) -> bytes:
    """The file. ``info`` is its metadata; with ``password`` nobody can read it."""
    objects: list[bytes] = [b""] * 7
    objects[0] = f"<</Type/Catalog/Pages 2 0 R{catalog}>>".encode()
    numbers = [8 + 2 * at for at in range(len(pages))]
    kids = " ".join(f"{number} 0 R" for number in numbers)
    objects[1] = f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>".encode()
    objects[2], objects[3] = _font("Sans"), _font("Sans-Bold")
    objects[4] = _stream(_TO_UNICODE)
    objects[5] = _stream(
        b"\x80", "/Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray"
    )
    objects[6] = _info(info or {})
    for page, number in zip(pages, numbers, strict=True):
        objects.append(_page(page, number + 1))
        content = "\n".join(page.content).encode()
        objects.append(_stream(zlib.compress(content), "/Filter/FlateDecode") if packed else _stream(content))
    return _file(objects, password=password)


def _font(name: str) -> bytes:
    descendant = (
        f"<</Type/Font/Subtype/CIDFontType2/BaseFont/{name}/DW {WIDTH * 1000:g}"
        "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
        f"/FontDescriptor<</Type/FontDescriptor/FontName/{name}/Flags 4/Ascent 800/Descent -200/CapHeight 700/StemV 80"
        "/ItalicAngle 0/FontBBox[0 -200 1000 800]>>>>"
    )
    return (
        f"<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/Identity-H/ToUnicode 5 0 R"
        f"/DescendantFonts[{descendant}]>>"
    ).encode()


_TO_UNICODE = (
    b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n"
    b"1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
    + b"".join(
        b"64 beginbfrange\n"
        + b"".join(
            b"<%04X> <%04X> <%04X>\n" % (high << 8, high << 8 | 255, high << 8) for high in range(start, start + 64)
        )
        + b"endbfrange\n"
        for start in range(0, 256, 64)
    )
    + b"endcmap CMapName currentdict /CMap defineresource pop end end"
)


def _stream(content: bytes, extra: str = "") -> bytes:
    return b"<</Length %d%b>>\nstream\n%b\nendstream" % (len(content), extra.encode(), content)


def _info(info: Mapping[str, str]) -> bytes:
    said = "".join(f"/{name}<FEFF{value.encode('utf-16-be').hex()}>" for name, value in info.items())
    return f"<<{said}>>".encode()


def _page(page: PdfPage, content: int) -> bytes:
    picture = "/XObject<</I1 6 0 R>>" if page.is_picture else ""
    return (
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {page.size[0]:g} {page.size[1]:g}]/Rotate {page.rotate}"
        f"/Contents {content} 0 R/Resources<</Font<</F1 3 0 R/F2 4 0 R>>{picture}>>>>"
    ).encode()


def _file(objects: Sequence[bytes], *, password: bool) -> bytes:
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    xref = len(out)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    locked = f"/Encrypt<</Filter/Standard/V 2/R 3/Length 128/P -4/O<{'5a' * 32}>/U<{'a5' * 32}>>>/ID[<00><00>]"
    size, lock = len(objects) + 1, locked.encode() if password else b""
    out += b"xref\n0 %d\n0000000000 65535 f \n%b" % (size, table)
    out += b"trailer\n<</Size %d/Root 1 0 R/Info 7 0 R%b>>\nstartxref\n%d\n%%%%EOF\n" % (size, lock, xref)
    return bytes(out)
