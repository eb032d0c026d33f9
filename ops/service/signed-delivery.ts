import { randomUUID } from 'node:crypto';
import Stripe from 'stripe';
import { defaultWebhookPath } from '../../service/contract';
import type { Deployed } from '../aws/deployed';
import { OpsFailure } from '../failure';
import { untilPickedUp } from './until-picked-up';

const timeoutMillis = 10_000;
/** Where deliveries of Stripe's are taken. */
export interface Receiver {
  /** Without a path. */
  readonly url: string;
  readonly webhookPath: string;
  readonly mode: string;
}

/** @param url where the service is reached, without a path */
export function receiverAt(deployed: Deployed, url: string): Receiver {
  const [webhookPath = defaultWebhookPath] = deployed.get('WebhookPaths').split(',');
  return { url, webhookPath, mode: deployed.get('StripeMode') };
}

/** An event as Stripe would send it, of an id that says where it comes from. */
export function simulatedEvent(type: string, object: object, mode: string) {
  return {
    id: `evt_tollgate_${randomUUID()}`,
    object: 'event',
    api_version: Stripe.API_VERSION,
    created: Math.floor(Date.now() / 1000),
    livemode: mode === 'live',
    pending_webhooks: 0,
    request: { id: null, idempotency_key: null },
    type,
    data: { object },
  };
}

/** Delivers an event as Stripe does, signed. @throws OpsFailure where nobody answers */
export async function deliver(
  { url, webhookPath }: Receiver,
  event: object,
  secret: string,
): Promise<{ readonly status: number; readonly body: string }> {
  const payload = JSON.stringify(event);
  const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret });
  const to = new URL(webhookPath, url);
  try {
    const response = await fetch(to, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': signature },
      body: payload,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMillis),
    });
    return { status: response.status, body: (await response.text()).slice(0, 500) };
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    throw new OpsFailure(
      `${to} does not answer: ${cause instanceof Error ? cause.message : cause}`,
      'Check the DNS record, the listener and the tasks; --url names another address that leads to them.',
    );
  }
}

/**
 * Sees that the service verifies by a secret: with an event of a type that nothing handles, which it
 * records and does nothing about.
 * @throws OpsFailure where it still refuses it after a while, or cannot say
 */
export async function seeVerified(receiver: Receiver, secret: string): Promise<string> {
  const { outcome, seen } = await untilPickedUp(async () => {
    const event = simulatedEvent('tollgate.secret_probe', {}, receiver.mode);
    const { body, status } = await deliver(receiver, event, secret);
    if (status === 200)
      return { outcome: 'taken', seen: 'an event that was signed with it is taken' };
    return { outcome: status === 503 ? 'not now' : 'refused', seen: `${status} ${body}` };
  });
  if (outcome === 'taken') return seen;
  throw new OpsFailure(
    `the service refuses what is signed with the stored secret: ${seen}`,
    'Is --env the environment behind this address? Do the tasks have STRIPE_WEBHOOK_SECRET_ARN, and may they read it?',
  );
}
