import type Stripe from 'stripe';
import { handledEventTypes } from '../../service/handlers';
import { fingerprintOf } from '../../service/secrets/rotating';
import { stripeApiVersion } from '../../service/stripe/client';
import { OpsFailure } from '../failure';
import type { StripeAccess } from '../stripe-access';

/** What an endpoint of ours says in its metadata. */
const keys = {
  environment: 'tollgate_environment',
  /** The fingerprint of its secret, which Stripe shows once. */
  secret: 'tollgate_secret',
  /** `pending` until it has taken over. */
  state: 'tollgate_state',
} as const;

/**
 * The one event of an endpoint whose secret the service does not have yet: one that does not happen
 * where nobody schedules queries. So nothing is delivered that would be refused.
 */
const quietEvents: Stripe.WebhookEndpointCreateParams.EnabledEvent[] = [
  'sigma.scheduled_query_run.created',
];
const most = 1_000;

type Endpoint = Stripe.WebhookEndpoint;

/** The endpoints of one environment in Stripe. */
export class Endpoints {
  constructor(
    private readonly stripe: StripeAccess,
    /** Where Stripe is to deliver, to the letter. */
    readonly url: string,
    private readonly environment: string,
  ) {}

  all(): Promise<readonly Endpoint[]> {
    return this.stripe.ask('listing the webhook endpoints', (stripe) =>
      stripe.webhookEndpoints.list({ limit: 100 }).autoPagingToArray({ limit: most }),
    );
  }

  async ofUrl(): Promise<readonly Endpoint[]> {
    return (await this.all()).filter(({ url }) => url === this.url);
  }

  /** Makes one that delivers nothing yet. */
  async create(): Promise<{ readonly endpoint: Endpoint; readonly secret: string }> {
    const created = await this.stripe.ask('making a webhook endpoint', (stripe) =>
      stripe.webhookEndpoints.create({
        url: this.url,
        enabled_events: quietEvents,
        api_version: stripeApiVersion as Stripe.WebhookEndpointCreateParams.ApiVersion,
        description: `Tollgate, ${this.environment}`,
        metadata: { [keys.environment]: this.environment, [keys.state]: 'pending' },
      }),
    );
    const { secret } = created;
    if (secret === undefined) {
      throw new OpsFailure(`Stripe made ${created.id} without a secret`, 'Run it again.');
    }
    const metadata = { [keys.secret]: fingerprintOf(secret) };
    return { endpoint: await this.update(created, { metadata }), secret };
  }

  /** Has it deliver what the handlers want, and nothing else. */
  activate(endpoint: Endpoint): Promise<Endpoint> {
    return this.update(endpoint, { enabled_events: [...handledEventTypes], disabled: false });
  }

  /** It has taken over: a later run is another rotation. */
  async settle(endpoint: Endpoint): Promise<void> {
    await this.update(endpoint, { metadata: { [keys.state]: '' } });
  }

  async disable(endpoint: Endpoint): Promise<void> {
    await this.update(endpoint, { disabled: true });
  }

  async remove({ id }: Endpoint): Promise<void> {
    await this.stripe.ask(`deleting ${id}`, (stripe) => stripe.webhookEndpoints.del(id));
  }

  private update({ id }: Endpoint, change: Stripe.WebhookEndpointUpdateParams): Promise<Endpoint> {
    return this.stripe.ask(`changing ${id}`, (stripe) =>
      stripe.webhookEndpoints.update(id, change),
    );
  }
}

/** Whether an interrupted run has made it, and not got to the end. */
export const isPending = ({ metadata }: Endpoint) => metadata[keys.state] === 'pending';

/** The secret of an endpoint among these, if it is; of one that was made by hand nobody knows. */
export function secretOf({ metadata }: Endpoint, values: readonly string[]): string | undefined {
  const fingerprint = metadata[keys.secret];
  return values.find((value) => fingerprintOf(value) === fingerprint);
}

/** Whether it was made by this command, so that its secret can be told from others. */
export const hasKnownSecret = ({ metadata }: Endpoint) => metadata[keys.secret] !== undefined;

/** What of it tells how it delivers. */
type Delivering = Pick<Endpoint, 'api_version' | 'enabled_events'>;

/** How it differs from what the service wants, in words; nothing where it does not. */
export function differencesOf(endpoint: Delivering): string[] {
  const { enabled_events: events } = endpoint;
  const beyond = events.filter((type) => !handledEventTypes.some((each) => each === type));
  return [
    ...lackingEvents(endpoint),
    ...(beyond.length > 0 ? [`sends ${beyond.join(', ')}, which nothing handles`] : []),
    ...otherVersion(endpoint),
  ];
}

/** What it does not send of what is handled, in words. */
export function lackingEvents({ enabled_events: events }: Delivering): string[] {
  if (events.includes('*')) return [];
  const missing = handledEventTypes.filter((type) => !events.includes(type));
  return missing.length > 0 ? [`does not send ${missing.join(', ')}`] : [];
}

/** That it sends another form than the code was written against, in words. */
export function otherVersion({ api_version: version }: Delivering): string[] {
  if (version === stripeApiVersion) return [];
  return [`is of API version ${version ?? 'of the account'}, not ${stripeApiVersion}`];
}
