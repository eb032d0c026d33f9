/**
 * The addresses that Stripe delivers webhooks from, for the flag `stripeIpsOnly` and nothing else.
 * Compare the list with the source before the flag is first given, and whenever Stripe announces a
 * change, seven days ahead, on the mailing list that https://docs.stripe.com/ips names.
 */
export const stripeWebhookAddresses = {
  source: 'https://stripe.com/files/ips/ips_webhooks.txt',
  /** The day that this list was published as it stands here. */
  asOf: '2026-05-15',
  addresses: [
    '3.18.12.63',
    '3.69.109.8',
    '3.120.168.93',
    '3.130.192.231',
    '13.235.14.237',
    '13.235.122.149',
    '18.211.135.69',
    '35.154.171.200',
    '35.157.207.129',
    '52.15.183.38',
    '54.88.130.119',
    '54.88.130.237',
    '54.187.174.169',
    '54.187.205.235',
    '54.187.216.72',
  ],
} as const;
