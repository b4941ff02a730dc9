import { z } from 'zod'

/** Schemas would compile themselves with `new Function`, which the page's policy forbids. Must be loaded before any of them is made. */
z.config({ jitless: true })
