import type Stripe from 'stripe';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { Value } from 'typebox/value';
import { Problem } from '../errors';
import { isOfConnectedAccount } from '../handlers/index';

/** What must be there for an event to be recorded; the handlers' types are Stripe's to keep. */
const name = Type.String({ pattern: '^[\\x21-\\x7e]{1,255}$' });
const recordable = Type.Object({
  id: name,
  type: name,
  livemode: Type.Optional(Type.Boolean()),
  created: Type.Optional(Type.Integer({ minimum: 0, maximum: 253_402_300_799 })),
  api_version: Type.Optional(Type.Union([name, Type.Null()])),
  data: Type.Object({ object: Type.Object({}) }),
});
const compiled = Compile(recordable);

/** Stripe nests some ten levels; PostgreSQL refuses JSON that is nested some thousands deep. */
const depthMax = 256;

/**
 * The event in a body whose signature has been verified.
 * @throws Problem `stripe_event_malformed`, `stripe_event_wrong_mode`
 */
export function parseEvent(body: Buffer, mode: 'test' | 'live'): Stripe.Event {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new Problem('stripe_event_malformed', 'the body is not JSON', { cause: error });
  }
  return readEvent(parsed, mode);
}

/**
 * The event in what a delivery, signed or from the queue, was parsed into.
 * @throws Problem `stripe_event_malformed`, `stripe_event_wrong_mode`
 */
export function readEvent(parsed: unknown, mode: 'test' | 'live'): Stripe.Event {
  if (isDeeperThan(parsed, depthMax)) {
    throw new Problem('stripe_event_malformed', `the body is nested more than ${depthMax} deep`);
  }
  if (!isEvent(parsed)) {
    const [first] = Value.Errors(recordable, parsed);
    const at = first?.instancePath === '' ? 'the body' : first?.instancePath;
    throw new Problem('stripe_event_malformed', `${at} ${first?.message}`);
  }
  // A live endpoint is sent the test events of connected accounts as well; we ignore all of theirs,
  // and were they refused, Stripe would turn the endpoint off, and ours with it.
  // https://docs.stripe.com/connect/webhooks
  const isOtherMode = parsed.livemode !== undefined && parsed.livemode !== (mode === 'live');
  if (isOtherMode && !isOfConnectedAccount(parsed)) {
    throw new Problem(
      'stripe_event_wrong_mode',
      `${parsed.id} has livemode ${parsed.livemode}, but STRIPE_MODE is ${mode}`,
    );
  }
  return parsed;
}

function isEvent(value: unknown): value is Stripe.Event {
  return compiled.Check(value);
}

/** Goes no deeper than `depth` itself, and so never runs out of stack. */
function isDeeperThan(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (depth === 0) return true;
  for (const name in value) {
    if (isDeeperThan((value as Readonly<Record<string, unknown>>)[name], depth - 1)) return true;
  }
  return false;
}
