-- Relationships with the names of both ends, their areas in one line and how many citations they have.
CREATE VIEW "named" AS
SELECT r."id", f."name" AS "fromName", t."name" AS "toName", r."kind", r."label", r."alignment", r."tier",
  r."assertion", r."start", r."end", r."status", r."observedUntil", r."confidence",
  (SELECT group_concat(a."description", '; ') FROM "areas" a WHERE a."relationship" = r."id") AS "areas",
  (SELECT count(*) FROM "citations" c WHERE c."relationship" = r."id") AS "citations",
  r."possibleFrom", r."certainFrom", r."certainUntil", r."possibleUntil"
FROM "relationships" r JOIN "actors" f ON f."id" = r."from" JOIN "actors" t ON t."id" = r."to";
