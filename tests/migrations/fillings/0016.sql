-- builds on 0015
-- A post that was missing where its channel shows others.

UPDATE "entry" SET "missed_at" = '2026-03-02 09:05:00.000000' WHERE "id" = 1;
