-- An invented outlet with an article of two revisions, and a row in every table of revision 0001.

INSERT INTO "catalogue_state" ("id", "catalogue_hash", "first_used_at", "outlets", "topics")
VALUES (1, 'c1', '2026-03-02 05:05:00.000000', 1, 1);

INSERT INTO "outlet" ("slug", "name", "home", "languages", "zone", "enabled", "page_fetch", "first_recorded_at", "last_ok_at")
VALUES ('xeber', 'Xəbər', 'https://xeber.example/', '["az", "ru"]', 'Asia/Baku', true, true, '2026-03-02 05:05:00.000000', '2026-03-02 09:05:00.250000');

INSERT INTO "outlet_group" ("id", "scheme", "outlet", "group_name", "reason", "valid_from", "recorded_at")
VALUES (1, 'parallax', 'xeber', 'independent', 'Invented.', '2020-01-31', '2026-03-02 05:05:00.000000');

INSERT INTO "channel" ("id", "outlet", "slug", "kind", "address", "language", "body", "enabled", "evidence", "probed_on", "window_h", "first_recorded_at", "last_polled_at", "last_ok_at", "last_new_at", "last_outcome", "failures", "polls")
VALUES (1, 'xeber', 'feed', 'feed', 'https://xeber.example/feed', 'az', 'summary', true, 'D', '2026-03-01', 6, '2026-03-02 05:05:00.000000', '2026-03-02 09:05:00.250000', '2026-03-02 09:05:00.250000', '2026-03-02 05:05:00.000000', 'ok', 0, 2);

INSERT INTO "gap" ("id", "channel_id", "from_at", "to_at", "reason", "detail")
VALUES (1, 1, '2026-03-02 05:05:00.000000', '2026-03-02 09:05:00.250000', 'timeout', 'not done in 30 s');

INSERT INTO "topic" ("slug", "title", "current_version_id")
VALUES ('daşqın', 'Flood', 1);

INSERT INTO "topic_version" ("id", "topic", "version", "topic_hash", "title", "queries", "recorded_at")
VALUES (1, 'daşqın', 1, 't1', 'Flood', '{"az": "daşqın OR sel"}', '2026-03-02 05:05:00.000000');

INSERT INTO "host" ("key", "delay_s", "concurrency", "timeout_s", "token", "robots_status", "robots_body", "robots_outcome", "robots_fetched_at")
VALUES ('xeber.example', 3.5, 1, 30.0, 4, 200, 'User-agent: * Allow: /', 'ok', '2026-03-02 05:05:00.000000');

INSERT INTO "target" ("id", "outlet", "url_key", "url", "host", "channel_id", "redirects", "reason", "priority", "state", "next_at", "attempts", "etag", "last_fetched_at", "last_outcome", "created_at")
VALUES (1, 'xeber', 'xeber.example/feed', 'https://xeber.example/feed', 'xeber.example', 1, 0, 'poll', 0, 'due', '2026-03-02 09:05:00.250000', 0, '"e1"', '2026-03-02 09:05:00.250000', 'ok', '2026-03-02 05:05:00.000000');

INSERT INTO "target" ("id", "outlet", "url_key", "url", "host", "via_target_id", "redirects", "reason", "priority", "state", "attempts", "last_fetched_at", "last_outcome", "created_at")
VALUES (2, 'xeber', 'xeber.example/sel', 'https://xeber.example/sel', 'xeber.example', 1, 1, 'recheck', 2, 'idle', 0, '2026-03-02 09:05:00.250000', 'ok', '2026-03-02 05:05:00.000000');

INSERT INTO "run" ("id", "host", "owner", "token", "started_at", "ended_at", "outcome", "counts")
VALUES (1, 'xeber.example', 'boot:1:2:3', 4, '2026-03-02 05:05:00.000000', '2026-03-02 09:05:00.250000', 'done', '{"ok": 3}');

INSERT INTO "record" ("id", "record_id", "file", "offset", "length", "kind", "payload_sha256")
VALUES (1, 'urn:uuid:00000000-0000-4000-8000-000000000001', 'parallax-crawl-20260302050500-000001.warc.gz', 300, 600, 'response', '3660315a9af3df255d8f19ab077e4797822b41488a0e2a04bc6af71213c23274');

