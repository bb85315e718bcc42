"""The reactor's name resolver: what is checked is what is dialled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.task import Clock

from crawler.fetch.guard import AddressPolicy
from crawler.fetch.resolver import MAX_ADDRESSES, GuardedResolver, checked_hosts
from domain.errors import ConfigError

PUBLIC = "93.184.215.14"


class Zone:
    """A name server that gives its answers one after another, the last for ever, and None never."""

    def __init__(self, *answers: Sequence[str] | None) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def resolveHostName(self, receiver: Any, name: str, port: int = 0, *_: object) -> None:  # noqa: N802
        self.asked.append(name)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer is None:
            return
        for address in answer:
            family = IPv6Address if ":" in address else IPv4Address
            receiver.addressResolved(family("TCP", address, port))
        receiver.resolutionComplete()


class Given:
    """What the endpoint that dials is given."""

    def __init__(self) -> None:
        self.addresses: list[tuple[str, int]] = []
        self.completed = 0

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        self.addresses.append((address.host, address.port))

    def resolutionComplete(self) -> None:  # noqa: N802
        self.completed += 1


def resolver(zone: Zone, *, clock: Clock | None = None, hosts: dict[str, str] | None = None) -> GuardedResolver:
    policy = AddressPolicy.parse(["127.0.0.0/8"] if hosts else [])
    return GuardedResolver(clock or Clock(), policy, hosts or {}, timeout_s=10, cache_size=4, system=zone)


def given(asked: GuardedResolver, name: str, port: int = 443) -> list[tuple[str, int]]:
    got = Given()
    asked.resolveHostName(got, name, port)
    assert got.completed == 1
    return got.addresses


def test_a_public_answer_is_passed_on_with_the_port() -> None:
    assert given(resolver(Zone([PUBLIC, "2606:4700::1111"])), "a.example") == [(PUBLIC, 443), ("2606:4700::1111", 443)]


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fe80::1", "::ffff:10.0.0.1"])
def test_an_answer_that_must_not_be_dialled_gives_nothing_and_tells_why(address: str) -> None:
    asked = resolver(Zone([address]))
    assert given(asked, "a.example") == []
    assert asked.refusal_of("A.example.") is not None


def test_of_a_mixed_answer_only_the_public_part_is_dialled() -> None:
    asked = resolver(Zone(["10.0.0.1", PUBLIC, "::1"]))
    assert given(asked, "a.example") == [(PUBLIC, 443)]
    assert asked.refusal_of("a.example") is None


def test_a_name_that_turns_private_later_gains_nothing() -> None:
    clock = Clock()
    asked = resolver(Zone([PUBLIC], ["127.0.0.1"]), clock=clock)
    assert given(asked, "a.example") == [(PUBLIC, 443)]
    clock.advance(61)
    assert given(asked, "a.example") == []


def test_an_answer_is_kept_for_a_minute_and_its_port_is_not() -> None:
    clock, zone = Clock(), Zone([PUBLIC])
    asked = resolver(zone, clock=clock)
    assert given(asked, "a.example", 443) == [(PUBLIC, 443)]
    assert given(asked, "A.EXAMPLE.", 80) == [(PUBLIC, 80)]
    assert zone.asked == ["a.example"]
    clock.advance(61)
    given(asked, "a.example")
    assert zone.asked == ["a.example", "a.example"]


def test_a_refusal_is_forgotten_when_the_name_becomes_public() -> None:
    asked = resolver(Zone(["127.0.0.1"], [PUBLIC]))
    given(asked, "a.example")
    asked._answers.entries.clear()
    given(asked, "a.example")
    assert asked.refusal_of("a.example") is None


def test_the_memory_of_names_stays_small() -> None:
    asked = resolver(Zone(["127.0.0.1"]))
    for number in range(50):
        given(asked, f"n{number}.example")
    assert len(asked._answers.entries) == len(asked._refusals.entries) == 4


def test_a_zone_with_thousands_of_addresses_is_not_dialled_through() -> None:
    assert (
        len(given(resolver(Zone([f"93.184.{n // 250}.{n % 250 + 1}" for n in range(2000)])), "a.example"))
        == MAX_ADDRESSES
    )


def test_a_name_server_that_never_answers_ends_after_its_time() -> None:
    clock, got = Clock(), Given()
    asked = resolver(Zone(None), clock=clock)
    asked.resolveHostName(got, "a.example", 443)
    clock.advance(9)
    assert got.completed == 0
    clock.advance(2)
    assert (got.completed, got.addresses) == (1, [])
    assert asked.refusal_of("a.example") is None


@pytest.mark.parametrize(
    "name", ["", ".", "a b.example", "a/b", "exa\x00mple", "a..b", "x" * 64 + ".example", "a@b", "%31"]
)
def test_what_is_no_name_is_never_looked_up(name: str) -> None:
    zone = Zone([PUBLIC])
    assert given(resolver(zone), name) == []
    assert zone.asked == []


def test_a_name_in_other_letters_is_looked_up_in_its_ascii_form() -> None:
    zone = Zone([PUBLIC])
    given(resolver(zone), "xəbər.example")
    assert zone.asked == ["xn--xbr-dtbb.example"]


def test_a_configured_name_is_answered_without_a_look_up() -> None:
    zone = Zone([PUBLIC])
    asked = resolver(zone, hosts={"News.Example.": "127.0.0.5"})
    assert given(asked, "news.example", 8080) == [("127.0.0.5", 8080)]
    assert given(asked, "other.example") == [(PUBLIC, 443)]
    assert zone.asked == ["other.example"]


def test_where_nothing_public_is_allowed_no_name_server_is_asked() -> None:
    zone = Zone(["127.0.0.1"])
    policy = AddressPolicy.parse(["127.0.0.0/8"], allows_public=False)
    asked = GuardedResolver(Clock(), policy, {"a.example": "127.0.0.2"}, timeout_s=10, cache_size=4, system=zone)
    assert given(asked, "a.example") == [("127.0.0.2", 443)]
    assert given(asked, "b.example") == []
    assert zone.asked == []
    assert "b.example" in (asked.refusal_of("b.example") or "")
    assert given(asked, "localhost") == [("127.0.0.1", 443)]


def test_a_configured_address_outside_the_allowed_networks_is_an_error() -> None:
    with pytest.raises(ConfigError, match="hosts"):
        checked_hosts({"a.example": PUBLIC}, AddressPolicy())
