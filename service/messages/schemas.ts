import { type Static, Type } from 'typebox';

/**
 * Every billing event that is published, by its CloudEvents type, with the JSON schema of its
 * `data`. Consumers rely on these: a member may be added, none removed or given another meaning.
 * `data` also carries `userId`, which is null when the payment is no user's of ours.
 */

const minor = (of: string) => Type.Integer({ description: `${of}, in minor units.` });
const currency = Type.String({ description: 'ISO 4217, lower case.' });
const unit = Type.String({ description: 'A currency, lower case, or "credits".' });
const sessionId = Type.String({ description: "The Checkout session's id, cs_…" });
const paymentId = Type.String({
  description: 'The payment intent, pi_…, or the charge, ch_…, when there is none.',
});
const orNull = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);

const metadata = Type.Record(Type.String(), Type.String(), {
  description: 'What the checkout was begun with; empty when there was none.',
});

const payment = Type.Object({
  paymentIntentId: Type.String(),
  customerId: orNull(Type.String()),
  amountMinor: minor('What is to be paid'),
  currency,
  errorCode: orNull(Type.String({ description: "Stripe's code of the last failure." })),
  sessionId: orNull(Type.String({ description: 'The session of a checkout of ours, cs_…' })),
  kind: orNull(Type.Enum(['topup', 'package', 'price', 'item'])),
  reference: orNull(Type.String({ description: 'The package, price or item that it pays.' })),
  priceId: orNull(Type.String({ description: "Stripe's price, price_…, where one is sold." })),
  quantity: orNull(Type.Integer()),
  metadata,
});

const unpaidCheckout = Type.Object({
  sessionId,
  // Left out by earlier versions, whose messages may still be waiting.
  reference: Type.Optional(orNull(Type.String({ description: 'What was not sold.' }))),
  metadata: Type.Optional(metadata),
});

const subscription = Type.Object({
  subscriptionId: Type.String(),
  customerId: Type.String(),
  status: Type.String({ description: "Stripe's status of the subscription." }),
  items: Type.Array(
    Type.Object({
      priceId: Type.String(),
      lookupKey: orNull(Type.String({ description: 'The name of the price in the catalogue.' })),
      quantity: Type.Integer(),
    }),
    { description: 'What is subscribed to.' },
  ),
  cancelAtPeriodEnd: Type.Boolean({ description: 'Its end is scheduled; true until it has come.' }),
  paused: Type.Boolean({ description: 'It, or the collection of its payments, is paused.' }),
  trialEnd: orNull(Type.String({ format: 'date-time' })),
  currentPeriodEnd: orNull(
    Type.String({ format: 'date-time', description: 'When the first of its items renews.' }),
  ),
});

const invoice = Type.Object({
  invoiceId: Type.String(),
  subscriptionId: orNull(Type.String()),
  customerId: orNull(Type.String()),
  amountMinor: minor('What is due, or was paid'),
  currency,
});

const dispute = Type.Object({
  disputeId: Type.String(),
  paymentId,
  amountMinor: minor('What is disputed'),
  currency,
  status: Type.String({ description: "Stripe's status of the dispute." }),
});

const correction = Type.Object({
  paymentId: orNull(paymentId),
  unit,
  amountMinor: minor('What the balance changed by, above zero'),
});

const hold = {
  holdId: Type.String(),
  unit,
  reason: Type.String({ description: 'As the caller gave it.' }),
};

export const messageSchemas = {
  'checkout.completed': Type.Object({
    sessionId,
    kind: Type.Enum(['topup', 'package', 'price', 'item', 'foreign']),
    reference: orNull(Type.String({ description: 'The package, price or item that was sold.' })),
    name: orNull(Type.String({ description: 'As the buyer read it.' })),
    priceId: orNull(Type.String({ description: "Stripe's price, price_…, where one was sold." })),
    metadata,
    quantity: Type.Integer(),
    amountMinor: minor('What was paid'),
    currency,
    paymentId: orNull(paymentId),
    subscriptionId: orNull(Type.String()),
  }),
  'checkout.expired': unpaidCheckout,
  'checkout.payment_failed': unpaidCheckout,
  'balance.credited': Type.Object({
    unit,
    amountMinor: minor('What was added'),
    reason: Type.String({ description: 'Why: topup, package, purchase, subscription.' }),
    sessionId: orNull(sessionId),
    invoiceId: orNull(Type.String()),
    paymentId: orNull(paymentId),
  }),
  'balance.debited': Type.Object({
    unit,
    amountMinor: minor('What was taken'),
    reason: Type.String({ description: 'As the caller gave it.' }),
    spendId: Type.String({ description: 'Names the spend, as its answer did.' }),
  }),
  'balance.adjusted': Type.Object({
    unit,
    amountMinor: Type.Integer({
      description: 'What the balance changed by, in minor units: negative for what was taken.',
    }),
    kind: Type.Enum(['grant', 'correction']),
    reason: Type.String({ description: 'As the administrator gave it.' }),
    adjustmentId: Type.String({ description: 'Names the adjustment, as its answer did.' }),
    requestedBy: Type.String({ description: 'The administrator: the sub of the token.' }),
    approvedBy: orNull(
      Type.String({ description: 'The second person; null where none was needed.' }),
    ),
  }),
  'hold.placed': Type.Object({
    ...hold,
    amountMinor: minor('What was taken from the balance and is held'),
    expiresAt: Type.String({ format: 'date-time' }),
  }),
  'hold.captured': Type.Object({
    ...hold,
    amountMinor: minor('What was captured'),
    releasedMinor: minor('The rest, which went back to the balance'),
  }),
  'hold.released': Type.Object({ ...hold, amountMinor: minor('What went back to the balance') }),
  'hold.expired': Type.Object({ ...hold, amountMinor: minor('What went back to the balance') }),
  'balance.reversed': correction,
  'balance.restored': correction,
  'dispute.opened': dispute,
  'dispute.updated': dispute,
  'dispute.closed': dispute,
  'payment.successful': payment,
  'payment.failed': payment,
  'payment.action_required': payment,
  'payment.canceled': payment,
  'payment.refunded': Type.Object({
    paymentId,
    refundedMinor: minor('All that was refunded of the payment so far'),
    currency,
  }),
  'subscription.created': subscription,
  'subscription.updated': subscription,
  'subscription.canceled': subscription,
  'subscription.expired': subscription,
  'subscription.trial_ending': subscription,
  'invoice.paid': invoice,
  'invoice.payment_failed': invoice,
  'invoice.payment_action_required': invoice,
};

export type MessageType = keyof typeof messageSchemas;

export type MessageData<T extends MessageType> = Readonly<Static<(typeof messageSchemas)[T]>>;
