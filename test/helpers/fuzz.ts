/** Random choices that can be made again: all follow from one number. */
export type Dice = {
  /** A whole number from 0 to `below` - 1. */
  roll(below: number): number
  chance(share: number): boolean
  pick<T>(from: readonly T[]): T
  bytes(count: number): Uint8Array<ArrayBuffer>
}

/** The seed of this run: `CREEL_SOAK_SEED` repeats one that failed. */
export function fuzzSeed(): number {
  const given = Number(process.env['CREEL_SOAK_SEED'])
  return Number.isSafeInteger(given) && given > 0 ? given : Date.now() % 2 ** 31
}

/** mulberry32: small, quick, and good enough to choose what to break. */
export function createDice(seed: number): Dice {
  let state = seed >>> 0
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const roll = (below: number): number => Math.floor(next() * below)
  return {
    roll,
    chance: (share) => next() < share,
    pick(from) {
      const picked = from[roll(from.length)]
      if (picked === undefined) throw new Error('There is nothing to pick from.')
      return picked
    },
    bytes: (count) => Uint8Array.from({ length: count }, () => roll(256)),
  }
}

/** Values that programs stumble over, for any field of a JSON object. */
const ODD: readonly string[] = [
  'null',
  'true',
  '-1',
  '0',
  '1.5',
  '1e400',
  '-1e400',
  '9007199254740993',
  '1e308',
  '""',
  '"\\u0000"',
  '"__proto__"',
  '"constructor"',
  '"a\\r\\nEvil: yes"',
  '"\\ud800"',
  '"\\u010d\\u010a"',
  '[]',
  '{}',
  '[[]]',
  '{"__proto__":{"polluted":true}}',
  `${'['.repeat(5000)}${']'.repeat(5000)}`,
  `"${'x'.repeat(70_000)}"`,
  `[${'1,'.repeat(5000)}1]`,
]

/** Replaces, removes or adds a field of a JSON object, or breaks its text. */
export function mangleJson(dice: Dice, value: Readonly<Record<string, unknown>>): string {
  const names = Object.keys(value)
  const name = dice.pick([...names, '__proto__', 'constructor', 'toJSON'])
  switch (dice.roll(5)) {
    case 0:
      return joinJson(
        value,
        names.filter((one) => one !== name),
      )
    case 1:
    case 2:
      return joinJson(
        value,
        names.filter((one) => one !== name),
        `${JSON.stringify(name)}:${dice.pick(ODD)}`,
      )
    case 3:
      return joinJson(value, names, `${JSON.stringify(name)}:${dice.pick(ODD)}`)
    default: {
      const text = JSON.stringify(value)
      const at = dice.roll(text.length)
      return dice.chance(0.5)
        ? text.slice(0, at)
        : `${text.slice(0, at)}${dice.pick(['"', '{', '\0', ',', 'x'])}${text.slice(at + 1)}`
    }
  }
}

function joinJson(value: Readonly<Record<string, unknown>>, names: readonly string[], last?: string): string {
  const fields = names.map((name) => `${JSON.stringify(name)}:${JSON.stringify(value[name])}`)
  return `{${[...fields, ...(last === undefined ? [] : [last])].join(',')}}`
}

/** Flips, cuts or lengthens bytes. */
export function mangleBytes(dice: Dice, bytes: Uint8Array): Uint8Array {
  switch (dice.roll(3)) {
    case 0:
      return bytes.slice(0, dice.roll(bytes.length))
    case 1:
      return Buffer.concat([bytes, dice.bytes(1 + dice.roll(50))])
    default: {
      const broken = Uint8Array.from(bytes)
      for (let flips = 1 + dice.roll(4); flips > 0; flips -= 1) broken[dice.roll(broken.length)] = dice.roll(256)
      return broken
    }
  }
}
