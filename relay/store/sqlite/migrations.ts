import type { Database } from 'better-sqlite3'

/**
 * The schema's history: a step's position is the `user_version` it leads to. Append only: a shipped step is never edited.
 *
 * `item` is a bucket's log. A body of some KiB is sealed together with its item's head; one up to a chunk is its last column, so that reading
 * heads skips it; a longer one has rows in `body_chunk`, written before the item exists. `redelivery` holds further entries of the log for items that are there already.
 * Items name their bucket without a foreign key: a deleted bucket's items are freed piece by piece.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE encryption_key (key_id TEXT PRIMARY KEY, proof BLOB NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE bucket (
    ref INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    settings TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_seq INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE TABLE input (
    id TEXT PRIMARY KEY,
    bucket_id TEXT NOT NULL REFERENCES bucket (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    settings TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX input_bucket ON input (bucket_id);
  CREATE TABLE token (
    key TEXT PRIMARY KEY,
    secret_sha256 TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
  ) STRICT;
  CREATE TABLE token_bucket (
    token_key TEXT NOT NULL REFERENCES token (key) ON DELETE CASCADE,
    bucket_id TEXT NOT NULL REFERENCES bucket (id) ON DELETE CASCADE,
    PRIMARY KEY (token_key, bucket_id)
  ) STRICT;
  CREATE INDEX token_bucket_bucket ON token_bucket (bucket_id);

  CREATE TABLE item (
    ref INTEGER PRIMARY KEY,
    id BLOB NOT NULL,
    bucket INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    settled_at INTEGER,
    body_bytes INTEGER NOT NULL,
    sha256 BLOB NOT NULL,
    body_id BLOB,
    key_id TEXT NOT NULL,
    head BLOB NOT NULL,
    body BLOB
  ) STRICT;
  CREATE UNIQUE INDEX item_id ON item (id);
  CREATE INDEX item_log ON item (bucket, seq, settled_at, body_bytes);
  CREATE INDEX item_gap ON item (bucket, settled_at, body_bytes) WHERE kind = 'gap';
  CREATE INDEX item_settled ON item (bucket, settled_at) WHERE settled_at IS NOT NULL;
  CREATE UNIQUE INDEX item_body ON item (body_id) WHERE body_id IS NOT NULL;
  CREATE TABLE body_chunk (
    body_id BLOB NOT NULL,
    start INTEGER NOT NULL,
    key_id TEXT NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (body_id, start)
  ) STRICT;
  CREATE TABLE redelivery (
    bucket INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    item INTEGER NOT NULL REFERENCES item (ref) ON DELETE CASCADE,
    requested_at INTEGER NOT NULL,
    PRIMARY KEY (bucket, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX redelivery_item ON redelivery (item);

  CREATE TABLE subscription (
    ref INTEGER PRIMARY KEY AUTOINCREMENT,
    bucket INTEGER NOT NULL REFERENCES bucket (ref) ON DELETE CASCADE,
    name TEXT NOT NULL,
    acked_to INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    UNIQUE (bucket, name)
  ) STRICT;
  CREATE TABLE ack_ahead (
    subscription INTEGER NOT NULL REFERENCES subscription (ref) ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    PRIMARY KEY (subscription, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE handout (
    subscription INTEGER NOT NULL REFERENCES subscription (ref) ON DELETE CASCADE,
    item INTEGER NOT NULL REFERENCES item (ref) ON DELETE CASCADE,
    count INTEGER NOT NULL,
    PRIMARY KEY (subscription, item)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX handout_item ON handout (item);
  `,
  // These two go with their item by a statement of their own: as foreign keys they cost two searches for each item that was acknowledged.
  `
  CREATE TABLE redelivery_2 (
    bucket INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    item INTEGER NOT NULL,
    requested_at INTEGER NOT NULL,
    PRIMARY KEY (bucket, seq)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO redelivery_2 SELECT bucket, seq, item, requested_at FROM redelivery;
  DROP TABLE redelivery;
  ALTER TABLE redelivery_2 RENAME TO redelivery;
  CREATE INDEX redelivery_item ON redelivery (item);

  CREATE TABLE handout_2 (
    subscription INTEGER NOT NULL REFERENCES subscription (ref) ON DELETE CASCADE,
    item INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (subscription, item)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO handout_2 SELECT subscription, item, count FROM handout;
  DROP TABLE handout;
  ALTER TABLE handout_2 RENAME TO handout;
  CREATE INDEX handout_item ON handout (item);
  `,
  // What the settings of a bucket or an input name as secrets, sealed as one.
  `
  CREATE TABLE secret (
    owner TEXT PRIMARY KEY,
    key_id TEXT NOT NULL,
    sealed BLOB NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  // Requests of one commit sealed as one (packs.ts). Such an item has no key, head and hash in its row: its place in the pack says them.
  `
  CREATE TABLE pack (
    ref INTEGER PRIMARY KEY,
    bucket INTEGER NOT NULL,
    first_seq INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    key_id TEXT NOT NULL,
    sealed BLOB NOT NULL
  ) STRICT;
  ALTER TABLE item ADD COLUMN pack INTEGER;
  ALTER TABLE item ADD COLUMN place INTEGER;
  `,
  // Items of a pack that have no row: its own lists them (packed-items.ts), but for those up to `gone_to` and those in `unlisted`. No list: all its items have rows.
  // The list stands in front of what is sealed, so that reading it skips that.
  `
  CREATE TABLE pack_2 (
    ref INTEGER PRIMARY KEY,
    bucket INTEGER NOT NULL,
    first_seq INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    key_id TEXT NOT NULL,
    items BLOB,
    sealed BLOB NOT NULL
  ) STRICT;
  INSERT INTO pack_2 SELECT ref, bucket, first_seq, last_seq, key_id, NULL, sealed FROM pack;
  DROP TABLE pack;
  ALTER TABLE pack_2 RENAME TO pack;
  CREATE TABLE unlisted (ref INTEGER PRIMARY KEY) STRICT;
  ALTER TABLE bucket ADD COLUMN gone_to INTEGER NOT NULL DEFAULT 0;
  `,
]

/** Brings the schema up to date in one transaction: a step that fails leaves the old schema and version. */
export function migrate(database: Database, applicationId: number): void {
  const version = Number(database.pragma('user_version', { simple: true }))
  if (version >= MIGRATIONS.length) return
  database
    .transaction(() => {
      for (const step of MIGRATIONS.slice(version)) database.exec(step)
      database.pragma(`application_id = ${applicationId}`)
      database.pragma(`user_version = ${MIGRATIONS.length}`)
    })
    .immediate()
}
