-- builds on 0002
-- The tables and columns of the service.

INSERT INTO "job" ("name", "schedule", "next_at", "last_succeeded_at")
VALUES ('backup', '03:00', '2026-03-02 09:05:00.250000', '2026-03-02 05:05:00.000000');

INSERT INTO "job_run" ("id", "job", "due_at", "owner", "started_at", "ended_at", "outcome", "detail")
VALUES (1, 'backup', '2026-03-02 05:05:00.000000', 'boot:1:2:3', '2026-03-02 05:05:00.000000', '2026-03-02 05:05:01.500000', 'done', '20260302T050500Z');

INSERT INTO "shift" ("id", "owner", "started_at", "last_tick_at", "last_tick_real_at", "ended_at", "outcome", "ticks")
VALUES (1, 'boot:1:2:3', '2026-03-02 05:05:00.000000', '2026-03-02 09:05:00.250000', '2026-03-02 09:05:00.250000', '2026-03-02 09:05:00.250000', 'stopped', 14400);

INSERT INTO "alert" ("id", "kind", "subject", "outlet", "channel_id", "severity", "opened_at", "last_seen_at", "summary", "figures")
VALUES (1, 'silent', 'xeber/feed', 'xeber', 1, 'today', '2026-03-02 05:05:00.000000', '2026-03-02 09:05:00.250000', 'Nothing new for six hours.', '{"hours": "6"}');

INSERT INTO "alert_delivery" ("id", "alert_id", "event", "route", "attempts", "delivered_at")
VALUES (1, 1, 'opened', 'webhook', 1, '2026-03-02 09:05:00.250000');

INSERT INTO "channel_hour" ("id", "channel_id", "hour_at", "outcome", "polls")
VALUES (1, 1, '2026-03-01 05:00:00.000000', 'not_modified', 4);

UPDATE channel
SET next_poll_at = '2026-03-02 10:00:00.000000', interval_s = 3600, setback = 0.25, ttl_s = 600, depth_s = 21600
WHERE id = 1;

UPDATE "fetch"
SET due_at = '2026-03-02 05:04:58.000000', max_age_s = 600
WHERE id = 1;

UPDATE host
SET robots_changed_at = '2026-03-02 05:05:00.000000', certificate_sha256 = 'f0', certificate_changed_at = '2026-03-02 05:05:00.000000',
    certificate_expires_at = '2026-06-02 05:05:00.000000'
WHERE key = 'xeber.example';
