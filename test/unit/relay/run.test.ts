import { expect, test } from 'vitest'
import { describeOldNode } from '../../../relay/run.ts'

test('a Node without Node-API 10 is refused in one sentence, before its database could crash it', () => {
  for (const old of ['9', '8', undefined]) {
    expect(describeOldNode(old)).toMatch(/^This Node\.js \(v\S+\) is too old .*Node\.js 22\.14 or newer\.$/)
  }
  expect(describeOldNode('10')).toBeNull()
  expect(describeOldNode('11')).toBeNull()
})
