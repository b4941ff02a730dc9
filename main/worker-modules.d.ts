/** The bundler's worker factories: `import start from './thread.ts?nodeWorker'`. */
declare module '*?nodeWorker' {
  import type { Worker, WorkerOptions } from 'node:worker_threads'

  export default function start(options: WorkerOptions): Worker
}
