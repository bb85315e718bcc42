"""Sixty damaged PDFs made from whole ones, the same each time: what hostile and broken servers may send.

Cut short, bits turned over, cross references broken, streams swapped, objects that lead to themselves or nest too deep,
and bombs. Loops and bombs are grafted: an incremental update after a whole file's end replaces its first page.
"""

from __future__ import annotations

import io
import random
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

Objects = Mapping[int, bytes]
SEED = 20261126
_CUTS = (0.02, 0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9, 0.97, 0.995)
_FLIPS = (1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000)
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.S)
_LENGTH = re.compile(rb"/Length \d+")


@dataclass(frozen=True, slots=True)
class Damaged:
    """A damaged file: what was done to which."""

    name: str
    body: bytes


@dataclass(frozen=True, slots=True)
class _Host:
    """A whole file, as far as grafting has to know it: numbers of its first page and catalogue, the next free."""

    body: bytes
    page: int
    parent: int
    root: int
    free: int
    startxref: int


def damaged_variants(whole: Mapping[str, bytes]) -> Iterator[Damaged]:
    """Sixty variants of ``whole`` (bodies by name), in one order."""
    rng = random.Random(SEED)
    names = sorted(whole)
    for share in _CUTS:
        name = rng.choice(names)
        yield Damaged(f"cut at {share:.1%} of {name}", whole[name][: int(len(whole[name]) * share)])
    for flips in _FLIPS:
        name = rng.choice(names)
        yield Damaged(f"{flips} bits turned in {name}", _flipped(whole[name], flips, rng))
    yield from _broken_references(whole, names, rng)
    yield from _broken_streams(whole, names, rng)
    hosts = [(name, host) for name in names if (host := _host(whole[name])) is not None]
    for what, graft in _GRAFTS.items():
        name, host = rng.choice(hosts)
        yield Damaged(f"{what} in {name}", _grafted(host, graft(host)))


def _flipped(body: bytes, flips: int, rng: random.Random) -> bytes:
    turned = bytearray(body)
    for _ in range(flips):
        turned[rng.randrange(len(turned))] ^= 1 << rng.randrange(8)
    return bytes(turned)


def _broken_references(whole: Mapping[str, bytes], names: list[str], rng: random.Random) -> Iterator[Damaged]:
    breaks: dict[str, Callable[[bytes], bytes]] = {
        "startxref at 0": lambda b: re.sub(rb"startxref\s+\d+", b"startxref\n0", b),
        "startxref beyond the end": lambda b: re.sub(rb"startxref\s+\d+", b"startxref\n99999999999", b),
        "no startxref": lambda b: b.replace(b"startxref", b"xxxxxxxxx"),
        "no trailer": lambda b: b.replace(b"trailer", b"xxxxxxx"),
        "every offset 7 too far": lambda b: re.sub(
            rb"(\d{10}) (\d{5}) n", lambda m: b"%010d %b n" % (int(m[1]) + 7, m[2]), b
        ),
        "Prev that leads to itself": lambda b: re.sub(
            rb"trailer\s*<<", lambda m: m[0] + b"/Prev %d " % int(re.findall(rb"startxref\s+(\d+)", b)[-1]), b
        ),
        "a Size of two thousand million": lambda b: re.sub(rb"/Size \d+", b"/Size 2000000000", b),
        "no object is closed": lambda b: b.replace(b"endobj", b"xxxxxx"),
    }
    for what, broken in breaks.items():
        fitting = [name for name in names if broken(whole[name]) != whole[name]]
        name = rng.choice(fitting)
        yield Damaged(f"{what} in {name}", broken(whole[name]))


