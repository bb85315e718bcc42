"""Writes articles and the edits in them, out of one bank. What an edit needs stands in the text from the start."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from tests.ledger_world.bank import Bank, Filler, edited_words, sides

OWN_PARAGRAPH = frozenset({"boilerplate", "date_or_byline"})
BY_RULE = frozenset({"paragraph_added", "paragraph_removed", "moved", "correction_notice", "typography"})
_SENTENCES = 8
_MOVED_BY = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """A headline, sentence or paragraph: ``before`` before version ``since``, then ``after``; empty: not there."""

    before: str
    after: str
    since: int = 0

    def at(self, version: int) -> str:
        """What it says in that version."""
        return self.after if version >= self.since else self.before


@dataclass(frozen=True, slots=True)
class Words:
    """The words that an edit changes, before and after."""

    before: str
    after: str


class Text:
    """An article in all its versions, made of pieces; each edit is planted in pieces of its own."""

    def __init__(self, title: str, paragraphs: list[list[str]]) -> None:
        self.title = Piece(title, title)
        self.paragraphs = [[Piece(one, one) for one in sentences] for sentences in paragraphs]

    def at(self, version: int) -> tuple[str, tuple[str, ...]]:
        """(headline, paragraphs) of a version."""
        joined = (" ".join(filter(None, (piece.at(version) for piece in pieces))) for pieces in self.paragraphs)
        return self.title.at(version), tuple(paragraph for paragraph in joined if paragraph)


class Writer:
    """Writes one article and plants edits in it."""

    def __init__(self, bank: Bank, random: Random) -> None:
        self._bank = bank
        self._random = random
        self._filler = Filler(bank, random)

    def text(self) -> Text:
        """A story: its lead and four paragraphs of two sentences."""
        story = self._random.choice(self._bank.stories)
        chosen = self._random.sample(story.body, min(_SENTENCES, len(story.body)))
        sentences = [self._filler.fill(one) for one in chosen]
        paragraphs = [sentences[at : at + 2] for at in range(0, len(sentences), 2)]
        return Text(self._filler.fill(story.headline), [[self._filler.fill(story.lead)], *paragraphs])

    def live(self, clocks: list[str]) -> tuple[str, ...]:
        """Entries of a live blog, one for each time of day."""
        forms = self._random.sample(self._bank.live, len(self._bank.live))
        return tuple(f"{clock} {self._filler.fill(forms[at % len(forms)])}" for at, clock in enumerate(clocks))

    def plant(self, text: Text, version: int, kind: str, form: int, *, is_significant: bool) -> Words:
        """Have ``text`` edited from ``version`` on; ``form`` chooses among the edited sentences of the class."""
        if kind in BY_RULE:
            return self._by_rule(text, version, kind)
        forms = (self._bank.significant if is_significant else self._bank.minor)[kind]
        written = self._filler.fill(forms[form % len(forms)])
        piece = Piece(*sides(written), version)
        if kind == "headline":
            text.title = piece
        elif kind == "lead":
            text.paragraphs[0] = [piece]
        elif kind in OWN_PARAGRAPH:
            text.paragraphs.append([piece])
        else:
            self._paragraph(text).append(piece)
        return Words(*edited_words(written))

    def _paragraph(self, text: Text) -> list[Piece]:
        """One below the lead that stands whole in every version and has no planted sentence yet."""
        free = [
            pieces for pieces in text.paragraphs[1:] if len(pieces) == 2 and not any(piece.since for piece in pieces)
        ]
        return self._random.choice(free)

    def _extra(self) -> str:
        return self._filler.fill(self._random.choice(self._bank.extras))

    def _by_rule(self, text: Text, version: int, kind: str) -> Words:
        if kind == "correction_notice":
            return self._with_notice(text, version)
        if kind == "typography":
            return self._with_other_marks(text, version)
        extra = self._extra()
        place = self._random.randrange(1, len(text.paragraphs) - 1)
        if kind == "paragraph_added":
            text.paragraphs.insert(place, [Piece("", extra, version)])
            return Words("", extra)
        text.paragraphs.insert(place if kind == "paragraph_removed" else 1, [Piece(extra, "", version)])
        if kind == "paragraph_removed":
            return Words(extra, "")
        text.paragraphs.insert(2 + _MOVED_BY, [Piece("", extra, version)])
        return Words(extra, extra)

    def _with_notice(self, text: Text, version: int) -> Words:
        """A number is put right, and a note at the end says that something was."""
        self.plant(text, version, "number", self._random.randrange(1_000), is_significant=True)
        notice = self._filler.fill(self._random.choice(self._bank.notices))
        text.paragraphs.append([Piece("", notice, version)])
        return Words("", notice)

    def _with_other_marks(self, text: Text, version: int) -> Words:
        """A capital or the mark at the end, in a sentence that stays."""
        before = self._extra()
        words = before.rstrip(".").split(" ")
        small = [at for at, word in enumerate(words) if at and word.islower() and not word.startswith("i")]
        if small and self._random.random() < 0.5:
            at = self._random.choice(small)
            after = " ".join([*words[:at], words[at].capitalize(), *words[at + 1 :]]) + "."
            changed = Words(words[at], words[at].capitalize())
        else:
            after = " ".join(words) + "…"
            changed = Words(words[-1] + ".", words[-1] + "…")
        self._paragraph(text).append(Piece(before, after, version))
        return changed
