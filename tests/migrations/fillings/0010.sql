-- builds on 0009
-- A fetch that went through a proxy.

UPDATE "fetch"
SET proxy = 'tbilisi'
WHERE id = 1;