def _broken_streams(whole: Mapping[str, bytes], names: list[str], rng: random.Random) -> Iterator[Damaged]:
    breaks: dict[str, Callable[[bytes], bytes]] = {
        "streams in reverse order": _reversed_streams,
        "streams turned round by one": _rotated_streams,
        "every Length 0": lambda b: _LENGTH.sub(b"/Length 0", b),
        "every Length huge": lambda b: _LENGTH.sub(b"/Length 4294967295", b),
        "every Length negative": lambda b: _LENGTH.sub(b"/Length -1", b),
        "another filter than was used": lambda b: b.replace(b"/FlateDecode", b"/LZWDecode"),
    }
    for what, broken in breaks.items():
        fitting = [name for name in names if broken(whole[name]) != whole[name]]
        name = rng.choice(fitting)
        yield Damaged(f"{what} in {name}", broken(whole[name]))


def _reversed_streams(body: bytes) -> bytes:
    contents = [match[1] for match in _STREAM.finditer(body)]
    return _STREAM.sub(lambda _match: b"stream\n" + contents.pop() + b"endstream", body)


def _rotated_streams(body: bytes) -> bytes:
    contents = [match[1] for match in _STREAM.finditer(body)]
    turned = iter(contents[1:] + contents[:1])
    return _STREAM.sub(lambda _match: b"stream\n" + next(turned) + b"endstream", body)


def _host(body: bytes) -> _Host | None:
    """What grafting has to know of a file; None for one that the graft would not be seen in."""
    from pypdf import PdfReader

    try:
        reader = PdfReader(io.BytesIO(body))
        page = reader.pages[0]
        numbers = (page.indirect_reference.idnum, page["/Parent"].indirect_reference.idnum)
        root = reader.trailer.raw_get("/Root").idnum
        startxref = int(re.findall(rb"startxref\s+(\d+)", body)[-1])
    except Exception:  # encrypted or broken by itself
        return None
    return _Host(body, *numbers, root, int(reader.trailer["/Size"]) + 1, startxref)


def _grafted(host: _Host, objects: Objects) -> bytes:
    out = bytearray(host.body + b"\n")
    entries = bytearray()
    for number, body in objects.items():
        entries += b"%d 1\n%010d 00000 n \n" % (number, len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    xref = len(out)
    size = max(host.free, *objects) + 1
    out += b"xref\n%btrailer\n<</Size %d/Root %d 0 R/Prev %d>>\n" % (bytes(entries), size, host.root, host.startxref)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % xref)


def _stream(content: bytes, extra: bytes = b"") -> bytes:
    return b"<</Length %d %b>>\nstream\n%b\nendstream" % (len(content), extra, content)


def _flate(content: bytes) -> bytes:
    return _stream(zlib.compress(content, 9), b"/Filter/FlateDecode")


