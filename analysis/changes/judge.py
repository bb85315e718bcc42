"""What a run of changed words is, and how much it matters: the rules, in the order of their certainty."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.changes.attributions import cited, hearsay, judging_speaker, reporting, said_by_others, source, subject
from analysis.changes.figures import measure, number
from analysis.changes.links import link
from analysis.changes.marks import marks, slip, typo
from analysis.changes.model import ChangeClass
from analysis.changes.naming import expansion, initial, name, status
from analysis.changes.place import Place, Verdict
from analysis.changes.polarity import opposite, outcome, voice
from analysis.changes.strong_terms import strong
from analysis.changes.sureness import polarity
from analysis.changes.tokens import Token, kept_share

_CLAUSE, _OTHERS = 5, 0.3  # words that say something, and the share of them that is kept
_MARKUP = frozenset("[]()")
_RULES = (
    measure, marks, link, initial, expansion, hearsay, source, number, said_by_others, polarity, opposite, voice,
    judging_speaker, strong, reporting, cited, status, name, outcome, slip, subject, typo,
)  # fmt: skip


def judged(place: Place) -> Verdict:
    """The first rule that fits."""
    return next((verdict for rule in _RULES if (verdict := rule(place)) is not None), _wording(place))


def _wording(place: Place) -> Verdict:
    """The more words, the more worth a look; a rule would have to speak for it to be significant."""
    stop = place.words.stop
    said, says = ([t for t in tokens if t.is_word and t.folded not in stop] for tokens in (place.old, place.new))
    if min(len(said), len(says)) == 0 and max(len(said), len(says)) >= _CLAUSE:
        return Verdict(ChangeClass.WORDING, 0.6, "a clause is put in or left out")
    if min(len(said), len(says)) >= _CLAUSE and kept_share(place.old, place.new, stop) < _OTHERS:
        return Verdict(ChangeClass.WORDING, 0.6, "most of a long stretch is other words")
    count = max(len([t for t in tokens if t.is_word]) for tokens in (place.old, place.new))
    return Verdict(ChangeClass.WORDING, min(0.1 * (1 + count), 0.4), "other words, of which no rule says anything")


def is_markup(tokens: Sequence[Token]) -> bool:
    """Whether only brackets of a link stand there."""
    return bool(tokens) and all(t.text in _MARKUP for t in tokens)
