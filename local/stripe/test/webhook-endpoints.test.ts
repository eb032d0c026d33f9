import type Stripe from 'stripe';
import { closeAll, errorOf, start } from './running';

let stripe: Stripe;

beforeEach(async () => {
  ({ stripe } = await start());
});
afterEach(closeAll);

describe('webhook endpoints', () => {
  test('O5: the secret is shown when the endpoint is created and never again', async () => {
    const created = await stripe.webhookEndpoints.create({
      url: 'https://shop.example/hook',
      enabled_events: ['charge.failed', 'charge.succeeded'],
      description: 'shop',
      metadata: { by: 'tollgate' },
      api_version: '2024-06-20',
    });
    expect(created.secret).toMatch(/^whsec_\w{32}$/);
    expect(created).toMatchObject({ status: 'enabled', api_version: '2024-06-20' });
    const { id } = created;
    const later = [
      await stripe.webhookEndpoints.retrieve(id),
      (await stripe.webhookEndpoints.list()).data[0],
      await stripe.webhookEndpoints.update(id, { description: 'the shop' }),
    ];
    for (const answer of later) {
      expect(answer).toMatchObject({ id, url: 'https://shop.example/hook' });
      expect(answer).not.toHaveProperty('secret');
    }
  });

  test('O5: an endpoint can be disabled, enabled, moved and deleted', async () => {
    const { id } = await stripe.webhookEndpoints.create({
      url: 'http://127.0.0.1:9/',
      enabled_events: ['*'],
    });
    expect(await stripe.webhookEndpoints.update(id, { disabled: true })).toMatchObject({
      status: 'disabled',
    });
    const moved = await stripe.webhookEndpoints.update(id, {
      disabled: false,
      url: 'http://127.0.0.1:9/moved',
      enabled_events: ['charge.failed'],
    });
    expect(moved).toMatchObject({
      status: 'enabled',
      url: 'http://127.0.0.1:9/moved',
      enabled_events: ['charge.failed'],
    });
    expect(await stripe.webhookEndpoints.del(id)).toMatchObject({ id, deleted: true });
    expect(await errorOf(stripe.webhookEndpoints.retrieve(id))).toMatchObject({ statusCode: 404 });
  });

  test('L2: an account has sixteen endpoints at most', async () => {
    const create = () =>
      stripe.webhookEndpoints.create({ url: 'http://127.0.0.1:9/', enabled_events: ['*'] });
    for (let count = 0; count < 16; count += 1) await create();
    expect((await errorOf(create())).message).toMatch(/maximum of 16 test webhook endpoints/);
  });
});
