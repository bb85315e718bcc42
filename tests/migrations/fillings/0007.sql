-- builds on 0006
-- A text in two parts, and a report with its press release.

INSERT INTO "extraction_part" ("id", "extraction_id", "number", "fetch_id")
VALUES (1, 1, 2, 3);

INSERT INTO "report_release" ("id", "report_id", "release_id", "linked_in", "noted_at")
VALUES (1, 1, 1, 'release', '2026-03-02 09:05:00.250000');
