"""What a paragraph is that stands in one version alone: news, a note of correction, a by-line, a call to read on."""

from __future__ import annotations

import re
from collections.abc import Sequence

from analysis.changes.lexicon import Lexicon
from analysis.changes.model import Block, ChangeClass, Role
from analysis.changes.place import Verdict
from analysis.changes.tokens import Token, tokens_of

MOST_BYLINE_CHARS = 120
_OPENING = 10  # tokens within which a note says what it is
_MOST_NOTE = 40
_ALONE = 2  # words of a call that is a sentence: Subscribe now!
_FEW, _MOST_CALL = 8, 25  # words and tokens of a call to read on
_MOST_BACKGROUND = 25
_LONG_AGO = re.compile(r"\b(?:1[5-9]\d\d|200\d)\b|\b(?:век(?:а|е|у|ов|ом|ами|ах)?|əsr\w*|yüzyıl\w*|centur\w*)\b")
_ENDS = frozenset(".!?…")
BOILERPLATE = Verdict(ChangeClass.BOILERPLATE, 0.0, "not the article's own text")


def block_verdict(block: Block, *, is_added: bool, words: Lexicon) -> Verdict:
    """What a block is that stands in one version alone."""
    if block.role is Role.BYLINE:
        return _byline(is_added=is_added)
    if block.role is Role.HEADLINE:
        return Verdict(ChangeClass.HEADLINE, 0.6, f"the headline is there {'now' if is_added else 'no longer'}")
    return paragraph_verdict(block.text, tokens_of(block.text), is_added=is_added, words=words)


def paragraph_verdict(text: str, tokens: Sequence[Token], *, is_added: bool, words: Lexicon) -> Verdict:
    """What a paragraph or sentence is that stands in one version alone."""
    if is_correction(tokens, words):
        return Verdict(ChangeClass.CORRECTION_NOTICE, 0.7, "the outlet says that it corrected something")
    if is_boilerplate(tokens, words):
        return BOILERPLATE
    if len(text) <= MOST_BYLINE_CHARS and is_byline(text, tokens, words):
        return _byline(is_added=is_added)
    kind = ChangeClass.PARAGRAPH_ADDED if is_added else ChangeClass.PARAGRAPH_REMOVED
    is_long_ago = _LONG_AGO.search(text) is not None and words.background.any_in(tokens)
    if len(tokens) <= _MOST_BACKGROUND and is_long_ago and not _is_news(text, tokens, words):
        return Verdict(kind, 0.3, "since when something has been there")
    if len(tokens) <= _MOST_BACKGROUND and _is_lasting(text, tokens, words):
        return Verdict(kind, 0.3, "what has long been so")
    return Verdict(kind, 0.8, f"it is told {'now' if is_added else 'no longer'}")


def _is_lasting(text: str, tokens: Sequence[Token], words: Lexicon) -> bool:
    """Whether it says what has long been so, and tells of nothing that happened, nor of whoever said so."""
    lasting = words.lasting.found(tokens)
    rest = [t for n, t in enumerate(tokens) if not any(start <= n < end for start, end in lasting)]
    happened = tuple(side for pair in words.opposites for side in pair)
    return bool(lasting) and not _is_news(text, rest, words) and not any(one.any_in(rest) for one in happened)


def _is_news(text: str, tokens: Sequence[Token], words: Lexicon) -> bool:
    """Whether it tells of something that happened or may, judges, denies, or says who says so."""
    said = (words.reporting, words.reporting_loaded, words.sources, words.hearsay, words.strong, words.negation)
    happened = (words.modality, *words.outcomes, words.days, *words.weekdays)
    return any(phrases.any_in(tokens) for phrases in (*said, *happened)) or any(mark in text for mark in '«“"„')


def is_correction(tokens: Sequence[Token], words: Lexicon) -> bool:
    """Whether it tells what was wrong: it says so at its beginning, or few words name the text and an error in it."""
    if words.correction.any_in(tokens[:_OPENING]):
        return True
    if len(tokens) > _MOST_NOTE:
        return False
    return words.text_words.any_in(tokens[:_OPENING]) and words.error_words.any_in(tokens)


def _byline(*, is_added: bool) -> Verdict:
    """One where none stood says more than before; one that was taken out says less."""
    if is_added:
        return Verdict(ChangeClass.DATE_OR_BYLINE, 0.1, "who wrote it, or when, is told now")
    return Verdict(ChangeClass.DATE_OR_BYLINE, 0.6, "who wrote it, or when, is told no longer")


def is_boilerplate(tokens: Sequence[Token], words: Lexicon) -> bool:
    """Whether a paragraph calls to read, follow or subscribe, or counts its readers."""
    said = [t for t in tokens if t.is_word]
    has_phrase = any(end - start > 1 for start, end in words.boilerplate.found(tokens))
    is_call = has_phrase or words.addressed.any_in(tokens)
    is_sentence = bool(tokens) and tokens[-1].text in _ENDS and len(said) > (_FEW if is_call else _ALONE)
    if has_phrase and len(tokens) <= _MOST_CALL and words.addressed.any_in(tokens):
        return True
    if words.boilerplate.begin(tokens) and len(tokens) <= _MOST_CALL:
        return not is_sentence or any(end - start > 1 for start, end in words.boilerplate.found(tokens))
    if len(said) > _FEW:
        return False
    found = list(words.boilerplate.found(tokens))  # "abone olun" in a short sentence is a call, "views" is none
    return bool(found) and (not is_sentence or any(end - start > 1 for start, end in found))


def may_be_call(text: str) -> bool:
    """Whether a paragraph is as short as a call to read on, and no sentence: what it is, its neighbours tell."""
    return text.rstrip()[-1:] not in _ENDS and len(text.split()) <= _FEW


def is_byline(text: str, tokens: Sequence[Token], words: Lexicon) -> bool:
    """Whether a short paragraph names who wrote it."""
    is_said = words.byline.begin(tokens) and not text.rstrip().endswith((".", "!", "?"))
    return is_said and sum(t.is_capital for t in tokens) >= 1 and len(tokens) <= 12
