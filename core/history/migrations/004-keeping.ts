/**
 * What keeping within limits needs.
 *
 * - `trash` has what the user deleted and may still take back. Lists and counts leave it out; nothing else of it changes until it is deleted.
 * - `waste` has bodies that nobody owns any more and that are too large to be erased within one commit.
 * - The counter `content` sums up bodies and header lines of requests as they came, so that a source's share is known without reading them.
 */
export const keeping = `
CREATE TABLE trash (
  item_id INTEGER PRIMARY KEY REFERENCES item(id) ON DELETE CASCADE
) STRICT;

CREATE TABLE waste (
  body_id INTEGER PRIMARY KEY
) STRICT;

INSERT INTO counter (name, source_id, value)
  SELECT 'content', coalesce(source_id, 0), sum(body_bytes + length(headers)) FROM item GROUP BY coalesce(source_id, 0);
`
