import { InvalidEventError, parseEvent } from '@tollgate/client';

const event = {
  specversion: '1.0',
  id: '6a1f0c7e-0b1d-4c53-9d1e-0d6f6f6f3c11',
  source: 'https://shop.example.com',
  type: 'balance.credited',
  subject: 'alice',
  time: '2026-05-04T12:00:00.000Z',
  datacontenttype: 'application/json',
  data: {
    userId: 'alice',
    unit: 'credits',
    amountMinor: 1000,
    reason: 'package',
    sessionId: 'cs_1',
    invoiceId: null,
    paymentId: 'pi_1',
  },
};
const text = JSON.stringify(event);
const notification = { Type: 'Notification', MessageId: 'm', TopicArn: 'arn', Message: text };

test.each([
  ['the event', event],
  ['the body of a request from SNS, raw', text],
  ['the body of a request from SNS', JSON.stringify(notification)],
  ['the body of a message of SQS, raw', text],
  ['the body of a message of SQS', JSON.stringify(notification)],
  ['a message that was received from SQS', { MessageId: 'm', Body: JSON.stringify(notification) }],
  ['a record of a function for SQS', { messageId: 'm', body: JSON.stringify(notification) }],
  ['a record of a function for SNS', { EventSource: 'aws:sns', Sns: notification }],
])('L5: an event is found in %s', (_what, delivered) => {
  const found = parseEvent(delivered);
  expect(found).toEqual(event);
  // The type tells what the data is, to the compiler as well.
  if (found.type === 'balance.credited') expect(found.data.amountMinor).toBe(1000);
});

test('L5: an event of a type that is newer is returned all the same', () => {
  expect(parseEvent({ ...event, type: 'balance.frozen' }).id).toBe(event.id);
});

test.each([
  ['no JSON', 'hello', /expected a CloudEvent in JSON; seen hello/],
  ['something else', { order: 7 }, /expected a CloudEvent of Tollgate's; seen \{"order":7\}/],
  ['nothing', undefined, /seen nothing/],
  ['an event without data', { ...event, data: null }, /lacks an id, a type or data/],
  [
    'a letter that confirms a subscription',
    { Type: 'SubscriptionConfirmation', Message: 'You have chosen …' },
    /SNS sent a SubscriptionConfirmation, .* fetch its SubscribeURL/,
  ],
  [
    'a wrapper of itself',
    { Message: { Message: { Message: { Message: { Message: {} } } } } },
    /seen/,
  ],
])('L5: %s is no event, which is said', (_what, delivered, message) => {
  expect(() => parseEvent(delivered)).toThrow(InvalidEventError);
  expect(() => parseEvent(delivered)).toThrow(message);
});
