import type { SchemeRow } from '../../signatures/row.ts'
import { secretKey, SIGNATURE_PLACE } from '../edge/secret-places.ts'
import type {
  Authentication,
  EdgeSettings,
  HandshakeSetting,
  NamedSecret,
  Secrets,
  SignatureDemand,
} from '../store/edge-settings.ts'
import type { EdgeGiven, EdgeView, SecretGiven } from './edge-schemas.ts'
import { AdminProblem } from './problems.ts'

/** What is stored of a bucket or an input before a change. */
export type EdgeBefore = { readonly settings: EdgeSettings; readonly secrets: Secrets }

export const NOTHING_BEFORE: EdgeBefore = { settings: {}, secrets: {} }

type Taken<Settings> = { readonly settings: Omit<Settings, keyof EdgeGiven> & EdgeSettings; readonly secrets: Secrets }

/** Checks that are worth nothing without something to check with. */
const NEED_SECRETS: ReadonlySet<string> = new Set(['meta', 'strava', 'twitter', 'xero', 'zoom'])

/**
 * Parts what an administrator gave into settings and the secrets that they name. What is not named stays: authentication and handshakes that are left out, and the
 * value of each secret that is there by its name alone.
 * @throws AdminProblem that names the field.
 */
export function takeSettings<Settings extends EdgeGiven>(given: Settings, before: EdgeBefore): Taken<Settings> {
  const { authentication, handshakes, ...rest } = given
  const secrets = new Map<string, string>()
  const keep = collector(before, secrets)
  const edge: EdgeSettings = {
    ...optional('authentication', takeAuthentication(authentication, before, keep)),
    ...optional('handshakes', takeHandshakes(handshakes, before, keep)),
  }
  checkHandshakes(edge)
  return { settings: { ...rest, ...edge }, secrets: Object.fromEntries(secrets) }
}

/** Settings as they are shown: their secrets by name. */
export function showSettings<Settings extends EdgeSettings>(
  settings: Settings,
): Omit<Settings, keyof EdgeSettings> & EdgeView {
  const { authentication, handshakes, ...rest } = settings
  const view: EdgeView = {}
  if (authentication !== undefined) {
    const { signature, ...others } = authentication
    if (signature === undefined) view.authentication = others
    else {
      const { row, secrets: named, ...how } = signature
      const shownRow = row === undefined ? {} : { row: { ...row } }
      view.authentication = { ...others, signature: { ...how, ...shownRow, secrets: [...named] } }
    }
  }
  if (handshakes !== undefined) {
    view.handshakes = handshakes.map(({ secrets: named, ...how }) =>
      named === undefined ? how : { ...how, secrets: [...named] },
    )
  }
  return { ...rest, ...view }
}

type Keep = (place: string, named: readonly (SecretGiven | NamedSecret)[], field: string) => NamedSecret[]

function collector({ secrets }: EdgeBefore, into: Map<string, string>): Keep {
  return (place, named, field) =>
    named.map((one, at) => {
      const key = secretKey(place, one.name)
      const value = 'secret' in one ? one.secret : secrets[key]
      if (value === undefined) {
        throw refused(`${field}.${at}.secret`, `is missing, as no secret ${JSON.stringify(one.name)} is stored`)
      }
      into.set(key, value)
      return { name: one.name }
    })
}

function takeAuthentication(
  given: EdgeGiven['authentication'],
  { settings }: EdgeBefore,
  keep: Keep,
): Authentication | undefined {
  if (given === null) return undefined
  const before = settings.authentication?.signature
  if (given === undefined) {
    if (before !== undefined) keep(SIGNATURE_PLACE, before.secrets, 'settings.authentication.signature.secrets')
    return settings.authentication
  }
  const { signature, ...rest } = given
  return signature === undefined ? rest : { ...rest, signature: takeSignature(signature, before, keep) }
}

type SignatureGiven = NonNullable<NonNullable<EdgeGiven['authentication']>['signature']>

function takeSignature(
  { row, secrets, ...rest }: SignatureGiven,
  before: SignatureDemand | undefined,
  keep: Keep,
): SignatureDemand {
  const field = 'settings.authentication.signature.secrets'
  const named = keep(SIGNATURE_PLACE, secrets ?? before?.secrets ?? [], field)
  if (named.length === 0 && rest.fetchCertificate !== true) throw refused(field, 'has to hold at least one secret')
  // The schema has checked it by the scheme's own rules.
  return { ...rest, ...(row === undefined ? {} : { row: row as SchemeRow }), secrets: named }
}

function takeHandshakes(
  given: EdgeGiven['handshakes'],
  { settings }: EdgeBefore,
  keep: Keep,
): readonly HandshakeSetting[] | undefined {
  if (given === null) return undefined
  const before = settings.handshakes
  const wanted: EdgeGiven['handshakes'] = given ?? before
  return wanted?.map(({ secrets, ...rest }, at) => {
    const named = secrets ?? before?.find(({ sender }) => sender === rest.sender)?.secrets
    if (named === undefined) return rest
    return { ...rest, secrets: keep(rest.sender, named, `settings.handshakes.${at}.secrets`) }
  })
}

function checkHandshakes({ authentication, handshakes }: EdgeSettings): void {
  const isShared = (authentication?.signature?.secrets.length ?? 0) > 0
  handshakes?.forEach(({ sender, secrets }, at) => {
    if (!NEED_SECRETS.has(sender) || isShared || (secrets?.length ?? 0) > 0) return
    throw refused(`settings.handshakes.${at}.secrets`, `is missing: the check of ${sender} cannot be answered without`)
  })
}

function optional<Name extends string, Value>(name: Name, value: Value | undefined): { readonly [K in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [K in Name]?: Value })
}

function refused(field: string, message: string): AdminProblem {
  return new AdminProblem({ status: 400, code: 'bad-input', detail: `${field}: ${message}` }, field)
}
