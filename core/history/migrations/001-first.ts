/**
 * The whole schema of the history. Shipped steps are never edited: a change is a new step.
 *
 * Why it looks like this:
 * - `item` is what arrived and never changes. What is made of it later (read, pinned, how its deliveries went) stands beside it.
 * - `result` repeats the worst delivery of each item and three counts, so that neither the list nor its views count anything.
 * - `counter` is kept up in the transactions that change what it counts: counting a million rows takes longer than a page may.
 * - Bodies are apart, so that a list never reads their pages. A body has one owner, an item or an attempt, which deletes it; there is no foreign
 *   key on `body_id`, because SQLite would look through all owners for each body that is deleted.
 * - Ids of items, deliveries and attempts are given out by the writer (row-ids.ts): others remember them, so that of a deleted row must not come
 *   back as something else. AUTOINCREMENT would say the same and take a sixth of the insert rate.
 * - \`delivery.live\` says that a delivery still has something to come; an index on its states would compare texts for each row.
 * - Sources and targets that were removed keep a row, because items and deliveries name them.
 */
export const first = `
CREATE TABLE source (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  relay_url TEXT NOT NULL,
  token_key TEXT NOT NULL,
  buckets TEXT NOT NULL,
  held INTEGER NOT NULL,
  disconnected INTEGER NOT NULL,
  ttl_ms INTEGER,
  created_at INTEGER NOT NULL,
  removed_at INTEGER
) STRICT;

CREATE TABLE target (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  url TEXT NOT NULL,
  options TEXT NOT NULL,
  held INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  removed_at INTEGER
) STRICT;

CREATE TABLE source_target (
  source_id INTEGER NOT NULL REFERENCES source(id),
  target_id INTEGER NOT NULL REFERENCES target(id),
  position INTEGER NOT NULL,
  PRIMARY KEY (source_id, target_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX source_target_by_target ON source_target(target_id);

CREATE TABLE setting (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE item (
  id INTEGER PRIMARY KEY,
  uid TEXT NOT NULL UNIQUE,
  source_id INTEGER REFERENCES source(id),
  origin_id TEXT,
  kind TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  stored_at INTEGER NOT NULL,
  relay_seq INTEGER,
  parent_id INTEGER,
  body_id INTEGER,
  body_bytes INTEGER NOT NULL,
  mount_bytes INTEGER NOT NULL,
  method TEXT NOT NULL,
  request_target TEXT NOT NULL,
  provider TEXT,
  event TEXT,
  content_type TEXT,
  detail TEXT,
  remote TEXT,
  sender_id TEXT,
  body_sha256 BLOB NOT NULL,
  headers BLOB NOT NULL,
  trailers BLOB,
  UNIQUE (source_id, origin_id)
) STRICT;
CREATE INDEX item_by_source ON item(source_id);
CREATE INDEX item_by_parent ON item(parent_id) WHERE parent_id IS NOT NULL;

CREATE TABLE mark (
  item_id INTEGER PRIMARY KEY REFERENCES item(id) ON DELETE CASCADE,
  pinned INTEGER NOT NULL DEFAULT 0,
  colour INTEGER,
  note TEXT,
  read_at INTEGER
) STRICT;
CREATE INDEX mark_pinned ON mark(item_id) WHERE pinned = 1;

CREATE TABLE body (
  id INTEGER PRIMARY KEY,
  sha256 BLOB,
  bytes INTEGER,
  inline BLOB
) STRICT;
CREATE INDEX body_unfinished ON body(id) WHERE sha256 IS NULL;

CREATE TABLE body_chunk (
  body_id INTEGER NOT NULL REFERENCES body(id) ON DELETE CASCADE,
  n INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  UNIQUE (body_id, n)
) STRICT;

CREATE TABLE delivery (
  id INTEGER PRIMARY KEY,
  item_id INTEGER NOT NULL REFERENCES item(id) ON DELETE CASCADE,
  target_id INTEGER REFERENCES target(id),
  url TEXT NOT NULL,
  reason TEXT NOT NULL,
  state TEXT NOT NULL,
  live INTEGER NOT NULL,
  hold_reason TEXT,
  created_at INTEGER NOT NULL,
  next_attempt_at INTEGER,
  attempts INTEGER NOT NULL DEFAULT 0,
  status INTEGER,
  failure_code TEXT,
  latency_ms REAL
) STRICT;
CREATE INDEX delivery_by_item ON delivery(item_id);
CREATE INDEX delivery_live ON delivery(id) WHERE live = 1;

CREATE TABLE attempt (
  id INTEGER PRIMARY KEY,
  delivery_id INTEGER NOT NULL REFERENCES delivery(id) ON DELETE CASCADE,
  n INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  connected_ms REAL,
  first_byte_ms REAL,
  total_ms REAL NOT NULL,
  reconnected INTEGER NOT NULL,
  sent_method TEXT NOT NULL,
  sent_origin TEXT NOT NULL,
  sent_path TEXT NOT NULL,
  sent_headers BLOB NOT NULL,
  sent_bytes INTEGER NOT NULL,
  sent_sha256 TEXT NOT NULL,
  sent_body_id INTEGER,
  status INTEGER,
  reason_phrase TEXT,
  headers BLOB,
  body_bytes INTEGER,
  kept_bytes INTEGER,
  body_sha256 TEXT,
  cut INTEGER,
  body_id INTEGER,
  failure TEXT
) STRICT;
CREATE INDEX attempt_by_delivery ON attempt(delivery_id);

CREATE TABLE result (
  item_id INTEGER PRIMARY KEY REFERENCES item(id) ON DELETE CASCADE,
  source_id INTEGER,
  delivery_id INTEGER NOT NULL,
  deliveries INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  held INTEGER NOT NULL,
  retrying INTEGER NOT NULL
) STRICT;
CREATE INDEX result_failed ON result(item_id, source_id) WHERE failed > 0;
CREATE INDEX result_held ON result(item_id, source_id) WHERE held > 0;

CREATE TABLE tombstone (
  source_id INTEGER NOT NULL,
  origin_id TEXT NOT NULL,
  until INTEGER NOT NULL,
  PRIMARY KEY (source_id, origin_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX tombstone_until ON tombstone(until);

CREATE TABLE counter (
  name TEXT NOT NULL,
  source_id INTEGER NOT NULL,
  value INTEGER NOT NULL,
  PRIMARY KEY (name, source_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE draft (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  parent_id INTEGER,
  changed_at INTEGER NOT NULL,
  content TEXT NOT NULL,
  body BLOB
) STRICT;

CREATE TABLE progress (
  name TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO progress (name, value) VALUES ('search', 0);

CREATE TABLE scratch (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  filling BLOB NOT NULL
) STRICT;

CREATE VIRTUAL TABLE search USING fts5(
  target, headers, body, note,
  content='', contentless_delete=1, tokenize='unicode61', prefix='2 3'
);
`
