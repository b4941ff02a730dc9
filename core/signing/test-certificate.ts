import { createPublicKey, randomBytes, sign } from 'node:crypto'
import {
  BitString,
  Boolean as BooleanValue,
  Constructed,
  fromBER,
  Integer,
  Null,
  ObjectIdentifier,
  OctetString,
  Primitive,
  Sequence,
  Set as SetOf,
  UTCTime,
  Utf8String,
  type AsnType,
} from 'asn1js'

export type TestCertificateOptions = {
  /** Of whom it is not. */
  readonly senderName: string
  /** The names that the sender's own certificate has, because some libraries look at them; the first is the common name. */
  readonly hosts: readonly [string, ...string[]]
  /** PEM of an RSA key. */
  readonly privateKey: string
  /** Epoch ms. */
  readonly now: number
}

const DAY_MS = 86_400_000
const VALID_MS = 3652 * DAY_MS
/** The last moment that a UTCTime can say. */
const LAST = Date.UTC(2049, 11, 31, 23, 59, 59)

const RSA_WITH_SHA_256 = '1.2.840.113549.1.1.11'
const COMMON_NAME = '2.5.4.3'
const ORGANISATION = '2.5.4.10'
const ALT_NAMES = '2.5.29.17'
const BASIC_CONSTRAINTS = '2.5.29.19'

/**
 * A certificate (PEM) that a key signs for itself, valid for ten years. It says in its organisation what it is and may sign no other certificate:
 * whoever trusts it trusts this key alone. Source: RFC 5280, section 4.1.
 */
export function makeTestCertificate({ senderName, hosts, privateKey, now }: TestCertificateOptions): string {
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' })
  const name = nameOf({ [ORGANISATION]: `Test certificate of Creel, not of ${senderName}`, [COMMON_NAME]: hosts[0] })
  const contents = new Sequence({
    value: [
      tagged(0, new Integer({ value: 2 })),
      new Integer({ valueHex: bufferOf(serialNumber()) }),
      algorithm(),
      name,
      new Sequence({ value: [timeOf(now - DAY_MS), timeOf(Math.min(now + VALID_MS, LAST))] }),
      name,
      fromBER(bufferOf(publicKey)).result,
      tagged(3, extensionsOf(hosts)),
    ],
  })
  const signature = sign('sha256', Buffer.from(contents.toBER()), privateKey)
  const whole = new Sequence({ value: [contents, algorithm(), new BitString({ valueHex: bufferOf(signature) })] })
  const lines = Buffer.from(whole.toBER())
    .toString('base64')
    .match(/.{1,64}/g)
  return ['-----BEGIN CERTIFICATE-----', ...(lines ?? []), '-----END CERTIFICATE-----', ''].join('\n')
}

function extensionsOf(hosts: readonly string[]): Sequence {
  const names = hosts.map(
    (host) => new Primitive({ idBlock: { tagClass: 3, tagNumber: 2 }, valueHex: bufferOf(Buffer.from(host)) }),
  )
  return new Sequence({
    value: [
      extension(BASIC_CONSTRAINTS, true, new Sequence()),
      extension(ALT_NAMES, false, new Sequence({ value: names })),
    ],
  })
}

function extension(id: string, isCritical: boolean, value: AsnType): Sequence {
  const critical = isCritical ? [new BooleanValue({ value: true })] : []
  const bytes = new OctetString({ valueHex: value.toBER() })
  return new Sequence({ value: [new ObjectIdentifier({ value: id }), ...critical, bytes] })
}

function nameOf(parts: Readonly<Record<string, string>>): Sequence {
  const value = Object.entries(parts).map(([id, text]) => {
    const part = new Sequence({ value: [new ObjectIdentifier({ value: id }), new Utf8String({ value: text })] })
    return new SetOf({ value: [part] })
  })
  return new Sequence({ value })
}

function algorithm(): Sequence {
  return new Sequence({ value: [new ObjectIdentifier({ value: RSA_WITH_SHA_256 }), new Null()] })
}

/** In seconds: a certificate's time has no fraction. */
function timeOf(at: number): UTCTime {
  return new UTCTime({ valueDate: new Date(Math.floor(at / 1000) * 1000) })
}

/** Positive, and never beginning with a byte of nought, which would be a second spelling. */
function serialNumber(): Buffer {
  const bytes = randomBytes(16)
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40
  return bytes
}

function tagged(tagNumber: number, value: AsnType): Constructed {
  return new Constructed({ idBlock: { tagClass: 3, tagNumber }, value: [value] })
}

/** Alone: what Node reads lies in a pool. */
function bufferOf(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer
}
