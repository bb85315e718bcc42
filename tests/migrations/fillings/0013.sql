-- builds on 0012
-- An entry whose sitemap names its version in another language.

UPDATE entry
SET alternates = '[["ru", "xeber.example/ru/a", "https://xeber.example/ru/a"]]'
WHERE id = 1;
