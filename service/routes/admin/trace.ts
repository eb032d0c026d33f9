import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { orNull } from '../../http/bodies';
import { problemsOf } from '../../http/problem-details';
import { type TracedObject, type TraceOptions, trace } from '../../reconciliation/trace';
import { adminProblems, dateTime, isoOf, isoOrNull } from './conventions';
import { describeEvents, eventRecord } from './event-schemas';

/** Well within a load balancer's patience. */
const timeoutMillis = 20_000;

const nullableText = orNull(Type.String());
const traceSchema = Type.Object(
  {
    id: Type.String(),
    userId: orNull(Type.String({ description: 'Whose it is, where that is known.' })),
    customerId: nullableText,
    stripeProblem: orNull(Type.String({ description: 'Why Stripe could not be asked.' })),
    eventCreatedAt: orNull(
      dateTime('When Stripe made the event; null where it has none, and for other ids.'),
    ),
    objects: Type.Array(
      Type.Object({
        object: Type.String({ description: "Stripe's name of its kind." }),
        id: Type.String(),
        status: nullableText,
        amountMinor: orNull(Type.Integer({ description: 'In minor units of the currency.' })),
        currency: nullableText,
        createdAt: dateTime("By Stripe's clock."),
        standing: orNull(
          Type.Enum(['same', 'to_be_booked', 'refused', 'differs', 'nothing_to_book'], {
            description:
              'same: we hold it as Stripe has it. to_be_booked: a reconciliation would book it. ' +
              'refused: it contradicts what is recorded. differs: no event explains it. ' +
              'nothing_to_book: it books nothing here. null: another object says it.',
          }),
        ),
        detail: orNull(Type.String({ description: 'The outcome, refusal or difference.' })),
      }),
      { description: 'As Stripe has them now; of a customer the last ones.' },
    ),
    events: Type.Array(eventRecord, {
      description: 'Received, and naming one of them; last first.',
    }),
    isEventSearchComplete: Type.Boolean({
      description: 'False: there was no time to look at all events.',
    }),
    transfers: Type.Array(
      Type.Object({
        idempotencyKey: Type.String(),
        debitAccount: Type.String(),
        creditAccount: Type.String(),
        unit: Type.String(),
        amountMinor: Type.Integer(),
        reason: Type.String(),
        paymentId: nullableText,
        createdAt: dateTime('When it was booked.'),
      }),
      { description: 'Booked, oldest first.' },
    ),
    messages: Type.Array(
      Type.Object({
        position: Type.Integer(),
        messageId: Type.String(),
        type: Type.String(),
        userId: nullableText,
        createdAt: dateTime('When what it tells of was committed.'),
        publishedAt: orNull(dateTime('Null: not yet.')),
        setAsideAt: orNull(dateTime('When it was given up.')),
        lastError: nullableText,
      }),
      { description: 'Told of it, oldest first; kept for 30 days.' },
    ),
  },
  { title: 'Trace', description: 'What Stripe says, and what was received, booked and published.' },
);

/** One purchase, or the last of a customer, from end to end. */
export const adminTraceRoutes: FastifyPluginCallbackTypebox<TraceOptions> = (
  app,
  options,
  done,
) => {
  app.get(
    '/trace/:id',
    {
      config: { asksStripe: true },
      schema: {
        tags: ['admin'],
        operationId: 'trace',
        summary: 'Follow a payment from Stripe to what was published',
        description:
          'The id of an object of Stripe’s (pi_…, cs_…, ch_…, re_…, du_…, in_…, sub_…, cus_…), of ' +
          'an event (evt_…), or a user. What Stripe has is compared with what is booked, and ' +
          'nothing is changed.',
        params: Type.Object({
          id: Type.String({ minLength: 1, maxLength: 255, pattern: '^[^\\p{Cc}\\p{Cs}]+$' }),
        }),
        response: { 200: traceSchema, ...problemsOf(...adminProblems, 'row_locked') },
      },
    },
    async ({ params: { id } }) => {
      const found = await trace(options, id, AbortSignal.timeout(timeoutMillis));
      return {
        id,
        userId: found.userId,
        customerId: found.customerId,
        stripeProblem: found.stripeProblem,
        eventCreatedAt: isoOrNull(found.eventCreatedAt),
        objects: found.objects.map(describeObject),
        events: await describeEvents(options.database, found.events),
        isEventSearchComplete: found.isEventSearchComplete,
        transfers: found.transfers.map((each) => ({
          ...each,
          amountMinor: Number(each.amountMinor),
          createdAt: isoOf(each.createdAt),
        })),
        messages: found.messages.map((each) => ({
          ...each,
          position: Number(each.position),
          createdAt: isoOf(each.createdAt),
          publishedAt: isoOrNull(each.publishedAt),
          setAsideAt: isoOrNull(each.setAsideAt),
        })),
      };
    },
  );
  done();
};

function describeObject({ object, standing, detail }: TracedObject) {
  return {
    object: object.object,
    id: object.id,
    ...stateOf(object),
    createdAt: isoOf(new Date(object.created * 1_000)),
    standing: standing ?? null,
    detail: detail ?? null,
  };
}

function stateOf(object: TracedObject['object']) {
  switch (object.object) {
    case 'checkout.session':
      return {
        status: `${object.status}, ${object.payment_status}`,
        amountMinor: object.amount_total,
        currency: object.currency,
      };
    case 'invoice':
      return { status: object.status, amountMinor: object.amount_paid, currency: object.currency };
    case 'customer':
      return { status: null, amountMinor: null, currency: null };
    case 'subscription':
      return { status: object.status, amountMinor: null, currency: null };
    default:
      return { status: object.status, amountMinor: object.amount, currency: object.currency };
  }
}
