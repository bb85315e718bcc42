"""How well changes are told: ``python bench/changes.py SHARED [--pairs N] [--errors]``.

First the labelled pairs of SHARED/data/gold with their scorer; then N pairs made from the real texts of
SHARED/data/pages by edits that are known: found where, told as what, how quick. Without SHARED it says what it skips.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import sys
import tarfile
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from analysis.changes import Block, Change, ChangeClass, Role, changes_between
from analysis.changes.quotes import quoted_spans
from domain.topic import Span
from text.clean import clean_text

_LONGEST_CHARS = 200_000
_NUMBER = re.compile(r"(?<![\w.,])\d{2,4}(?![\w.,]*\d)")
_QUOTE = re.compile(r"“[^“”]{40,400}”")
_WORD = re.compile(r"(?<=[a-z] )[a-z]{5,12}(?= [a-z])")
_NAME = re.compile(r"(?<=[a-z] )[A-Z][a-z]{3,12}(?= [a-z])")
_NAMES = ("Aghbulag", "Qaradagh", "Qumburnu", "Elmar Sadiqli", "Rena Almazova")


class Edit(NamedTuple):
    """What a known edit made: the paragraphs, its class, and where it stands in which of them."""

    after: list[str]
    kind: ChangeClass
    paragraph: int
    inside: Span


Editor = Callable[[list[str], random.Random], Edit | None]  # None: the text has no place for it


def main() -> int:
    """Prints both tables and the speed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path, nargs="?", default=None)
    parser.add_argument("--pairs", type=int, default=10_000)
    parser.add_argument("--errors", action="store_true", help="print each labelled pair that was judged wrongly")
    options = parser.parse_args()
    gold = options.shared / "data/gold/changes.jsonl" if options.shared else None
    if gold is None or not gold.exists():
        print(f"changes: skipped, no gold file {gold or 'given'}: classes, weight and speed are not measured")
        return 0
    score_gold(gold, errors=options.errors)
    texts = [text for text in real_texts(options.shared / "data/pages") if text.count("\n\n") >= 3]
    if texts:
        print_made(texts, options.pairs)
    return 0


def score_gold(gold: Path, *, errors: bool) -> None:
    """The labelled pairs, by the scorer that lies beside them."""
    rows = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines() if line.strip()]
    predictions = [predicted(row) for row in rows]
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        file.writelines(json.dumps(prediction, ensure_ascii=False) + "\n" for prediction in predictions)
        file.flush()
        subprocess.run([sys.executable, str(gold.parent / "score.py"), "changes", str(gold), file.name], check=True)
    if errors:
        for row, prediction in zip(rows, predictions, strict=True):
            print_errors(row, prediction["changes"])


def predicted(row: dict[str, Any]) -> dict[str, Any]:
    """What is told of one labelled pair, in the shape that the scorer reads."""
    found = changes_between(_labelled(row, "before"), _labelled(row, "after"), language=row["lang"])
    return {"id": row["id"], "changes": [_as_gold(change) for change in found]}


def _labelled(row: dict[str, Any], side: str) -> tuple[Block, ...]:
    paragraphs = zip(row[f"roles_{side}"], row[side].split("\n\n"), strict=True)
    return tuple(Block(Role(role), text) for role, text in paragraphs)


def _as_gold(change: Change) -> dict[str, Any]:
    return {
        "class": change.kind.value,
        "before": change.before,
        "after": change.after,
        "before_span": [change.before_span.start, change.before_span.end],
        "after_span": [change.after_span.start, change.after_span.end],
        "significant": change.is_significant,
    }


def print_errors(row: dict[str, Any], found: list[dict[str, Any]]) -> None:
    """The pair where classes or weights are not those of the gold."""
    wanted = [change for change in row["changes"] if change["class"] != "none"]
    told = Counter((change["class"], change["significant"]) for change in found)
    if told == Counter((change["class"], change["significant"]) for change in wanted):
        return
    print(f"{row['id']}\n  {row['before']!r}\n  {row['after']!r}")
    for name, changes in (("gold", wanted), ("told", found)):
        for change in changes:
            print(f"    {name} {change['class']} {change['significant']} {change['before']!r} → {change['after']!r}")


def real_texts(folder: Path) -> Iterator[str]:
    """The gold texts of real pages, their paragraphs parted by an empty line."""
    for path in sorted(folder.glob("*.tar")):
        with tarfile.open(path) as tar:
            for member in tar:
                file = tar.extractfile(member) if member.name.endswith(".gold.jsonl") else None
                for line in file.read().decode("utf-8").strip().split("\n") if file else []:
                    lines = (clean_text(one).strip() for one in str(json.loads(line).get("text") or "").split("\n"))
                    yield "\n\n".join(one for one in lines if one)


def print_made(texts: list[str], count: int) -> None:
    """Pairs made by one known edit each: what was found by class, what was told besides, and how quick."""
    chance = random.Random(5)
    times: list[float] = []
    hits: defaultdict[str, Counter[str]] = defaultdict(Counter)
    while len(times) < count:
        paragraphs = chance.choice(texts).split("\n\n")
        edit = chance.choice(EDITORS)(paragraphs, chance)
        if edit is None:
            continue
        before, after = _as_blocks(paragraphs), _as_blocks(edit.after)
        began = time.process_time()
        found = changes_between(before, after, language="en")
        times.append(time.process_time() - began)
        _count(edit, found, hits)
    print(f"\nmade from real texts: {len(times):,} pairs out of {len(texts)} texts")
    print(f"  {'class':22}  made  found  told as it  told besides")
    for kind, counts in sorted(hits.items()):
        made = counts["made"]
        found_share, right = (counts[name] / made if made else 0.0 for name in ("found", "right"))
        print(f"  {kind:22} {made:5}  {found_share:5.3f}  {right:10.3f}  {counts['besides']:12}")
    longest = f"the longest, {_LONGEST_CHARS:,} characters: {_longest(texts):.2f} s"
    print(f"  {1 / median(times):,.0f} pairs a second of CPU (median); {longest}")


