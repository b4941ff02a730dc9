/** Few requests have a colour or a note, and many have a mark that says when they were read: these find the few without going through the many. */
export const marks = `
CREATE INDEX mark_coloured ON mark(colour, item_id) WHERE colour IS NOT NULL;
CREATE INDEX mark_noted ON mark(item_id) WHERE note IS NOT NULL;
`
