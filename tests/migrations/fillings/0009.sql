-- builds on 0008
INSERT INTO "article_number" ("id", "outlet", "number", "numbering", "is_shared", "article_id", "first_seen_at")
VALUES (1, 'xeber', '787902', 'xeber.example/az', true, 1, '2026-03-02 05:05:00.000000');

INSERT INTO "article_merge" ("id", "article_id", "into_id", "evidence", "reason", "decided_at", "undone_at", "undone_reason")
VALUES (1, 1, 1, 'person', 'An example.', '2026-03-03 05:00:00.000000', '2026-03-03 06:00:00.000000', 'It was another article.');

INSERT INTO "alternate" ("id", "article_id", "url_key", "url", "language", "first_seen_at")
VALUES (1, 1, 'xeber.example/ru/sel', 'https://xeber.example/ru/sel', 'ru', '2026-03-02 05:05:00.000000');
