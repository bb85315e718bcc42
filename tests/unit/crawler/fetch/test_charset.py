"""Which character encoding a body declares."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.fetch.charset import declared_charset
from domain.errors import UnsupportedEncodingError
from text.encodings import FORGIVEN_CODECS

NOT_OF_THE_WEB = (
    "rot13 rot_13 zlib bz2 hex base64 uu quopri idna punycode unicode_escape raw_unicode_escape utf-7 utf-32 "
    "undefined mbcs oem cp037 charmap x-user-defined replacement iso-2022-kr hz-gb-2312"
).split()


def of_type(value: str) -> list[tuple[str, str]]:
    return [("Content-Type", value)]


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("utf-8", "utf-8"),
        ("UTF8", "utf-8"),
        ("windows-1251", "cp1251"),
        ("iso-8859-1", "cp1252"),
        ("latin1", "cp1252"),
        ("iso-8859-9", "cp1254"),
        ("koi8-r", "koi8-r"),
        ("utf8mb4", "utf-8"),
        ("win-1251", "cp1251"),
    ],
)
def test_a_label_of_the_header_gives_its_codec(label: str, codec: str) -> None:
    assert declared_charset(of_type(f"text/html; charset={label}"), b"") == codec
    assert declared_charset(of_type(f'text/html;CHARSET="{label.upper()}" ; x=y'), b"") == codec


@pytest.mark.parametrize("label", NOT_OF_THE_WEB)
def test_a_name_that_the_web_platform_does_not_know_is_refused_wherever_it_stands(label: str) -> None:
    with pytest.raises(UnsupportedEncodingError, match=r"a\.example"):
        declared_charset(of_type(f"text/html; charset={label}"), b"", url="https://a.example/")
    with pytest.raises(UnsupportedEncodingError):
        declared_charset([], f"<?xml version='1.0' encoding='{label}'?>".encode())
    with pytest.raises(UnsupportedEncodingError):
        declared_charset(of_type("text/html"), f'<meta charset="{label}">'.encode())


@pytest.mark.parametrize(
    ("head", "codec"),
    [
        (b"<?xml version='1.0' encoding='windows-1251'?><rss>", "cp1251"),
        (b"<html><head><meta charset=windows-1254>", "cp1254"),
        (b"<META http-equiv='Content-Type' content='text/html; charset=koi8-r'>", "koi8-r"),
        (b"<!-- <meta charset=rot13> --><meta charset=utf-8>", "utf-8"),
        (b"<meta charset='utf-16'>", "utf-8"),
        (b"<p>charset=windows-1251", None),
        (b"", None),
    ],
)
def test_a_declaration_inside_the_document_is_read_where_the_header_has_none(head: bytes, codec: str | None) -> None:
    assert declared_charset([], head) == codec
    assert declared_charset(of_type("text/html"), head) == codec
    assert declared_charset(of_type("text/html; charset=cp866"), head) == "cp866"


def test_a_byte_order_mark_wins() -> None:
    for mark, codec in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        assert declared_charset(of_type("text/html; charset=windows-1251"), mark + b"<p>") == codec


def test_a_declaration_beyond_the_first_kilobyte_or_in_a_document_of_another_type_is_not_one() -> None:
    assert declared_charset([], b" " * 1100 + b"<meta charset=rot13>") is None
    assert declared_charset(of_type("application/pdf"), b"%PDF <meta charset=rot13>") is None


def test_every_codec_of_the_table_decodes_to_text() -> None:
    for codec in set(FORGIVEN_CODECS.values()):
        assert isinstance(b"abcd".decode(codec), str)


@given(st.text(max_size=60), st.binary(max_size=200))
def test_no_header_and_no_body_makes_it_fail_otherwise(value: str, head: bytes) -> None:
    try:
        codec = declared_charset(of_type(value), head)
    except UnsupportedEncodingError:
        return
    assert codec is None or codec in FORGIVEN_CODECS.values()
