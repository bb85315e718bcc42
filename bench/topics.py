"""How well topics find their sentences: ``python bench/topics.py SHARED`` scores the gold under SHARED/data/gold."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from analysis.topic_text import read_text
from analysis.topics import CompiledTopic, compile_topic
from domain.topic import Topic

ARTICLE_SENTENCES = 60  # about 3,000–5,000 characters


def main() -> int:
    """Prints the score table, then speed and (with --errors) each wrong sentence."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("shared", type=Path, nargs="?", default=None)
    arguments.add_argument("--errors", action="store_true", help="print each sentence that was judged wrongly")
    options = arguments.parse_args()
    gold = options.shared / "data/gold/topics.jsonl" if options.shared else None
    if gold is None or not gold.exists():
        print(f"topics: skipped, no gold file {gold or 'given'}: relevance, spans and speed are not measured")
        return 0
    rows = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines() if line.strip()]
    compiled = {row["id"]: compile_topic(Topic(row["id"], row["topic"], row["queries"])) for row in rows}
    predictions = [predicted(sentence, compiled[row["id"]]) for row in rows for sentence in row["sentences"]]
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        file.writelines(json.dumps(prediction, ensure_ascii=False) + "\n" for prediction in predictions)
        file.flush()
        subprocess.run([sys.executable, str(gold.parent / "score.py"), "topics", str(gold), file.name], check=True)
    if options.errors:
        print_errors(rows, predictions)
    print_speed(rows, tuple(compiled.values()))
    return 0


def predicted(sentence: dict[str, Any], topic: CompiledTopic) -> dict[str, Any]:
    """What the matcher says of one gold sentence, in the shape that the scorer reads."""
    spans = topic.match(sentence["text"], sentence["lang"])
    found = [{"start": span.start, "end": span.end} for span in spans or ()]
    return {"id": sentence["id"], "relevant": spans is not None, "spans": found}


def print_errors(rows: list[dict[str, Any]], predictions: list[dict[str, Any]]) -> None:
    """Each sentence whose relevance or spans differ from the gold."""
    by_id = {prediction["id"]: prediction for prediction in predictions}
    for row in rows:
        for sentence in row["sentences"]:
            found = by_id[sentence["id"]]
            text, wanted = sentence["text"], [s["text"] for s in sentence["spans"]]
            got = [text[s["start"] : s["end"]] for s in found["spans"]]
            if found["relevant"] != sentence["relevant"]:
                kind = "missed" if sentence["relevant"] else "false"
                print(f"  {kind:6} {sentence['lang']} {text} | {wanted} {sentence.get('near_miss', '')} {got}")
            elif sentence["relevant"] and wanted != got:
                print(f"  span   {sentence['lang']} {text} | wanted {wanted} got {got}")


def print_speed(rows: list[dict[str, Any]], topics: tuple[CompiledTopic, ...]) -> None:
    """All topics over articles put together from the gold's sentences."""
    articles = []
    for language in ("az", "ru", "tr", "en"):
        sentences = [s["text"] for row in rows for s in row["sentences"] if s["lang"] == language]
        articles += [(" ".join(sentences[i:] + sentences[:i]), language) for i in range(0, ARTICLE_SENTENCES, 5)]
    reading = cpu_seconds(lambda: [read_text.__wrapped__(text, language) for text, language in articles])
    matching = cpu_seconds(lambda: [topic.match(text, language) for text, language in articles for topic in topics])
    chars = sum(len(text) for text, _ in articles) // len(articles)
    print(
        f"speed: {len(topics)} topics over an article of {chars} characters: {len(articles) / matching:.0f} articles/s "
        f"of CPU, {matching / reading:.1f} times what tokenising them takes"
    )


def cpu_seconds(work: Callable[[], object]) -> float:
    """CPU time of this process for ``work``; other processes on the machine do not count."""
    started = time.process_time()
    work()
    return time.process_time() - started


if __name__ == "__main__":
    sys.exit(main())
