"""Page encodings: the browsers' order, and nothing that is not of the web."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.charset import codec_of, decode_page
from text.encodings import CODECS

RUSSIAN = "Жители посёлка собрали деньги на новую библиотеку и открыли её весной"
TURKISH = "Çamlıdere köprüsü ağır kamyonlara kapalı, ışıklandırma gelecek ay bitecek"


def page(text: str, charset: str | None = None) -> str:
    meta = f'<meta charset="{charset}">' if charset else ""
    return f"<html><head>{meta}<title>x</title></head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize(
    ("text", "codec", "label"),
    [
        (RUSSIAN, "cp1251", "windows-1251"),
        (RUSSIAN, "cp1251", "CP1251"),
        (RUSSIAN, "koi8-r", "koi8-r"),
        (RUSSIAN, "cp866", "ibm866"),
        (RUSSIAN, "iso8859-5", "ISO-8859-5"),
        (TURKISH, "cp1254", "iso-8859-9"),
        (TURKISH, "cp1254", "windows-1254"),
        ("圖書館落成", "big5", "big5"),
        ("图书馆落成", "gbk", "gb2312"),
        ("図書館が完成", "cp932", "shift_jis"),
        ("café “quoted”", "cp1252", "iso-8859-1"),
    ],
)
def test_a_legacy_page_is_read_by_its_header_and_by_its_meta(text: str, codec: str, label: str) -> None:
    by_header = page(text).encode(codec)
    by_meta = page(text, label).encode(codec)
    assert text in decode_page(by_header, content_type=f"text/html; charset={label}")
    assert text in decode_page(by_meta, content_type="text/html")


def test_the_header_stands_before_the_meta() -> None:
    body = page(RUSSIAN, "koi8-r").encode("cp1251")
    assert RUSSIAN in decode_page(body, content_type='text/html; charset="windows-1251"')


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_stands_before_everything(codec: str) -> None:
    body = page(RUSSIAN, "windows-1251").encode(codec)
    assert RUSSIAN in decode_page(body, content_type="text/html; charset=koi8-r")


@pytest.mark.parametrize(
    "label",
    [
        "rot13",
        "zlib",
        "bz2",
        "hex",
        "base64",
        "unicode_escape",
        "raw_unicode_escape",
        "idna",
        "punycode",
        "utf-7",
        "mbcs",
    ],
)
def test_a_codec_that_the_web_does_not_know_is_never_honoured(label: str) -> None:
    assert codec_of(label) is None
    text = page("\\x3cscript\\x3e Göyçay", label)
    assert decode_page(text.encode(), content_type=f"text/html; charset={label}") == text


def test_utf8_is_read_although_the_server_says_latin() -> None:
    assert "Göyçayda şəhər" in decode_page(
        page("Göyçayda şəhər").encode(), content_type="text/html; charset=ISO-8859-1"
    )


@pytest.mark.parametrize(("text", "codec", "language"), [(RUSSIAN, "cp1251", "ru"), (TURKISH, "cp1254", "tr")])
def test_an_undeclared_page_is_guessed_among_the_outlets_languages(text: str, codec: str, language: str) -> None:
    assert text in decode_page(page(f"{text}. " * 5).encode(codec), content_type=None, languages=(language,))


def test_one_stray_byte_does_not_turn_a_utf8_page_into_another_encoding() -> None:
    body = page(RUSSIAN).encode().replace("весной".encode(), b"\xff")
    assert RUSSIAN[:40] in decode_page(body, content_type="text/html; charset=utf-8")


def test_every_label_names_a_codec_that_python_has() -> None:
    for codec in set(CODECS.values()):
        assert "a".encode(codec)


@given(st.binary(max_size=300), st.sampled_from([None, *sorted(set(CODECS))]))
def test_any_bytes_under_any_label_become_text(body: bytes, label: str | None) -> None:
    assert isinstance(decode_page(body, content_type=f"text/html; charset={label}" if label else None), str)