INSERT INTO "record" ("id", "record_id", "file", "offset", "length", "kind", "payload_sha256")
VALUES (2, 'urn:uuid:00000000-0000-4000-8000-000000000002', 'parallax-crawl-20260302050500-000001.warc.gz', 900, 600, 'response', '3660315a9af3df255d8f19ab077e4797822b41488a0e2a04bc6af71213c23274');

INSERT INTO "record" ("id", "record_id", "file", "offset", "length", "kind", "payload_sha256")
VALUES (3, 'urn:uuid:00000000-0000-4000-8000-000000000003', 'parallax-crawl-20260302050500-000001.warc.gz', 1500, 600, 'response', '3660315a9af3df255d8f19ab077e4797822b41488a0e2a04bc6af71213c23274');

INSERT INTO "fetch" ("id", "target_id", "outlet", "channel_id", "run_id", "record_id", "url", "reason", "requested_at", "received_at", "conditional", "status", "outcome", "reading", "content_type", "body_sha256", "body_bytes", "listed", "known")
VALUES (1, 1, 'xeber', 1, 1, 1, 'https://xeber.example/feed', 'poll', '2026-03-02 05:05:00.000000', '2026-03-02 05:05:01.500000', false, 200, 'ok', 'listed', 'application/rss+xml', '3660315a9af3df255d8f19ab077e4797822b41488a0e2a04bc6af71213c23274', 4, 1, 0);

INSERT INTO "fetch" ("id", "target_id", "outlet", "run_id", "record_id", "url", "reason", "requested_at", "received_at", "conditional", "status", "outcome", "reading", "content_type", "body_sha256", "body_bytes")
VALUES (2, 2, 'xeber', 1, 2, 'https://xeber.example/sel', 'new', '2026-03-02 05:05:00.000000', '2026-03-02 05:05:01.500000', false, 200, 'ok', 'article', 'text/html', '3660315a9af3df255d8f19ab077e4797822b41488a0e2a04bc6af71213c23274', 4);

INSERT INTO "fetch" ("id", "target_id", "outlet", "run_id", "record_id", "url", "reason", "requested_at", "received_at", "conditional", "status", "outcome", "reading", "content_type", "body_sha256", "body_bytes")
VALUES (3, 2, 'xeber', 1, 3, 'https://xeber.example/sel', 'recheck', '2026-03-02 09:05:00.250000', '2026-03-02 09:05:00.250000', true, 200, 'ok', 'article', 'text/html', '3660315a9af3df255d8f19ab077e4797822b41488a0e2a04bc6af71213c23274', 4);

INSERT INTO "fetch" ("id", "target_id", "outlet", "channel_id", "run_id", "url", "reason", "requested_at", "received_at", "conditional", "outcome", "error")
VALUES (4, 1, 'xeber', 1, 1, 'https://xeber.example/feed', 'poll', '2026-03-02 05:05:00.000000', '2026-03-02 05:05:01.500000', false, 'timeout', 'not done in 30 s');

INSERT INTO "entry" ("id", "channel_id", "url_key", "url", "target_outlet", "guid", "title", "summary", "published_at", "published_offset_min", "published_precision", "published_source", "published_raw", "authors", "categories", "first_seen_at", "last_seen_at", "first_fetch_id")
VALUES (1, 1, 'xeber.example/sel', 'https://xeber.example/sel', 'xeber', '1', 'Daşqın', 'Su səviyyəsi qalxıb.', '2026-03-02 05:05:00.000000', 240, 'minute', 'feed', 'Mon, 02 Mar 2026 09:05 +0400', '["A. B."]', '[]', '2026-03-02 05:05:00.000000', '2026-03-02 09:05:00.250000', 1);

INSERT INTO "article" ("id", "outlet", "url", "first_seen_at", "last_seen_at", "title", "language", "published_at", "published_offset_min", "published_precision", "published_source", "state", "state_at", "text_source", "latest_revision_id", "revisions")
VALUES (1, 'xeber', 'https://xeber.example/sel', '2026-03-02 05:05:00.000000', '2026-03-02 09:05:00.250000', 'Daşqın: yollar bağlıdır', 'az', '2026-03-02 05:05:00.000000', 240, 'minute', 'feed', 'live', '2026-03-02 05:05:00.000000', 'page', 2, 2);

