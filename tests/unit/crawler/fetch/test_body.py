"""A body with its content encoding undone, within a size."""

from __future__ import annotations

import contextlib
import gzip
import sys
import zlib

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.fetch.body import content_codings, decoded_body
from domain.errors import FetchError, TooLargeError, TruncatedError, UnsupportedEncodingError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

QUICK_ENCODERS = {"br": lambda body: brotli.compress(body, quality=3)}  # its best takes seconds on a bomb
TEXT = ("Şəhərdə yeni körpü açıldı. " * 5000).encode()
LIMIT = 1024 * 1024


def raw_deflate(body: bytes) -> bytes:
    return zlib.compress(body, wbits=-zlib.MAX_WBITS)


ENCODERS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
}


def undone(coding: str, body: bytes, *, max_bytes: int = LIMIT, may_be_cut: bool = False) -> bytes:
    headers = [("Content-Encoding", coding)]
    return decoded_body(body, headers, max_bytes=max_bytes, url="https://a.example/", may_be_cut=may_be_cut)


@pytest.mark.parametrize("coding", ENCODERS)
@given(body=st.binary(max_size=2000))
def test_each_coding_is_undone(coding: str, body: bytes) -> None:
    assert undone(coding, ENCODERS[coding](body)) == body


@pytest.mark.parametrize("coding", ENCODERS)
def test_a_body_of_many_pieces_is_undone(coding: str) -> None:
    assert undone(coding, ENCODERS[coding](TEXT)) == TEXT


def test_deflate_without_its_zlib_wrapper_is_undone() -> None:
    assert undone("deflate", raw_deflate(TEXT)) == TEXT


def test_stacked_codings_are_undone_from_the_last() -> None:
    assert undone("gzip, br", brotli.compress(gzip.compress(TEXT))) == TEXT
    repeated = [("content-encoding", "deflate"), ("Content-Encoding", "gzip")]
    assert decoded_body(gzip.compress(zlib.compress(TEXT)), repeated, max_bytes=LIMIT) == TEXT


def test_more_than_three_stacked_codings_are_refused() -> None:
    with pytest.raises(UnsupportedEncodingError):
        undone("gzip, gzip, gzip, gzip", TEXT)


@pytest.mark.parametrize("coding", ["compress", "exi", "dcb", "sdch", "aes128gcm"])
def test_a_coding_that_was_not_asked_for_is_refused(coding: str) -> None:
    with pytest.raises(UnsupportedEncodingError):
        undone(coding, TEXT)


@pytest.mark.parametrize("coding", ["", "identity", "none", "UTF-8", "binary", " , identity"])
def test_a_coding_that_does_nothing_is_passed_over(coding: str) -> None:
    assert content_codings([("Content-Encoding", coding)]) == ()
    assert undone(coding, TEXT) == TEXT


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_a_body_that_is_plain_although_its_header_says_otherwise_is_taken_as_it_is(coding: str) -> None:
    assert undone(coding, b"<!doctype html>") == b"<!doctype html>"


@pytest.mark.parametrize("coding", ENCODERS)
def test_an_empty_body_stays_empty(coding: str) -> None:
    assert undone(coding, b"") == b""


@pytest.mark.parametrize("coding", ENCODERS)
@given(share=st.floats(0.05, 0.95))
def test_a_body_that_ends_early_is_truncated_not_short(coding: str, share: float) -> None:
    whole = ENCODERS[coding](TEXT)
    with pytest.raises(TruncatedError, match=r"a\.example"):
        undone(coding, whole[: max(1, int(len(whole) * share))])


def test_a_gzip_body_without_its_checksum_is_truncated() -> None:
    with pytest.raises(TruncatedError):
        undone("gzip", gzip.compress(TEXT)[:-8])


def test_a_gzip_body_with_another_checksum_is_damaged() -> None:
    whole = bytearray(gzip.compress(TEXT))
    whole[-6] ^= 0xFF
    with pytest.raises(FetchError, match="damaged"):
        undone("gzip", bytes(whole))


@pytest.mark.parametrize("coding", ENCODERS)
def test_what_follows_the_end_is_dropped(coding: str) -> None:
    assert undone(coding, ENCODERS[coding](TEXT) + b"<!-- cached -->") == TEXT


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_members_one_after_another_are_one_body(coding: str) -> None:
    encode = ENCODERS[coding]
    assert undone(coding, encode(TEXT) + encode(b"") + encode(b"end")) == TEXT + b"end"


def test_skippable_zstd_frames_give_nothing() -> None:
    skippable = b"\x50\x2a\x4d\x18" + (5).to_bytes(4, "little") + b"abcde"
    assert undone("zstd", zstd.compress(TEXT) + skippable + zstd.compress(b"end")) == TEXT + b"end"


@pytest.mark.parametrize("coding", ENCODERS)
def test_a_bomb_is_too_large_and_not_unpacked(coding: str) -> None:
    encode = QUICK_ENCODERS.get(coding, ENCODERS[coding])
    bomb = encode(b"\0" * (32 * LIMIT))
    with pytest.raises(TooLargeError):
        undone(coding, bomb)
    with pytest.raises(TooLargeError):
        undone(f"gzip, {coding}", encode(gzip.compress(b"\0" * (32 * LIMIT))))


def test_a_million_empty_members_end_soon() -> None:
    assert undone("gzip", gzip.compress(b"", mtime=0) * 200_000, max_bytes=10 * LIMIT) == b""


@pytest.mark.parametrize("coding", [*ENCODERS, "identity"])
def test_a_body_of_exactly_the_limit_is_taken_and_one_byte_more_is_not(coding: str) -> None:
    encode = ENCODERS.get(coding, bytes)
    assert len(undone(coding, encode(b"a" * 70_000), max_bytes=70_000)) == 70_000
    with pytest.raises(TooLargeError):
        undone(coding, encode(b"a" * 70_001), max_bytes=70_000)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_a_body_that_may_be_cut_gives_its_beginning(coding: str) -> None:
    whole = ENCODERS[coding](TEXT)
    assert undone(coding, whole, max_bytes=1000, may_be_cut=True) == TEXT[:1000]
    part = undone(coding, whole[:-5], may_be_cut=True)
    assert TEXT.startswith(part)


@pytest.mark.parametrize("coding", ENCODERS)
@given(junk=st.binary(min_size=1, max_size=300))
def test_junk_ends_in_a_body_or_one_of_our_errors(coding: str, junk: bytes) -> None:
    for body in (junk, ENCODERS[coding](TEXT)[:20] + junk):
        with contextlib.suppress(FetchError):
            undone(coding, body)
