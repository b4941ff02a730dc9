/** Short names of curl's options (curl 8.x's manual): first those that take a value, then those of the others that mean something here. */
const SHORT_WITH_VALUE: Readonly<Record<string, string>> = {
  A: 'user-agent',
  b: 'cookie',
  c: 'cookie-jar',
  C: 'continue-at',
  d: 'data',
  D: 'dump-header',
  e: 'referer',
  E: 'cert',
  F: 'form',
  H: 'header',
  K: 'config',
  m: 'max-time',
  o: 'output',
  P: 'ftp-port',
  Q: 'quote',
  r: 'range',
  t: 'telnet-option',
  T: 'upload-file',
  u: 'user',
  U: 'proxy-user',
  w: 'write-out',
  x: 'proxy',
  X: 'request',
  y: 'speed-time',
  Y: 'speed-limit',
  z: 'time-cond',
}
const SHORT_ALONE: Readonly<Record<string, string>> = {
  G: 'get',
  I: 'head',
  k: 'insecure',
  L: 'location',
  n: 'netrc',
  ':': 'next',
}

const OTHERS_WITH_VALUE = `
  abstract-unix-socket alt-svc aws-sigv4 cacert capath cert-type ciphers connect-timeout connect-to create-file-mode crlfile curves data-ascii data-binary
  data-raw data-urlencode delegation dns-interface dns-ipv4-addr dns-ipv6-addr dns-servers doh-url ech egd-file engine etag-compare etag-save
  expect100-timeout form-string ftp-account ftp-alternative-to-user ftp-method ftp-ssl-ccc-mode happy-eyeballs-timeout-ms haproxy-clientip hostpubmd5
  hostpubsha256 hsts http3-timeout interface ip-tos ipfs-gateway json keepalive-cnt keepalive-time key key-type krb libcurl limit-rate local-port
  login-options mail-auth mail-from mail-rcpt max-filesize max-redirs netrc-file noproxy oauth2-bearer output-dir parallel-max pass pinnedpubkey preproxy
  proto proto-default proto-redir proxy-cacert proxy-capath proxy-cert proxy-cert-type proxy-ciphers proxy-crlfile proxy-header proxy-key proxy-key-type
  proxy-pass proxy-pinnedpubkey proxy-service-name proxy-tls13-ciphers proxy-tlsauthtype proxy-tlspassword proxy-tlsuser proxy1.0 pubkey random-file rate
  request-target resolve retry retry-delay retry-max-time sasl-authzid service-name socks4 socks4a socks5 socks5-gssapi-service socks5-hostname stderr
  tftp-blksize tls-max tls13-ciphers tlsauthtype tlspassword tlsuser trace trace-ascii trace-config unix-socket url url-query variable vlan-priority`

const withValue = new Set([...Object.values(SHORT_WITH_VALUE), ...OTHERS_WITH_VALUE.trim().split(/\s+/)])

/** An option as it is called in long, with its value; `arg` is what is none, so a URL. */
export type CurlOption =
  | { readonly kind: 'arg'; readonly value: string }
  | { readonly kind: 'option'; readonly name: string; readonly value: string | null }

/** Takes curl's arguments apart, short ones that are written together too. Words have one character for each byte. */
export function readCurlOptions(words: readonly string[]): CurlOption[] {
  const options: CurlOption[] = []
  let at = 0
  let isOver = false
  const next = (): string => words[at++] ?? ''
  while (at < words.length) {
    const word = next()
    if (isOver || !word.startsWith('-') || word === '-') options.push({ kind: 'arg', value: word })
    else if (word === '--') isOver = true
    else if (word.startsWith('--')) {
      const name = word.slice(2)
      options.push({ kind: 'option', name, value: withValue.has(name) ? next() : null })
    } else {
      options.push(...readShort(word, next))
    }
  }
  return options
}

function readShort(word: string, next: () => string): CurlOption[] {
  const options: CurlOption[] = []
  for (let i = 1; i < word.length; i += 1) {
    const short = word[i] ?? ''
    const name = SHORT_WITH_VALUE[short]
    if (name !== undefined) {
      const joined = word.slice(i + 1)
      options.push({ kind: 'option', name, value: joined === '' ? next() : joined })
      break
    }
    options.push({ kind: 'option', name: SHORT_ALONE[short] ?? short, value: null })
  }
  return options
}
