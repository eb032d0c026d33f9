import { type TObject, Type } from 'typebox';
import { type MessageType, messageSchemas } from './schemas';

/** When each message is published, in one sentence. */
export const messageMeanings: Readonly<Record<MessageType, string>> = {
  'checkout.completed': 'A checkout was paid, and what it sold has been granted.',
  'checkout.expired': 'A checkout was not paid in time and cannot be paid any more.',
  'checkout.payment_failed': 'A delayed payment of a completed checkout did not arrive.',
  'balance.credited': "Something was added to a user's balance.",
  'balance.debited': 'A user spent something.',
  'balance.reversed': 'What a payment had granted was taken back: it was refunded or disputed.',
  'balance.restored': 'What had been taken back was given again: a dispute won, a refund failed.',
  'balance.adjusted': 'An administrator gave a user something, or corrected what the user has.',
  'hold.placed': "An amount of a user's balance was reserved.",
  'hold.captured': 'A reserved amount, or a part of it, was taken for good.',
  'hold.released': 'A reserved amount went back to the balance.',
  'hold.expired': 'A reserved amount went back to the balance because its time was over.',
  'dispute.opened': 'A buyer disputed a payment with their bank, or inquired about it.',
  'dispute.updated': 'A dispute has another status, or its money has moved.',
  'dispute.closed': 'A dispute was decided.',
  'payment.successful': 'A payment succeeded, whatever began it.',
  'payment.failed': 'An attempt to pay failed; the payment may still succeed.',
  'payment.action_required': 'The buyer has to do something, such as authenticate the card.',
  'payment.canceled': 'A payment was given up and will not succeed any more.',
  'payment.refunded': 'The refunded total of a payment is another one.',
  'subscription.created': 'A subscription is there; its status says whether it runs yet.',
  'subscription.updated': 'Something that this message tells of a subscription has changed.',
  'subscription.canceled': 'A subscription has ended because somebody ended it.',
  'subscription.expired': 'A subscription has ended because it was not paid, or disputed.',
  'subscription.trial_ending': 'A trial ends in three days.',
  'invoice.paid': 'An invoice was paid; what its lines grant has been granted.',
  'invoice.payment_failed': 'An attempt to pay an invoice failed; Stripe may try again.',
  'invoice.payment_action_required': 'The buyer has to authenticate the payment of an invoice.',
};

export const messageTypes = Object.keys(messageSchemas) as readonly MessageType[];

/**
 * The schema of a whole message: a CloudEvents 1.0 event in its JSON form. Members may be added to
 * `data` later, so that it closes nothing. https://github.com/cloudevents/spec
 */
export function cloudEventSchema(type: MessageType) {
  const data: TObject = messageSchemas[type];
  return Type.Object(
    {
      specversion: Type.Literal('1.0'),
      id: Type.String({
        format: 'uuid',
        description: 'The same whenever the message is delivered again: drop those you have seen.',
      }),
      source: Type.String({ description: 'The origin of PUBLIC_BASE_URL.' }),
      type: Type.Literal(type),
      subject: Type.Optional(Type.String({ description: 'The user, if it is about one.' })),
      time: Type.String({ format: 'date-time', description: 'When it happened here.' }),
      datacontenttype: Type.Literal('application/json'),
      data: Type.Object({
        userId: Type.Union([Type.String(), Type.Null()], {
          description: 'The user of the host application; null when it is nobody of ours.',
        }),
        ...data.properties,
      }),
    },
    {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: `urn:tollgate:event:${type}`,
      title: type,
      description: messageMeanings[type],
    },
  );
}
