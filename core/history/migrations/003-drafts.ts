/**
 * Drafts and what was sent of them. The table of the first step was never written to.
 *
 * - A draft's body is a body like any other. While it is the original's, both own the same one; `body_share` counts owners beyond the first, so that
 *   the last to go deletes it. A request that is sent shares its body with its draft likewise: bytes are stored once.
 * - One draft for each original: who edits a request again finds what he had.
 * - `composition` says what a composed request was made of and how it differs from its original, as of its sending: the original may be gone later.
 */
export const drafts = `
DROP TABLE draft;

CREATE TABLE draft (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  parent_id INTEGER UNIQUE,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  touched INTEGER NOT NULL DEFAULT 0,
  content TEXT NOT NULL,
  body_id INTEGER
) STRICT;

CREATE TABLE body_share (
  body_id INTEGER PRIMARY KEY,
  more INTEGER NOT NULL
) STRICT;

CREATE TABLE composition (
  item_id INTEGER PRIMARY KEY REFERENCES item(id) ON DELETE CASCADE,
  draft_id INTEGER NOT NULL,
  n INTEGER NOT NULL,
  url TEXT NOT NULL,
  changes TEXT NOT NULL
) STRICT;
CREATE INDEX composition_by_draft ON composition(draft_id);
`
