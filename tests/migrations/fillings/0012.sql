-- builds on 0011
-- A poll that brought the bytes of the one before; retention dropped them.

INSERT INTO "record" ("id", "record_id", "file", "offset", "length", "kind", "payload_sha256", "dropped_at")
VALUES (90, 'urn:uuid:00000000-0000-4000-8000-000000000090', 'parallax-crawl-20260302050500-000001.warc.gz', 90000, 400, 'revisit', '3660315a9af3df255d8f19ab077e4797822b41488a0e2a04bc6af71213c23274', '2026-06-05 00:30:00.000000');

INSERT INTO "fetch" ("id", "target_id", "outlet", "channel_id", "run_id", "record_id", "url", "reason", "requested_at", "received_at", "conditional", "status", "outcome", "content_type", "body_sha256", "body_bytes")
VALUES (90, 1, 'xeber', 1, 1, 90, 'https://xeber.example/feed', 'poll', '2026-03-02 08:05:00.000000', '2026-03-02 08:05:01.500000', false, 200, 'same_content', 'application/rss+xml', '3660315a9af3df255d8f19ab077e4797822b41488a0e2a04bc6af71213c23274', 4);
