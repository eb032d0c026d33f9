import { parseSecret, valuesIn } from '../../../service/secrets/parse';
import { rotating } from '../../support/authentication';
import { eventOf } from '../../support/running-service';
import { startServiceWithDatabase } from '../../support/service-with-database';

test.each([
  ['whsec_a', ['whsec_a']],
  ['whsec_a whsec_b', ['whsec_a', 'whsec_b']],
  ['whsec_a,whsec_b', ['whsec_a', 'whsec_b']],
  ['whsec_a,\n  whsec_b\nwhsec_c', ['whsec_a', 'whsec_b', 'whsec_c']],
  ['{"key": ["whsec_a", "whsec_b"]}', ['whsec_a', 'whsec_b']],
  ['{"key": "whsec_a, whsec_b"}', ['whsec_a', 'whsec_b']],
  ['a secret, with whsec_ in it', ['a secret, with whsec_ in it']],
  ['whsec_a or else', ['whsec_a or else']],
])('S6: %j holds the values %j', (stored, values) => {
  expect(valuesIn(parseSecret('STRIPE_WEBHOOK_SECRET', stored).value)).toEqual(values);
});

test('S6: two endpoints deliver to one URL, each with its secret', async () => {
  const { service, close } = await startServiceWithDatabase({
    STRIPE_WEBHOOK_SECRET: 'whsec_one,whsec_two',
  });
  for (const [secret, status] of [
    ['whsec_one', 200],
    ['whsec_two', 200],
    ['whsec_three', 400],
    ['whsec_one,whsec_two', 400],
  ] as const) {
    expect([secret, (await service.deliver(eventOf('ping', {}), { secret })).status]).toEqual([
      secret,
      status,
    ]);
  }
  await close();
});

test('S6: beside a rotation, what both versions hold is current, and each counts once', async () => {
  const createdAtMillis = Date.now();
  const secret = rotating(
    'whsec_old whsec_other',
    new Map([
      ['AWSCURRENT', { text: 'whsec_new whsec_other', createdAtMillis }],
      ['AWSPREVIOUS', { text: 'whsec_old whsec_other', createdAtMillis: 0 }],
    ]),
  );
  expect(secret.current).toEqual(['whsec_old', 'whsec_other']);
  await secret.refresh();
  expect(secret.inForce).toEqual([
    { value: 'whsec_new', version: 'current' },
    { value: 'whsec_other', version: 'current' },
    { value: 'whsec_old', version: 'previous' },
  ]);
});
