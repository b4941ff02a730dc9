/** Limits that both ends of a boundary must agree on, named once. Bytes unless the name says otherwise. */

export const KIB = 1024
export const MIB = 1024 * KIB

/** The largest body a relay takes, and the most of an answer that the app keeps. */
export const MAX_BODY_BYTES = 25 * MIB
/** The most that a relay can be set to take. */
export const MOST_BODY_BYTES = 1024 * MIB
/** Bodies over this travel, and are stored, as chunks of at most this size. */
export const CHUNK_BYTES = 256 * KIB
/** What one request may hold in memory that is not committed yet. */
export const UNCOMMITTED_BYTES_PER_REQUEST = 512 * KIB
/** What all requests together may hold in memory that is not committed yet. */
export const UNCOMMITTED_BYTES = 64 * MIB
/** Chunks that one commit takes: more of them would stall the small requests behind it. */
export const COMMIT_CHUNK_BYTES = MIB
export const MAX_HEADER_BYTES = 64 * KIB
export const MAX_HEADER_LINES = 1000
/** A frame's JSON head: header lines of 64 KiB, escaped at worst sixfold, and the other fields. */
export const MAX_FRAME_HEAD_BYTES = 512 * KIB
export const MAX_CONTROL_FRAME_BYTES = MIB
/** A frame's largest size: type byte, head length, head, one chunk. */
export const MAX_FRAME_BYTES = 5 + MAX_FRAME_HEAD_BYTES + CHUNK_BYTES

export const WINDOW_ITEMS = 256
export const WINDOW_BYTES = 32 * MIB
/** A sender of chunks waits while its socket has more than this to write. */
export const SOCKET_BUFFER_BYTES = 512 * KIB

/** More than this is never waiting for a side that reads: two of the largest messages, a frame, and pongs for hours. */
export const UNREAD_BYTES = 4 * MIB
/** The same in messages: each short one takes a kilobyte or two beside its bytes. */
export const UNREAD_MESSAGES = 5000

export const PING_EVERY_MS = 15_000
/** A link on which no byte came for this long is dead. */
export const SILENCE_MS = 25_000
export const BACKOFF_FIRST_MS = 500
export const BACKOFF_MAX_MS = 30_000
/** A connection that was proven alive for this long resets the backoff. */
export const BACKOFF_RESET_AFTER_MS = 30_000
/** Clock skew between relay and app that is worth showing. */
export const SKEW_SHOWN_MS = 5_000
