-- builds on 0004
-- What platforms tell of posts and videos, and views over time.

UPDATE channel
SET platform_id = 'UCinvented0000000000000a'
WHERE id = 1;

UPDATE entry
SET duration_s = 754, forwarded_from = 'Liman xəbərləri', is_edited = TRUE, links = '["https://xeber.example/a"]'
WHERE id = 1;

INSERT INTO "entry_views" ("id", "entry_id", "observed_at", "views")
VALUES (1, 1, '2026-03-02 05:05:00.000000', 2650);
