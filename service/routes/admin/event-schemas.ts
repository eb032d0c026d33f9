import { Type } from 'typebox';
import type { Decision } from '../../effects/effects';
import { orNull } from '../../http/bodies';
import type { EventRecord } from '../../store/event-log';
import { readEventSubjects } from '../../store/event-subjects';
import type { Queryable } from '../../store/queryable';
import { dateTime, isoOf, isoOrNull } from './conventions';

export const eventStatuses = ['processed', 'ignored', 'pending', 'failed'] as const;

const recordMembers = {
  eventId: Type.String({ description: 'evt_…' }),
  type: Type.String(),
  status: Type.Enum([...eventStatuses], {
    description:
      'processed: handled; ignored: of a type without a handler; pending: to be handled; ' +
      'failed: given up, needs a person.',
  }),
  receivedBy: Type.Enum(['webhook', 'queue', 'reconciliation'], {
    description: 'By which way it came in first.',
  }),
  apiVersion: orNull(Type.String()),
  livemode: orNull(Type.Boolean()),
  createdAt: orNull(dateTime("By Stripe's clock, to the second.")),
  receivedAt: dateTime('When it came in first.'),
  processedAt: orNull(dateTime('When it was handled.')),
  attempts: Type.Integer({ description: 'Attempts to handle it, beside the one on its arrival.' }),
  nextAttemptAt: orNull(dateTime('When it will be handled; only of pending ones.')),
  lastError: orNull(Type.String({ description: 'Why it is pending or failed.' })),
  userId: orNull(Type.String({ description: 'Whom it is about; null where nothing says so.' })),
  amountMinor: orNull(
    Type.Integer({ description: 'The amount of its object, in minor units of currency.' }),
  ),
  currency: orNull(Type.String()),
};

export const eventRecord = Type.Object(recordMembers, { title: 'EventRecord' });

export const eventWithPayload = Type.Object(
  {
    ...recordMembers,
    payload: orNull(
      Type.Record(Type.String(), Type.Unknown(), {
        description: 'The event as Stripe sent it; null when it is no longer kept.',
      }),
    ),
  },
  { title: 'EventWithPayload', description: 'All that is recorded of the event.' },
);

const effects = {
  transfers: Type.Array(
    Type.Object({
      idempotencyKey: Type.String(),
      debitAccount: Type.String(),
      creditAccount: Type.String(),
      unit: Type.String(),
      amountMinor: Type.Integer(),
      reason: Type.String(),
      paymentId: orNull(Type.String()),
      reverses: orNull(Type.String()),
    }),
    { description: 'What is booked in the ledger.' },
  ),
  changes: Type.Array(
    Type.Object({
      object: Type.Enum(['checkout', 'payment', 'subscription', 'invoice']),
      id: Type.String(),
      values: Type.Record(Type.String(), Type.Unknown(), {
        description: 'What is written down of it; amounts are decimal strings.',
      }),
    }),
    { description: 'Whose recorded state changes.' },
  ),
  messages: Type.Array(
    Type.Object({
      key: Type.String(),
      type: Type.String(),
      userId: orNull(Type.String()),
      data: Type.Record(Type.String(), Type.Unknown()),
    }),
    { description: 'What is published.' },
  ),
};

export const replayResult = Type.Object(
  {
    eventId: Type.String(),
    dryRun: Type.Boolean({ description: 'True: nothing of this has been applied.' }),
    status: Type.Enum(['processed', 'ignored', 'refused'], {
      description:
        'ignored: its type has no handler; refused: it contradicts what is recorded, see refusal.',
    }),
    outcome: orNull(
      Type.String({ description: 'What became of it: credited, already_credited, no_change …' }),
    ),
    refusal: orNull(Type.Object({ code: Type.String(), detail: Type.String() })),
    effects: Type.Object(effects, {
      title: 'Effects',
      description: 'What it did, or would do; empty when all of it had been done before.',
    }),
  },
  { title: 'Replay', description: 'What came of the replay.' },
);

const unknownSubject = { userId: null, amountMinor: null, currency: null };

/** With their subjects, which take a second look at the payloads of these alone. */
export async function describeEvents(client: Queryable, events: readonly EventRecord[]) {
  const subjects = await readEventSubjects(
    client,
    events.map(({ eventId }) => eventId),
  );
  return events.map((event) => ({
    ...describeEvent(event),
    ...(subjects.get(event.eventId) ?? unknownSubject),
  }));
}

function describeEvent(event: EventRecord) {
  return {
    eventId: event.eventId,
    type: event.type,
    status: event.status,
    receivedBy: event.receivedBy,
    apiVersion: event.apiVersion,
    livemode: event.livemode,
    createdAt: isoOrNull(event.createdAt),
    receivedAt: isoOf(event.receivedAt),
    processedAt: isoOrNull(event.processedAt),
    attempts: event.attempts,
    nextAttemptAt: isoOrNull(event.nextAttemptAt),
    lastError: event.lastError,
  };
}

type Change = {
  readonly object: 'checkout' | 'payment' | 'subscription' | 'invoice';
  readonly id: string;
  readonly values: Record<string, unknown>;
};

/** The effects of a decision as data; none when there was no decision. */
export function describeEffects(decision: Decision | undefined) {
  const changesOf = <Item extends object>(
    object: Change['object'],
    items: readonly Item[] = [],
    idOf: (item: Item) => string,
  ): Change[] => items.map((item) => ({ object, id: idOf(item), values: jsonOf(item) }));
  return {
    transfers: (decision?.transfers ?? []).map((transfer) => ({
      ...transfer,
      amountMinor: Number(transfer.amountMinor),
    })),
    changes: [
      ...changesOf('checkout', decision?.checkouts, ({ checkoutId }) => checkoutId),
      ...changesOf('payment', decision?.payments, ({ paymentId }) => paymentId),
      ...changesOf('subscription', decision?.subscriptions, (each) => each.subscriptionId),
      ...changesOf('invoice', decision?.invoices, ({ invoiceId }) => invoiceId),
    ],
    messages: (decision?.messages ?? []).map(({ key, type, userId, data }) => ({
      key,
      type,
      userId,
      data: jsonOf(data),
    })),
  };
}

/** JSON has no bigint: amounts become decimal strings. */
function jsonOf(value: object): Record<string, unknown> {
  return JSON.parse(
    JSON.stringify(value, (_key, each: unknown) =>
      typeof each === 'bigint' ? String(each) : each,
    ),
  );
}