def _flate_of_repeats(unit: bytes, times: int) -> bytes:
    """A deflated stream of ``times`` units, made without holding them."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(unit * 1_000) for _ in range(times // 1_000)) + packer.flush()
    return _stream(packed, b"/Filter/FlateDecode")


def _page(host: _Host, contents: bytes, resources: bytes = b"", more: bytes = b"") -> bytes:
    font = b"/Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>"
    return b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 595 842]/Contents %b/Resources<<%b%b>>%b>>" % (
        host.parent, contents, font, resources, more,
    )  # fmt: skip


def _with_contents(content: Callable[[], bytes]) -> Callable[[_Host], Objects]:
    return lambda host: {host.page: _page(host, b"%d 0 R" % host.free), host.free: content()}


def _form(content: bytes, resources: bytes) -> bytes:
    return _stream(content, b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<<%b>>" % resources)


def _form_of_itself(host: _Host) -> Objects:
    own = b"/XObject<</X %d 0 R>>" % (host.free + 1)
    return {
        host.page: _page(host, b"%d 0 R" % host.free, own),
        host.free: _stream(b"/X Do"),
        host.free + 1: _form(b"BT /F1 9 Tf (again) Tj ET /X Do", own),
    }


def _forms_of_forms(host: _Host) -> Objects:
    """Ten forms, each of which shows the next one ten times: ten thousand million words."""
    first, levels = host.free + 1, 10
    objects = {
        host.page: _page(host, b"%d 0 R" % host.free, b"/XObject<</X %d 0 R>>" % first),
        host.free: _stream(b"/X Do"),
    }
    for level in range(levels):
        following = b"/XObject<</X %d 0 R>>" % (first + level + 1)
        objects[first + level] = _form(b"/X Do " * 10, following)
    objects[first + levels] = _form(
        b"BT /F1 9 Tf (laugh) Tj ET", b"/Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>"
    )
    return objects


def _page_tree_loop(host: _Host) -> Objects:
    kids = b"/Kids[%d 0 R %d 0 R]/Count 2" % (host.parent, host.page)
    return {host.parent: b"<</Type/Pages/Parent %d 0 R%b>>" % (host.parent, kids)}


def _page_tree_deep(host: _Host) -> Objects:
    first, depth = host.free, 20_000
    objects = {host.parent: b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % first}
    for level in range(depth):
        objects[first + level] = b"<</Type/Pages/Parent %d 0 R/Kids[%d 0 R]/Count 1>>" % (
            first + level - 1 if level else host.parent, first + level + 1,
        )  # fmt: skip
    objects[first + depth] = b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 9 9]>>" % (first + depth - 1)
    return objects


def _many_pages(host: _Host) -> Objects:
    """A tree of five levels of twenty that all lead to one page: 3,200,000 of them."""
    first, objects = host.free, {host.parent: b"<</Type/Pages/Kids[%d 0 R]/Count 3200000>>" % host.free}
    for level in range(5):
        kids = b"%d 0 R " % (first + level + 1) * 20
        objects[first + level] = b"<</Type/Pages/Kids[%b]/Count %d>>" % (kids, 20 ** (5 - level))
    return objects | {first + 5: b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 9 9]>>" % (first + 4)}


def _count_of_millions(host: _Host) -> Objects:
    return {host.parent: b"<</Type/Pages/Kids[%d 0 R]/Count 2147483647>>" % host.page}


def _length_of_itself(host: _Host) -> Objects:
    own = b"<</Length %d 0 R>>\nstream\nBT /F1 9 Tf (x) Tj ET\nendstream" % host.free
    return {host.page: _page(host, b"%d 0 R" % host.free), host.free: own}


def _contents_of_itself(host: _Host) -> Objects:
    return {host.page: _page(host, b"%d 0 R" % host.free), host.free: b"[%d 0 R %d 0 R]" % (host.free, host.free)}


def _nested(opening: bytes, depth: int) -> Callable[[_Host], Objects]:
    return lambda host: {host.page: _page(host, b"%d 0 R" % host.free), host.free: opening * depth}


def _font(to_unicode: Callable[[int], bytes], extra: bytes = b"") -> Callable[[_Host], Objects]:
    def graft(host: _Host) -> Objects:
        font, cmap = host.free + 1, host.free + 2
        return {
            host.page: _page(host, b"%d 0 R" % host.free, b"/Font<</F1 %d 0 R>>" % font),
            host.free: _stream(b"BT /F1 9 Tf 20 700 Td <00010002> Tj ET"),
            font: b"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/ToUnicode %d 0 R/DescendantFonts[<<"
            b"/Type/Font/Subtype/CIDFontType2/BaseFont/X/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
            b"/Supplement 0>>%b>>]>>" % (cmap, extra),
            cmap: to_unicode(cmap),
        }  # fmt: skip

    return graft


def _outline_loop(host: _Host) -> Objects:
    first = host.free
    return {
        host.root: b"<</Type/Catalog/Pages %d 0 R/Outlines %d 0 R>>" % (host.parent, first),
        first: b"<</First %d 0 R/Last %d 0 R/Count 9>>" % (first + 1, first + 1),
        first + 1: b"<</Title(x)/Parent %d 0 R/Next %d 0 R/First %d 0 R>>" % (first, first + 1, first + 1),
    }


def _huge_image(host: _Host) -> Objects:
    image = b"/Type/XObject/Subtype/Image/Width 99999/Height 99999/BitsPerComponent 8/ColorSpace/DeviceRGB"
    packed = zlib.compress(b"\0" * 30_000_000, 9)
    return {
        host.page: _page(host, b"%d 0 R" % host.free, b"/XObject<</X %d 0 R>>" % (host.free + 1)),
        host.free: _stream(b"595 0 0 842 0 0 cm /X Do"),
        host.free + 1: _stream(packed, image + b"/Filter/FlateDecode"),
    }


def _flate_in_flate() -> bytes:
    inner = zlib.compressobj(9)
    once = b"".join(inner.compress(b" " * 1_000_000) for _ in range(2_000)) + inner.flush()
    return _stream(zlib.compress(once, 9), b"/Filter[/FlateDecode/FlateDecode]")


_GRAFTS: dict[str, Callable[[_Host], Objects]] = {
    "a form that shows itself": _form_of_itself,
    "ten forms of ten forms each": _forms_of_forms,
    "a page tree that leads to itself": _page_tree_loop,
    "a page tree 20,000 deep": _page_tree_deep,
    "3,200,000 pages that are one": _many_pages,
    "a count of 2,147,483,647 pages": _count_of_millions,
    "a length that is itself": _length_of_itself,
    "contents that are themselves": _contents_of_itself,
    "200,000 arrays in each other": _nested(b"[", 200_000),
    "200,000 dictionaries in each other": _nested(b"<</A", 200_000),
    "200,000 arrays in the contents": _with_contents(lambda: _stream(b"[" * 200_000)),
    "100,000 saved states": _with_contents(lambda: _stream(b"q " * 100_000 + b"BT /F1 9 Tf (deep) Tj ET")),
    "outlines that lead to themselves": _outline_loop,
    "2 GB of spaces, deflated": _with_contents(lambda: _flate_of_repeats(b" " * 1_000, 2_000_000)),
    "400 MB of words, deflated": _with_contents(
        lambda: _flate_of_repeats(b"BT /F1 9 Tf 20 700 Td (bomb) Tj ET ", 11_000_000)
    ),
    "10 MB of one word each, deflated": _with_contents(
        lambda: _flate_of_repeats(b"BT /F1 9 Tf 20 700 Td (bomb) Tj ET ", 280_000)
    ),
    "4,000,000 characters in a string": _with_contents(
        lambda: _flate(b"BT /F1 9 Tf (" + b"a" * 4_000_000 + b") Tj ET")
    ),
    "2 GB deflated twice": _with_contents(_flate_in_flate),
    "a character map of 4,000,000 ranges": _font(
        lambda _n: _flate_of_repeats(b"1 beginbfrange <0000> <FFFF> <0000> endbfrange\n", 4_000_000)
    ),
    "a character map that is itself": _font(lambda n: b"%d 0 R" % n),
    "2,000,000 widths": _font(lambda _n: _stream(b""), b"/W[0[" + b"500 " * 2_000_000 + b"]]"),
    "an image of 99,999 by 99,999": _huge_image,
    "a million contents": lambda host: {
        host.page: _page(host, b"[" + b"%d 0 R " % host.free * 1_000_000 + b"]"),
        host.free: _stream(b"BT /F1 9 Tf 20 700 Td (one of many) Tj ET\n"),
    },
    "a page of 10^30 points": lambda host: {
        host.page: _page(host, b"%d 0 R" % host.free, more=b"/UserUnit 1e30/Rotate 37/CropBox[-1e30 -1e30 1e30 1e30]"),
        host.free: _stream(b"1e30 0 0 1e30 0 0 cm BT /F1 1e30 Tf (vast) Tj ET"),
    },
    "an encryption that is none": lambda host: {
        host.root: b"<</Type/Catalog/Pages %d 0 R/Encrypt<</Filter/Standard/V 99>>>>" % host.parent,
    },
    "only a header": lambda host: {host.root: b"null", host.parent: b"null"},
}  # fmt: skip


def whole_files(folder: Path) -> dict[str, bytes]:
    """The PDFs below ``folder`` by name."""
    return {path.name: path.read_bytes() for path in sorted(folder.rglob("*.pdf"))}
