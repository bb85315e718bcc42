"""A digest that is kept as published, without the words of an article that was taken down."""

from __future__ import annotations

from publish.digest.change_words import TAKEN_DOWN_WORDS, diff_command
from publish.digest.html import digest_html
from publish.digest.json import digest_from_json, digest_json
from publish.digest.markdown import digest_markdown
from publish.digest.redact import TAKEN_DOWN, redacted
from publish.digest.text import digest_text
from tests.unit.publish.hand_made import full_digest


def test_its_words_go_and_all_others_stay() -> None:
    digest = full_digest()
    article = digest.topics[0].articles[0]
    assert article.title is not None
    before = digest_json(digest)

    after = redacted(before, {article.article_id})

    assert after is not None
    without = digest_from_json(after)
    (again, *_) = [one for one in without.topics[0].articles if one.article_id == article.article_id]
    assert (again.title, again.match, again.seen, again.text_sha256) == (
        None,
        None,
        article.seen,
        article.text_sha256,
    )
    others = [one for one in digest.topics[0].articles if one.article_id != article.article_id]
    assert [one for one in without.topics[0].articles if one.article_id != article.article_id] == others
    rows = [row for page in without.evidence if page.columns[-1] == "headline" for row in page.rows]
    assert {row[-1] for row in rows if row[0] == str(article.article_id)} == {TAKEN_DOWN}


def test_an_edit_of_it_shows_no_words() -> None:
    digest = full_digest()
    edit = digest.edits[0]

    after = redacted(digest_json(digest), {edit.article_id})

    assert after is not None
    (again,) = [
        one
        for one in digest_from_json(after).edits
        if one.new_revision == edit.new_revision and one.article_id == edit.article_id
    ]
    told = [words for one in edit.changes for words in (one.before, one.after, one.ahead, one.behind)]
    left = [words for one in again.changes for words in (one.before, one.after, one.ahead, one.behind, one.reason)]
    assert any(told)
    assert (again.headline, {words or "" for words in left}) == (None, {""})
    assert (again.seen, [one.kind for one in again.changes]) == (edit.seen, [one.kind for one in edit.changes])


def test_every_form_says_of_its_edits_that_it_was_taken_down() -> None:
    digest = full_digest()
    edit = digest.edits[0]
    after = redacted(digest_json(digest), {edit.article_id})
    assert after is not None
    without = digest_from_json(after)

    (again, *others) = sorted(without.edits, key=lambda one: one.article_id != edit.article_id)
    assert (again.is_taken_down, any(one.is_taken_down for one in others)) == (True, False)
    assert not any(one.is_taken_down for one in digest.edits)
    for written in (digest_text(without, width=120), digest_markdown(without), digest_html(without)):
        assert written.lower().count(TAKEN_DOWN_WORDS) == 1
        assert diff_command(edit) not in written


def test_a_digest_without_it_is_left_as_it_is() -> None:
    assert redacted(digest_json(full_digest()), {987_654}) is None
