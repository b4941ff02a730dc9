/**
 * The index of words, in the shape that `search/` fills; the first schema's was never filled.
 *
 * - It keeps no text (contentless): what a row says is read from the row. Rows can be deleted from it all the same.
 * - No `tokenchars`: `evt_1abc` is two words, so that parts of ids are found, and whole ones as phrases.
 * - Segments are merged by `search/indexer.ts`, in pieces of a millisecond: `automerge` and `crisismerge` would do it within the commit of a row.
 * - A page of the index fills one of the file.
 * - `progress.search` is the newest item that is in the index, `search floor` the newest one that is not because it was there before the index.
 */
export const words = `
DROP TABLE search;
CREATE VIRTUAL TABLE search USING fts5(
  about, target, headers, body,
  content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2', prefix='2 3'
);
INSERT INTO search (search, rank) VALUES ('automerge', 0);
INSERT INTO search (search, rank) VALUES ('crisismerge', 1900);
INSERT INTO search (search, rank) VALUES ('usermerge', 16);
INSERT INTO search (search, rank) VALUES ('pgsz', 8100);
UPDATE progress SET value = (SELECT coalesce(max(id), 0) FROM item) WHERE name = 'search';
INSERT INTO progress (name, value) SELECT 'search floor', coalesce(max(id), 0) FROM item;
`
