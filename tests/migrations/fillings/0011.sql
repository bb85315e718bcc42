-- builds on 0010
-- A gap that a backfill caught up.

UPDATE "gap"
SET caught_up_at = '2026-03-05 10:00:00.000000'
WHERE id = 1;
