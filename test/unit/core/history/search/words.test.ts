import { expect, test } from 'vitest'
import { toIndexable } from '../../../../../core/history/search/words.ts'

test('of marks on one letter so many are kept as any language has, as more of them take ever longer to be put in order', () => {
  const piled = 'e' + '\u0301\u0327'.repeat(20_000)
  expect(toIndexable(`${piled} ${piled}`).length).toBeLessThanOrEqual(2 * 31 + 1)
  expect(toIndexable('vie\u0323\u0302t')).toBe('vi\u1ec7t')
})
