/** What a person typed as a target, as a URL: a bare port is one of this computer, a bare host gets http. */
export function readTarget(text: string): string {
  const trimmed = text.trim()
  if (/^\d{1,5}$/.test(trimmed)) return `http://localhost:${trimmed}`
  if (/^(localhost|127\.|\[::1\]|[a-z0-9.-]+:\d)/i.test(trimmed) && !trimmed.includes('://')) return `http://${trimmed}`
  return trimmed
}
