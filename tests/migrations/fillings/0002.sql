-- builds on 0001
-- The index of the article's words, which the application writes on SQLite; PostgreSQL makes its own.

-- sqlite only
INSERT INTO search_index (rowid, title_terms, text_terms)
SELECT article_id, title_terms, text_terms FROM search_document;
