import type { Random } from './burst-random.ts'

const PIECES = [
  '/',
  '//',
  '///',
  '/..',
  '/.',
  '/../',
  '/%2e%2E/',
  '/..%2f',
  '/%2F',
  '/%zz',
  '/%',
  '/%0',
  '/%00',
  '/caf%C3%A9',
  '/%e9%FF',
  '/a b'.replace(' ', '%20'),
  '/*',
  '*',
  '/;v=1;w',
  ';x',
  '/:80',
  '/@user',
  '/\\..\\',
  '/"<>^`{|}',
  "/!$&'()+,=~[]",
  '/in/',
  '/in/00000000-0000-4000-8000-000000000000',
  '/http://other.example/x',
  '#fragment',
] as const
const QUERIES = [
  '?',
  '??',
  '?a&b=',
  '?b=2&a=1&b=2',
  '?=',
  '?&',
  '?a=%zz&%',
  '?q=a+b%20c',
  '?u=http://x/?y#z',
  '?%E2%82%AC[]={}|\\^`"<>',
] as const

/** A request target under an input, in origin or absolute form, and what of it follows the input's id. */
export function randomTarget(random: Random, inputId: string): { target: string; rest: string } {
  const rest = randomRest(random)
  const dice = random.next()
  if (dice < 0.06) return { target: `/IN/${inputId.toUpperCase()}${rest}`, rest }
  if (dice > 0.16) return { target: `/in/${inputId}${rest}`, rest }
  const origin = random.pick(['http://127.0.0.1', 'HTTP://Relay.Example:8080', 'https://[::1]:1', 'http://user@x'])
  return { target: `${origin}/in/${inputId}${rest}`, rest }
}

function randomRest(random: Random): string {
  const dice = random.next()
  if (dice < 0.05) return ''
  if (dice < 0.08) return `/long/${printable(random, random.between(4000, 55_000))}`
  if (dice < 0.15) return `/${printable(random, random.between(1, 80))}`
  const path = Array.from({ length: random.between(0, 4) }, () => random.pick([...PIECES])).join('')
  return path + (random.next() < 0.5 ? random.pick([...QUERIES]) : '')
}

/** Any of the 94 characters that ASCII can print. */
function printable(random: Random, length: number): string {
  return Array.from({ length }, () => String.fromCharCode(random.between(0x21, 0x7e))).join('')
}
