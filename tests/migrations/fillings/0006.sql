-- builds on 0005
-- A poll of the channel that led to a further document, which was asked for and is to be asked for again.

INSERT INTO "target" ("id", "outlet", "url_key", "url", "host", "channel_id", "via_target_id", "redirects", "reason", "priority", "state", "attempts", "last_fetched_at", "last_outcome", "created_at", "part_of", "mark", "is_needed")
VALUES (101, 'xeber', 'more:feed>xeber.example/feed?page=2', 'https://xeber.example/feed?page=2', 'xeber.example', 1, 1, 0, 'poll', 0, 'idle', 1, '2026-03-02 09:05:10.250000', 'timeout', '2026-03-02 09:05:02.000000', 1, '2026-03-02', true);

INSERT INTO "fetch" ("id", "target_id", "outlet", "channel_id", "url", "reason", "requested_at", "received_at", "conditional", "outcome", "error", "part_of")
VALUES (101, 101, 'xeber', 1, 'https://xeber.example/feed?page=2', 'poll', '2026-03-02 09:05:10.250000', '2026-03-02 09:05:40.250000', false, 'timeout', 'not done in 30 s', 1);
