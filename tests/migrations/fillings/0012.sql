-- builds on 0011
-- A record whose bytes retention dropped.

UPDATE "record"
SET dropped_at = '2026-04-05 01:00:00.000000'
WHERE id = (SELECT max(id) FROM "record");
