-- builds on 0007
-- An address that somebody added by hand, which no fetch showed.

INSERT INTO "entry" ("id", "channel_id", "url_key", "url", "target_outlet", "authors", "categories", "first_seen_at", "last_seen_at")
VALUES (101, 1, 'xeber.example/sened', 'https://xeber.example/sened', 'xeber', '[]', '[]', '2026-03-02 09:05:02.000000', '2026-03-02 09:05:02.000000');
