"""Which addresses may be dialled."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.fetch.guard import AddressPolicy
from domain.errors import ConfigError
from tests.address_forms import V4, V6, AddressForm, address_forms

PUBLIC_ONLY = AddressPolicy()
LOOPBACK = AddressPolicy.parse(["127.0.0.0/8"])
PUBLIC = ("8.8.8.8", "1.1.1.1", "93.184.215.14", "172.15.0.1", "172.32.0.1", "100.128.0.1", "223.255.255.254")
PUBLIC_V6 = ("2a00:1450:4001::200e", "2606:4700::1111", "2400:cb00::1", "64:ff9b::808:808")


@pytest.mark.parametrize("address", [*V4, *V6])
def test_an_address_that_is_not_public_unicast_is_refused_with_a_reason(address: str) -> None:
    refusal = PUBLIC_ONLY.refusal(address)
    assert refusal is not None
    assert refusal.count("\n") == 0


@pytest.mark.parametrize("address", [*PUBLIC, *PUBLIC_V6])
def test_a_public_address_may_be_dialled(address: str) -> None:
    assert PUBLIC_ONLY.refusal(address) is None


@pytest.mark.parametrize("address", ["", "example.org", "127.1", "0x7f.1", "1.2.3.4 ", "١٢٧.0.0.1", "::1::"])
def test_what_is_no_address_is_refused(address: str) -> None:
    assert PUBLIC_ONLY.refusal(address) is not None


@pytest.mark.parametrize("address", ["fe80::1%eth0", "::1%1", "2a00::1%lo"])
def test_a_scope_does_not_hide_an_address(address: str) -> None:
    bare = address.partition("%")[0]
    assert (PUBLIC_ONLY.refusal(address) is None) == (PUBLIC_ONLY.refusal(bare) is None)


@given(st.ip_addresses(v=4))
def test_what_the_standard_library_calls_private_is_refused_in_every_embedding(address: IPv4Address) -> None:
    if address.is_global and not address.is_multicast:
        return
    inner = int(address)
    embedded = [IPv6Address(prefix | inner) for prefix in (0, 0xFFFF << 32, int(IPv6Address("64:ff9b::")))]
    embedded.append(IPv6Address(0x2002 << 112 | inner << 80))
    for each in (address, *embedded):
        assert PUBLIC_ONLY.refusal(str(each)) is not None


@given(st.ip_addresses(v=6))
def test_an_address_outside_global_unicast_is_refused(address: IPv6Address) -> None:
    is_nat64 = int(address) >> 32 == int(IPv6Address("64:ff9b::")) >> 32
    if int(address) >> 125 != 1 and not is_nat64:
        assert PUBLIC_ONLY.refusal(str(address)) is not None


@pytest.mark.parametrize("form", address_forms(), ids=lambda form: form.id)
def test_no_spelling_of_a_refused_address_is_asked_for(form: AddressForm) -> None:
    assert PUBLIC_ONLY.literal_refusal(form.url(8080)) is not None


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "https://xn--mgbah1a3hjkrd.example/",
        "https://müəllif.example/",
        "http://8.8.8.8/",
        "http://134744072:8080/",
        "http://[2a00:1450:4001::200e]:8080/",
        "http://1e100.net/",
        "http://127.0.0.1.example.org/",
        "http://a_b.example.org/",
    ],
)
def test_a_name_or_a_public_literal_is_not_refused(url: str) -> None:
    assert PUBLIC_ONLY.literal_refusal(url) is None


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://",
        "/path",
        "http:///path",
        "http://[::1",
        "http://user@8.8.8.8/",
        "http://8.8.8.8\\@127.0.0.1/",
        "http://127.0.0.1\\@example.org/",
        "http://exa mple.org/",
        "http://exam%00ple.org/",
        "http://%ff.example/",
        "http://example.org℀/",
        "http://1.2.3.4.5/",
        "http://256.1.1.1/",
        "http://example.0x/",
        "http://08.1/",
        "http://" + "1" * 5000 + "/",
    ],
)
def test_a_host_that_could_be_read_in_two_ways_is_refused(url: str) -> None:
    assert PUBLIC_ONLY.literal_refusal(url) is not None


def test_the_allow_list_opens_only_the_networks_it_names() -> None:
    assert LOOPBACK.literal_refusal("http://127.0.0.1:8080/") is None
    assert LOOPBACK.literal_refusal("http://2130706433/") is None
    assert LOOPBACK.literal_refusal("http://localhost/") is None
    for address in ("10.0.0.1", "::1", "::ffff:127.0.0.1", "169.254.169.254", "0.0.0.0"):
        assert LOOPBACK.refusal(address) is not None


def test_a_policy_that_allows_nothing_public_leaves_only_the_named_networks() -> None:
    at_home = AddressPolicy.parse(["127.0.0.0/8"], allows_public=False)
    assert at_home.refusal("127.0.0.1") is None
    for address in (*PUBLIC, *PUBLIC_V6, "10.0.0.1"):
        assert at_home.refusal(address) is not None
    assert at_home.literal_refusal("http://8.8.8.8/") is not None


@pytest.mark.parametrize("network", ["127.0.0.1/8", "example.org", "10.0.0.0/99", ""])
def test_a_network_that_is_none_is_an_error_naming_the_setting(network: str) -> None:
    with pytest.raises(ConfigError, match="allowed_networks"):
        AddressPolicy.parse([network])


@given(st.text(max_size=60))
def test_no_text_makes_the_guard_fail(text: str) -> None:
    PUBLIC_ONLY.literal_refusal(f"http://{text}/")
    PUBLIC_ONLY.literal_refusal(text)
    PUBLIC_ONLY.refusal(text)
