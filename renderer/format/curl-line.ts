/** A command that posts a first request and works when pasted: two lines for a Unix shell, one for Windows, where quotes differ. */
export function curlLine(url: string, platform: 'darwin' | 'win32' | 'linux'): string {
  if (platform === 'win32')
    return `curl.exe -X POST ${url}/hello -H "content-type: application/json" -d "{\\"event\\":\\"hello\\",\\"amount\\":1.00}"`
  return `curl -X POST ${url}/hello \\\n  -H 'content-type: application/json' -d '{"event":"hello","amount":1.00}'`
}
