/** What a scheme's secret is called by its sender, and where it is found. */
export type SecretPlace = {
  readonly label: string
  /** A way through the sender's dashboard, in its own words. */
  readonly where: string
}

function place(label: string, where: string): SecretPlace {
  return { label, where }
}

const CHOSEN = 'the secret that you typed when the webhook was made; it is not shown again'
const GIT = 'Repository or organisation → Settings → Webhooks → the webhook → Secret'

const places: Readonly<Record<string, SecretPlace>> = {
  github: place('Webhook secret', `${GIT}: ${CHOSEN}`),
  'github-sha1': place('Webhook secret', `${GIT}: ${CHOSEN}`),
  fluid: place('Webhook secret', `Fluid → Webhooks: ${CHOSEN}`),
  'gitlab-token': place('Secret token', `Project → Settings → Webhooks → the webhook: ${CHOSEN}`),
  bitbucket: place('Webhook secret', `Repository settings → Webhooks → the webhook → Secret: ${CHOSEN}`),
  jira: place('Webhook secret', `Jira settings → System → WebHooks → the webhook → Secret: ${CHOSEN}`),
  gitea: place('Webhook secret', 'Repository → Settings → Webhooks → the webhook → Secret'),
  forgejo: place('Webhook secret', 'Repository → Settings → Webhooks → the webhook → Secret'),
  gogs: place('Webhook secret', 'Repository → Settings → Webhooks → the webhook → Secret'),
  circleci: place('Secret token', `Project settings → Webhooks → the webhook: ${CHOSEN}`),
  buildkite: place('Token', 'Settings → Notification services → the webhook → Token'),
  vercel: place(
    'Webhook secret',
    'Shown once when the webhook is made; for integrations the Client Secret of the integration console',
  ),
  netlify: place('JWS secret token', 'Site configuration → Notifications → the HTTP POST request → JWS secret token'),
  heroku: place('Shared secret', 'Shown by heroku webhooks:add when the subscription is made'),
  sentry: place('Client Secret', 'Settings → Custom integrations → the integration → Credentials → Client Secret'),
  pagerduty: place('Webhook secret', 'Shown once when the subscription is made: Integrations → Generic webhooks (v3)'),
  stripe: place(
    'Signing secret',
    'Workbench → Webhooks → the endpoint → Signing secret (whsec_…); stripe listen prints one of its own',
  ),
  shopify: place(
    'API secret key',
    "App → API credentials → Client secret; for webhooks of the shop's admin: Settings → Notifications → Webhooks, at the end",
  ),
  square: place(
    'Signature key',
    'Developer console → the app → Webhooks → Subscriptions → the subscription → Signature key',
  ),
  paypal: place('Webhook id', 'Developer dashboard → Apps & Credentials → the app → Webhooks → Webhook ID'),
  paddle: place('Secret key', 'Developer tools → Notifications → the destination → Secret key (pdl_ntfset_…)'),
  'paddle-classic': place('Public key', 'Seller dashboard → Developer tools → Public key'),
  lemonsqueezy: place('Signing secret', 'Settings → Webhooks → the webhook → Signing secret'),
  razorpay: place('Webhook secret', `Account & Settings → Webhooks → the webhook → Secret: ${CHOSEN}`),
  'adyen-standard': place(
    'HMAC key',
    'Customer Area → Developers → Webhooks → the webhook → Security → HMAC key (hexadecimal)',
  ),
  'adyen-platform': place(
    'HMAC key',
    'Customer Area → Developers → Webhooks → the webhook → Security → HMAC key (hexadecimal)',
  ),
  mollie: place('Signing secret', 'Shown once when the webhook is made: Developers → Webhooks'),
  woocommerce: place('Secret', 'WooCommerce → Settings → Advanced → Webhooks → the webhook → Secret'),
  gocardless: place('Secret', 'Developers → Webhook endpoints → the endpoint → Secret'),
  'coinbase-commerce': place('Shared secret', 'Settings → Notifications → Webhook subscriptions → Show shared secrets'),
  hook0: place(
    'Secret',
    'Subscriptions → the subscription → Secret; for Coinbase CDP metadata.secret of the answer that made it',
  ),
  plaid: place('Public key (JWK)', 'POST /webhook_verification_key/get with the key id of the request'),
  quickbooks: place('Verifier token', 'Intuit Developer → the app → Webhooks → Show verifier token'),
  xero: place('Webhook key', 'Xero developer → My Apps → the app → Webhooks → Webhooks key'),
  slack: place('Signing secret', 'api.slack.com/apps → the app → Basic Information → App Credentials → Signing Secret'),
  discord: place('Public key', 'Developer Portal → the application → General Information → Public Key'),
  telegram: place('Secret token', 'The secret_token that was given to setWebhook'),
  meta: place('App secret', 'App dashboard → App settings → Basic → App secret (not the verify token)'),
  line: place('Channel secret', 'LINE Developers → the channel → Basic settings → Channel secret'),
  twitch: place('Subscription secret', 'The transport.secret that was given when the subscription was made'),
  zoom: place('Secret token', 'App Marketplace → Manage → the app → Feature → Secret Token'),
  twilio: place('Auth token', 'Console → Account Info → Auth Token (the primary one)'),
  sendgrid: place(
    'Verification key',
    'Settings → Mail Settings → Event Webhooks → the webhook → Signature verification → Public key',
  ),
  mailgun: place('Webhook signing key', 'Sending → Webhooks → HTTP webhook signing key (not the API key)'),
  intercom: place('Client secret', 'Developer Hub → the app → Basic information → Client secret'),
  zendesk: place('Signing secret', 'Admin Center → Apps and integrations → Webhooks → the webhook → Reveal secret'),
  'hubspot-v1': place('Client secret', 'Development → the app → Auth → Client secret'),
  'hubspot-v2': place('Client secret', 'Development → the app → Auth → Client secret'),
  'hubspot-v3': place('Client secret', 'Development → the app → Auth → Client secret'),
  twitter: place('API secret key', 'Developer Portal → the app → Keys and tokens → API Key Secret (consumer secret)'),
  'standard-webhooks': place(
    'Signing secret',
    "In the sender's dashboard at the endpoint: whsec_… (Svix, Clerk, Resend, OpenAI, GitLab), or plain text (Polar)",
  ),
  linear: place('Signing secret', 'Settings → API → Webhooks → the webhook → Signing secret'),
  asana: place('X-Hook-Secret', 'Sent once in X-Hook-Secret when the webhook is made'),
  trello: place('OAuth secret', 'trello.com/power-ups/admin → the Power-Up → API key → Secret'),
  dropbox: place('App secret', 'App Console → the app → Settings → App secret'),
  box: place(
    'Signature key',
    'Developer Console → the app → Webhooks → Manage signature keys: primary, then secondary',
  ),
  docusign: place('Connect key', 'Settings → Connect → Connect Keys'),
  typeform: place('Secret', 'Form → Connect → Webhooks → the webhook → Edit → Secret'),
  calendly: place('Signing key', 'The signing_key that was given to the webhook subscription'),
  notion: place('Verification token', 'Sent once to the address when the subscription is made: the verification_token'),
  figma: place('Passcode', 'The passcode that was given when the webhook was made'),
  contentful: place(
    'Signing secret',
    'Settings → Webhooks → Settings → Request verification; for apps: the app → Security',
  ),
  sanity: place('Secret', `sanity.io/manage → the project → API → Webhooks → the webhook → Secret: ${CHOSEN}`),
  workos: place('Signing secret', 'Dashboard → Webhooks → the endpoint → Signing secret'),
  mux: place('Signing secret', 'Dashboard → Settings → Webhooks → Show signing secret'),
  'cloudflare-stream': place('Secret', 'The secret in the answer of the API call that set the webhook'),
  sns: place('Certificate', 'Under the SigningCertURL of the message, at Amazon'),
  fluxgate: place('Signing key', 'Dashboard → Developers → Webhooks'),
  basic: place('User and password', 'user:password, as they stand in the URL or in the settings of the webhook'),
  bearer: place('Token', 'The token that was given to the sender'),
  digest: place('Password', 'The password, or user:password'),
  oauth1: place('Consumer secret', "The consumer's secret, then the token's"),
  'jwt-hs256': place('Shared secret', 'The secret that the sender signs its tokens with'),
  jwt: place('Public key', "The issuer's key as PEM, or its JWK"),
  'rfc9421-hmac-sha256': place('Shared secret', 'The key of the keyid in Signature-Input, usually base64'),
  'cwm-hmac': place('Secret', 'The hmac.secret of its configuration'),
}

/** Where to find the secret of a scheme. */
export function secretPlace(scheme: string): SecretPlace {
  return (
    (Object.hasOwn(places, scheme) ? places[scheme] : undefined) ??
    place('Secret', "In the sender's settings of the webhook")
  )
}