def _count(edit: Edit, found: tuple[Change, ...], hits: defaultdict[str, Counter[str]]) -> None:
    start = sum(len(paragraph) + 2 for paragraph in edit.after[: edit.paragraph])
    at = Span(start + edit.inside.start, start + edit.inside.end)
    near = [
        change for change in found if change.after_span.start <= at.end + 2 and at.start <= change.after_span.end + 2
    ]
    best = max(near, key=lambda change: change.kind is edit.kind, default=None)
    hits[edit.kind]["made"] += 1
    hits[edit.kind]["found"] += best is not None
    hits[edit.kind]["right"] += best is not None and best.kind is edit.kind
    for change in found:
        hits[change.kind]["besides"] += change is not best


def _as_blocks(paragraphs: list[str]) -> tuple[Block, ...]:
    return tuple(Block(Role.BODY, paragraph) for paragraph in paragraphs)


def _replaced(pattern: re.Pattern[str], kind: ChangeClass, new: Callable[[str, random.Random], str]) -> Editor:
    def edit(paragraphs: list[str], chance: random.Random) -> Edit | None:
        places = [
            (n, m) for n, text in enumerate(paragraphs) for m in pattern.finditer(text) if _is_free(text, m, kind)
        ]
        if not places:
            return None
        number, match = chance.choice(places)
        word = new(match.group(), chance)
        changed = paragraphs[number][: match.start()] + word + paragraphs[number][match.end() :]
        after = [*paragraphs[:number], changed, *paragraphs[number + 1 :]]
        return Edit(after, kind, number, Span(match.start(), match.start() + len(word)))

    return edit


def _is_free(text: str, match: re.Match[str], kind: ChangeClass) -> bool:
    """Whatever changes inside a quotation is a change of the quotation."""
    is_quoted = any(quote.start <= match.start() < quote.end for quote in quoted_spans(text))
    return kind in (ChangeClass.QUOTATION, ChangeClass.TYPOGRAPHY) or not is_quoted


def _moved(paragraphs: list[str], chance: random.Random) -> Edit | None:
    old = chance.randrange(len(paragraphs))
    new = chance.choice([n for n in range(len(paragraphs)) if abs(n - old) > 1] or [old])
    if new == old or len(set(paragraphs)) < len(paragraphs):
        return None
    after = [paragraph for n, paragraph in enumerate(paragraphs) if n != old]
    after.insert(new, paragraphs[old])
    return Edit(after, ChangeClass.MOVED, new, Span(0, len(paragraphs[old])))


def _dropped(paragraphs: list[str], chance: random.Random) -> Edit:
    number = chance.randrange(1, len(paragraphs))
    after = [*paragraphs[:number], *paragraphs[number + 1 :]]
    end = len(after[number - 1])
    return Edit(after, ChangeClass.PARAGRAPH_REMOVED, number - 1, Span(end, end))


def _put_in(paragraphs: list[str], chance: random.Random) -> Edit:
    new = f"Papers seen by the desk name {chance.choice(_NAMES)} as the owner of {chance.randint(2, 90)} plots."
    number = chance.randrange(1, len(paragraphs))
    after = [*paragraphs[:number], new, *paragraphs[number:]]
    return Edit(after, ChangeClass.PARAGRAPH_ADDED, number, Span(0, len(new)))


def _half(quote: str, _chance: random.Random) -> str:
    words = quote.split(" ")
    return " ".join(words[: max(1, len(words) // 2)]).rstrip(" ,;”") + "”"


EDITORS: tuple[Editor, ...] = (
    _replaced(_NUMBER, ChangeClass.NUMBER, lambda old, chance: str(int(old) + chance.randint(1, 9))),
    _replaced(_NAME, ChangeClass.NAME, lambda _old, chance: chance.choice(_NAMES)),
    _replaced(_QUOTE, ChangeClass.QUOTATION, _half),
    _replaced(_WORD, ChangeClass.NEGATION_OR_MODALITY, lambda old, _chance: f"allegedly {old}"),
    _replaced(_WORD, ChangeClass.STRONG_TERM, lambda _old, chance: chance.choice(("massacre", "regime", "traitors"))),
    _replaced(re.compile(", "), ChangeClass.TYPOGRAPHY, lambda _old, _chance: " – "),
    _replaced(_WORD, ChangeClass.TYPOGRAPHY, lambda old, _chance: old.capitalize()),
    _moved,
    _dropped,
    _put_in,
)


def _longest(texts: list[str]) -> float:
    """Seconds of CPU that a pair of 200,000 characters takes, every tenth paragraph edited."""
    paragraphs: list[str] = []
    for text in texts:
        paragraphs += text.split("\n\n")
        if sum(map(len, paragraphs)) > _LONGEST_CHARS:
            break
    after = [p if n % 10 else p.replace(" the ", " those ").replace("1", "7") for n, p in enumerate(paragraphs)]
    before, now = _as_blocks(paragraphs), _as_blocks(after)
    began = time.process_time()
    changes_between(before, now, language="en")
    return time.process_time() - began


if __name__ == "__main__":
    sys.exit(main())
