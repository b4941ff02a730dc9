const NAMES: Readonly<Record<string, string>> = {
  github: 'GitHub',
  gitlab: 'GitLab',
  gitea: 'Gitea',
  stripe: 'Stripe',
  slack: 'Slack',
  shopify: 'Shopify',
  twilio: 'Twilio',
  sendgrid: 'SendGrid',
  svix: 'Svix',
  'standard-webhooks': 'Standard Webhooks',
  sns: 'Amazon SNS',
  circleci: 'CircleCI',
  pagerduty: 'PagerDuty',
  paypal: 'PayPal',
  lemonsqueezy: 'Lemon Squeezy',
  woocommerce: 'WooCommerce',
  bigcommerce: 'BigCommerce',
  gocardless: 'GoCardless',
  quickbooks: 'QuickBooks',
  hubspot: 'HubSpot',
  line: 'LINE',
  twitter: 'X (Twitter)',
  docusign: 'DocuSign',
  workos: 'WorkOS',
  fluxgate: 'FluxGate',
  'azure-event-grid': 'Azure Event Grid',
  cloudevents: 'CloudEvents',
}

/** How a sender writes its own name; one that is not known is shown as it was recognised, with a capital. */
export function providerName(provider: string): string {
  return NAMES[provider] ?? provider.charAt(0).toUpperCase() + provider.slice(1)
}
