import { describe, expect, it } from 'vitest'
import { redact, redactLogLine } from '../../../main/redact-log.ts'

describe('what of the log may be shown to others', () => {
  it.each([
    ['cannot reach https://hooks.example.com/in/0198c2f4?token=a', 'cannot reach https://…'],
    ['hooks.example.com:8443 answered 503', '<host>:8443 answered 503'],
    ['Nothing is listening on localhost:3000', 'Nothing is listening on localhost:3000'],
    ['tried 127.0.0.1:3000 and 192.168.1.17:3000', 'tried 127.0.0.1:3000 and <address>:3000'],
    ['tried fe80::1ff:fe23:4567:890a', 'tried <address>'],
    ['token crk_abcdef1 with crs_AAAABBBBCCCC', 'token … with …'],
    ['The token of "GitHub ledger" is gone', 'The token of "…" is gone'],
    ['mail to jo.doe+x@example.org', 'mail to …@…'],
    ["EACCES: open '/home/jo/.config/creel/history.sqlite'", "EACCES: open '…/…'"],
    [String.raw`EACCES: open C:\Users\jo\creel\history.sqlite`, 'EACCES: open …/…'],
    ['sha256=5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03', '…'],
    ['Electron 33.2.1 in 12.5 ms', 'Electron 33.2.1 in 12.5 ms'],
  ])('%s', (said, shown) => {
    expect(redact(said)).toBe(shown)
  })

  it('is when, how bad, what, and of an error where in the program', () => {
    const line = {
      level: 50,
      time: Date.UTC(2026, 7, 21, 12),
      msg: 'a command broke',
      command: 'requests:list',
      source: 'Ledger of Harborline',
      count: 3,
      err: {
        type: 'TypeError',
        message: 'no "secret name" here',
        stack:
          'TypeError: no "secret name" here\n    at run (/home/jo/creel/out/main/index.cjs:10:5)\n    at async file:///C:/creel/x.js:1:2',
      },
    }
    expect(redactLogLine(JSON.stringify(line)).split('\n')).toEqual([
      '2026-08-21T12:00:00.000Z error a command broke command=requests:list source=… count=3',
      '  TypeError: no "…" here',
      '    at run (index.cjs:10:5)',
      '    at async x.js:1:2',
    ])
  })

  it('tells of a line that is none, and repeats nothing of it', () => {
    expect(redactLogLine('{"secret":')).toBe('(a line that is no JSON)')
  })
})