INSERT INTO "article_url" ("id", "outlet", "url_key", "key_version", "article_id", "url", "kind", "first_seen_at")
VALUES (1, 'xeber', 'xeber.example/sel', 1, 1, 'https://xeber.example/sel', 'listed', '2026-03-02 05:05:00.000000');

INSERT INTO "text" ("sha256", "body", "chars")
VALUES ('108a99b3a615ce9e78474da7080b7d69691ad9e499762551f88f37536383d3e7', 'Su səviyyəsi qalxıb. Kəndlər köçürülüb.', 39);

INSERT INTO "text" ("sha256", "body", "chars")
VALUES ('0e28c3ed31892a8548402032f35e16f6e64f1497dc5f5374ee1f68c5d64c402a', 'Su səviyyəsi qalxıb. Kəndlər köçürülüb, yollar bağlıdır.', 56);

INSERT INTO "extraction" ("id", "fetch_id", "article_id", "extractor_hash", "extractor", "settings", "made_at", "text_sha256", "text_source", "title", "authors", "language", "links")
VALUES (1, 2, 1, 'x1', 'test/1', '{}', '2026-03-02 05:05:01.500000', '108a99b3a615ce9e78474da7080b7d69691ad9e499762551f88f37536383d3e7', 'page', 'Daşqın', '["A. B."]', 'az', '["https://xeber.example/"]');

INSERT INTO "revision" ("id", "article_id", "number", "extraction_id", "fetch_id", "text_sha256", "title", "language", "absent_at", "first_seen_at")
VALUES (1, 1, 1, 1, 2, '108a99b3a615ce9e78474da7080b7d69691ad9e499762551f88f37536383d3e7', 'Daşqın', 'az', NULL, '2026-03-02 05:05:01.500000');

INSERT INTO "extraction" ("id", "fetch_id", "article_id", "extractor_hash", "extractor", "settings", "made_at", "text_sha256", "text_source", "title", "authors", "language", "links")
VALUES (2, 3, 1, 'x1', 'test/1', '{}', '2026-03-02 09:05:00.250000', '0e28c3ed31892a8548402032f35e16f6e64f1497dc5f5374ee1f68c5d64c402a', 'page', 'Daşqın: yollar bağlıdır', '["A. B."]', 'az', '["https://xeber.example/"]');

INSERT INTO "revision" ("id", "article_id", "number", "extraction_id", "fetch_id", "text_sha256", "title", "language", "absent_at", "first_seen_at")
VALUES (2, 1, 2, 2, 3, '0e28c3ed31892a8548402032f35e16f6e64f1497dc5f5374ee1f68c5d64c402a', 'Daşqın: yollar bağlıdır', 'az', '2026-03-02 05:05:00.000000', '2026-03-02 09:05:00.250000');

INSERT INTO "mention" ("id", "topic_version_id", "revision_id", "field", "start", "end", "surface")
VALUES (1, 1, 1, 'title', 0, 6, 'Daşqın');

INSERT INTO "search_document" ("article_id", "revision_id", "title_terms", "text_terms")
VALUES (1, 2, 'dasqin yollar baglidir', 'su seviyyesi qalxib kendler kocurulub yollar baglidir');

INSERT INTO "todo" ("id", "kind", "subject_id", "created_at", "attempts", "error")
VALUES (1, 'mentions', 2, '2026-03-02 09:05:00.250000', 1, 'broken once');

INSERT INTO "digest" ("id", "name", "day", "zone", "made_at", "catalogue_hash", "versions", "content")
VALUES (1, 'daily', '2026-03-02', 'Asia/Baku', '2026-03-02 09:05:00.250000', 'c1', '{"parallax": "0.1.0"}', '{}');

INSERT INTO "digest_note" ("id", "digest_id", "noted_at", "note")
VALUES (1, 1, '2026-03-02 09:05:00.250000', 'One article more.');
