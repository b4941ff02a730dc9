/** Milliseconds since an arbitrary moment that is the same for every process of this machine, so that two of them can time one request. */
export function clockMs(): number {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1e3 + nanoseconds / 1e6
}
