import { first } from './001-first.ts'
import { words } from './002-words.ts'
import { drafts } from './003-drafts.ts'
import { keeping } from './004-keeping.ts'
import { marks } from './005-marks.ts'
import { sentLines } from './006-sent-lines.ts'

/** SQL of every step, oldest first. A step's position, counted from 1, is the `user_version` that it leads to. Only ever appended to. */
export const migrations: readonly string[] = [first, words, drafts, keeping, marks, sentLines]
