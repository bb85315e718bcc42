"""The report as a whole: its order, its counts, its forms, and words of others in them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from domain.outlet import Group
from publish.check.html import check_html
from publish.check.json import check_json
from publish.check.lines import counts_line, headline
from publish.check.markdown import check_markdown
from publish.check.model import (
    ArticleCheck,
    ChannelCheck,
    CheckReport,
    HostCheck,
    OutletCheck,
    PageCheck,
    Remark,
    Verdict,
    Weight,
)
from publish.check.text import check_text

EVIL = '<script>alert(1)</script> \x1b[2J "q" & | `x` [a](javascript:b)\u202e\nnew line'
NOW = datetime(2026, 3, 3, 8, tzinfo=UTC)


def _remark(code: str = "gone", weight: Weight = Weight.FAULT, where: str = "feed") -> Remark:
    return Remark(weight, code, where, f"what of {code}", "do that")


def _outlet(slug: str, verdict: Verdict = Verdict.FINE, *remarks: Remark, said: str = "fine") -> OutletCheck:
    article = ArticleCheck(
        url="https://xeber.example/1",
        title=said,
        first_lines=said,
        chars=900,
        text_source="page",
        published="2026-03-03",
        published_precision="day",
        published_source="meta",
        language="az",
        authors=(said,),
        topics=("su",),
        addresses=2,
    )
    return OutletCheck(
        slug=slug,
        name=said,
        group=Group.INDEPENDENT,
        home="javascript:alert(1)",
        verdict=verdict,
        channels=(ChannelCheck("feed", "feed", f"https://xeber.example/{said}", "good", said, 4, ()),),
        pages=(PageCheck("javascript:alert(2)", "feed", said, "200", article, ()),),
        feed_articles=(article,),
        hosts=(HostCheck("xeber.example", said, 5.0),),
        expectations=("articles a day: 5 or more expected",),
        own_remarks=remarks,
    )


def _report(*outlets: OutletCheck, is_whole: bool = True) -> CheckReport:
    return CheckReport(NOW, "Asia/Baku", "c" * 64, "Parallax/0.1 (+a@b.example)", is_whole, None, outlets)


def test_the_worst_stand_first_and_of_those_the_most_faulty() -> None:
    outlets = (
        _outlet("a"),
        _outlet("b", Verdict.FAILED, _remark()),
        _outlet("c", Verdict.PARTLY, _remark()),
        _outlet("d", Verdict.FAILED, _remark(), _remark("refused")),
        _outlet("e", Verdict.NOTHING),
    )

    assert [outlet.slug for outlet in _report(*outlets).worst_first()] == ["d", "b", "c", "e", "a"]


def test_faults_are_counted_by_outlets_and_notes_are_not() -> None:
    outlets = (
        _outlet("a", Verdict.PARTLY, _remark(), _remark(where="other"), _remark("moved", Weight.NOTE)),
        _outlet("b", Verdict.PARTLY, _remark(), _remark("refused")),
    )

    assert _report(*outlets).fault_counts() == (("gone", 2), ("refused", 1))


def test_what_holds_for_several_places_is_told_once() -> None:
    outlet = _outlet("a", Verdict.PARTLY, _remark(where="one"), _remark(where="two"), _remark(where="two"))

    assert [remark.where for remark in outlet.remarks()] == ["one and 1 more"]


def test_nobody_reached_is_most_likely_ours() -> None:
    outlets = [_outlet(slug, Verdict.FAILED, _remark("dns_error")) for slug in "abc"]

    assert "most likely your own connection" in headline(_report(*outlets))
    assert "most likely" not in headline(_report(*outlets, _outlet("d")))
    assert "most likely" not in headline(_report(*outlets, _outlet("d", Verdict.FAILED, _remark("refused"))))


@pytest.mark.parametrize("form", [check_html, check_markdown, check_text])
def test_each_form_tells_a_delay_alike(form: object) -> None:
    assert "; 5 s between requests" in form(_report(_outlet("a")))  # type: ignore[operator]


def test_one_of_a_kind_is_told_as_one() -> None:
    channel = ChannelCheck("feed", "feed", "https://xeber.example/rss", "good", "fine", 1, ())

    assert counts_line(replace(_outlet("a"), channels=(channel,), feed_articles=())) == (
        "1 of 1 channel answered, 1 entry, 1 text"
    )
    assert counts_line(_outlet("a")) == "1 of 1 channel answered, 4 entries, 2 texts"


def test_an_interrupted_check_says_so() -> None:
    assert "was interrupted" in headline(_report(_outlet("a"), is_whole=False))


@pytest.mark.parametrize("form", [check_html, check_markdown, check_text])
def test_words_of_others_stay_words(form: object) -> None:
    remark = replace(_remark(), where=EVIL, what=EVIL, do=EVIL)
    written = form(_report(_outlet("a", Verdict.PARTLY, remark, said=EVIL), _outlet("b")))  # type: ignore[operator]

    assert "\x1b" not in written
    assert "\u202e" not in written
    assert form is check_text or "<script" not in written
    assert form is not check_markdown or " [a](" not in written
    assert 'href="javascript' not in written


def test_the_json_is_json_whatever_others_wrote() -> None:
    told = json.loads(check_json(_report(_outlet("a", Verdict.PARTLY, _remark(), said=EVIL))))

    assert told["outlets"][0]["name"] == EVIL
    assert told["outlets"][0]["remarks"][0]["code"] == "gone"
    assert told["faults"] == {"gone": 1}


def test_text_keeps_to_its_width() -> None:
    written = check_text(_report(_outlet("a", Verdict.PARTLY, _remark(), said="söz " * 200)), width=80)

    assert max(len(line) for line in written.splitlines()) <= 80
