import { serve } from '../serve.ts'

// Loaded before a program of the product, so that it can be asked what it uses. It must not keep that program from ending.
serve({})
process.channel?.unref()
