-- builds on 0014
-- An edit with a change, a step of an article's state, and a takedown.

INSERT INTO "edit" ("revision_id", "base_id", "standing", "significance", "is_silent", "rules")
VALUES (2, 1, 'edit', 0.7, true, 'changes/1');

INSERT INTO "change" ("id", "revision_id", "number", "kind", "also", "before", "after", "before_start", "before_end", "after_start", "after_end", "significance", "reason", "digest", "is_flap")
VALUES (1, 2, 1, 'number', '[]', '3', '5', 10, 11, 10, 11, 0.7, 'a figure is another', 'c1', false);

INSERT INTO "article_state" ("id", "article_id", "state", "at", "fetch_id", "how", "last_seen_at", "looks")
VALUES (1, 1, 'suspected', '2026-03-02 09:05:00.250000', 3, 'not_found', '2026-03-02 05:05:00.000000', 1);

INSERT INTO "takedown" ("id", "outlet", "article_id", "url", "reason", "decided_at")
VALUES (1, 'xeber', 1, 'https://xeber.example/sel', 'An example.', '2026-03-03 05:00:00.000000');

INSERT INTO "takedown_url" ("id", "takedown_id", "url_key")
VALUES (1, 1, 'xeber.example/sel');
