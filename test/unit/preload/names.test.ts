import { expect, test } from 'vitest'
import { names } from '../../../preload/names.ts'
import { commands } from '../../../protocol/ipc.ts'

test('the preload lets every command of the contract through, and nothing else', () => {
  expect([...names.commands].sort()).toEqual(Object.keys(commands).sort())
})

test('its lists cannot be changed by a page', () => {
  expect(Object.isFrozen(names.commands) && Object.isFrozen(names.events)).toBe(true)
})
