import { describe, expect, it } from 'vitest'
import { lost, type LinkFailure } from '../../../../../core/sources/creel/link-failure.ts'
import { NEW_SESSION, nextTickIn } from '../../../../../core/sources/creel/session.ts'
import { config, createSessionRig as createRig, START } from '../../../../helpers/session-rig.ts'

describe('trying again', () => {
  it('waits longer each time, with full jitter, up to 30 s', () => {
    const rig = createRig(0.999_999)
    rig.on({ type: 'start' })
    const waits: number[] = []
    for (let i = 0; i < 9; i += 1) {
      rig.on({ type: 'failed', failure: lost('no') })
      const shown = rig.shown()
      if (shown.state !== 'waiting') throw new Error(shown.state)
      expect(shown.attempt).toBe(i + 1)
      waits.push(shown.nextAttemptAt - rig.at().now)
      expect(rig.wait(31_000)).toEqual([{ do: 'connect' }])
    }
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000])
  })

  it('begins anew after 30 s of proven life, not before', () => {
    for (const [lifeMs, attempt] of [
      [29_000, 4],
      [31_000, 1],
    ] as const) {
      const rig = createRig()
      rig.on({ type: 'start' })
      for (let i = 0; i < 3; i += 1) {
        rig.on({ type: 'failed', failure: lost('no') })
        rig.wait(31_000)
      }
      rig.prove()
      for (let past = 0; past < lifeMs; past += 1000) {
        rig.hear()
        rig.wait(1000)
      }
      rig.on({ type: 'failed', failure: lost('gone') })
      expect(rig.shown()).toMatchObject({ state: 'waiting', attempt, reason: 'gone' })
    }
  })

  it('happens at once when asked for, also after sleep', () => {
    const rig = createRig(0.9)
    rig.on({ type: 'start' })
    for (let i = 0; i < 8; i += 1) {
      rig.on({ type: 'failed', failure: lost('no') })
      expect(rig.on({ type: 'retry-now' })).toEqual([{ do: 'connect' }])
    }
    rig.on({ type: 'failed', failure: lost('no') })
    rig.sleep(3_600_000)
    expect(rig.on({ type: 'tick' })).toEqual([{ do: 'connect' }])
  })

  it('waits as long as a closing relay wishes, and a little jitter', () => {
    const rig = createRig()
    rig.prove()
    const effects = rig.on({ type: 'message', message: { type: 'closing', reason: 'restart', reconnectInMs: 4_000 } })
    expect(effects).toEqual([{ do: 'finish' }])
    expect(rig.shown()).toMatchObject({
      state: 'waiting',
      nextAttemptAt: rig.at().now + 4_250,
      reason: 'relay.example.com closes: restart',
    })
  })
})

describe('stopping', () => {
  const refused: LinkFailure = {
    kind: 'refused',
    code: 'wrong-secret',
    reason: 'The secret is wrong.',
    fix: 'Enter it.',
  }
  const strange: LinkFailure = { kind: 'strange', isClear: false, reason: 'HTML', fix: 'Check.' }

  it('comes with a refusal, and nothing is tried any more', () => {
    const rig = createRig()
    rig.on({ type: 'start' })
    rig.on({ type: 'failed', failure: refused })
    expect(rig.shown()).toEqual({
      state: 'refused',
      code: 'wrong-secret',
      reason: 'The secret is wrong.',
      fix: 'Enter it.',
      at: START,
    })
    expect(nextTickIn(NEW_SESSION, rig.at(), config)).toBeNull()
    expect(rig.wait(3_600_000)).toEqual([])
    expect(rig.on({ type: 'retry-now' })).toEqual([{ do: 'connect' }])
  })

  it('comes with the third strange answer, or the first clear one', () => {
    const rig = createRig()
    rig.on({ type: 'start' })
    for (let i = 0; i < 2; i += 1) {
      rig.on({ type: 'failed', failure: strange })
      expect(rig.shown().state).toBe('waiting')
      rig.on({ type: 'retry-now' })
    }
    rig.on({ type: 'failed', failure: strange })
    expect(rig.shown()).toMatchObject({ state: 'refused', code: 'not-a-relay' })
    const other = createRig()
    other.on({ type: 'start' })
    other.on({ type: 'failed', failure: { ...strange, isClear: true } })
    expect(other.shown()).toMatchObject({ state: 'refused', code: 'not-a-relay' })
  })

  it('does not come with strange answers of a relay that has welcomed us', () => {
    const rig = createRig()
    rig.prove()
    for (let i = 0; i < 9; i += 1) {
      rig.on({ type: 'failed', failure: { ...strange, isClear: true } })
      expect(rig.shown().state).toBe('waiting')
      rig.on({ type: 'retry-now' })
    }
  })

  it('ends the conversation, and no event brings it back', () => {
    const rig = createRig()
    rig.prove()
    expect(rig.on({ type: 'stop' })).toEqual([{ do: 'finish' }])
    for (const event of [{ type: 'start' }, { type: 'retry-now' }, { type: 'tick' }, { type: 'stop' }] as const) {
      expect(rig.on(event)).toEqual([])
    }
    expect(rig.shown()).toEqual({ state: 'disconnected' })
  })
})
