import type { SchemeRow } from '../../signatures/row.ts'

/** A secret as settings name it. Its value lies apart, encrypted. */
export type NamedSecret = { readonly name: string }

/** A signature that every request has to bear. */
export type SignatureDemand = {
  /** Id of a scheme of `signatures/`. */
  readonly scheme?: string
  /** A scheme of one's own, instead. */
  readonly row?: SchemeRow
  /** Each of them is enough: several while one is being replaced. */
  readonly secrets: readonly NamedSecret[]
  /** Seconds that a signed timestamp may be away from the receipt, instead of what the scheme allows. */
  readonly toleranceSeconds?: number
  /** What senders know as the input's URL where it is not the relay's own, as behind a tunnel. For schemes that sign the URL. */
  readonly url?: string
  /** PayPal signs the webhook's id. */
  readonly webhookId?: string
  /** For Amazon SNS: the relay may fetch the certificate from Amazon. */
  readonly fetchCertificate?: boolean
}

/** What a request has to show before it is accepted; all of it has to hold. Empty: nothing is demanded, whatever the bucket says. */
export type Authentication = {
  readonly signature?: SignatureDemand
  /** In capitals. */
  readonly methods?: readonly string[]
  /** Addresses and blocks (CIDR) that requests may come from. */
  readonly addresses?: readonly string[]
}

/** A sender whose check of the address is answered. */
export type HandshakeSetting = {
  /** Id of a handshake of `signatures/`. */
  readonly sender: string
  /** Verify tokens and signing secrets; without any, those of the signature are tried. */
  readonly secrets?: readonly NamedSecret[]
  /** For WebSub: the topics that were asked for. */
  readonly topics?: readonly string[]
  /** For Amazon SNS: the relay may fetch Amazon's certificate, and the address that confirms the subscription. */
  readonly confirm?: boolean
}

/** Settings of buckets and inputs alike. An input that leaves one unset has its bucket's. */
export type EdgeSettings = {
  readonly authentication?: Authentication
  readonly handshakes?: readonly HandshakeSetting[]
}

/** Values of secrets by place and name: `signature/current`, `slack/current`. */
export type Secrets = Readonly<Record<string, string>>
