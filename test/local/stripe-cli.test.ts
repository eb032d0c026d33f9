import { type LocalStripe, payOnHostedPage, startLocalStripe } from '@tollgate/local-stripe';
import Stripe from 'stripe';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createStripeCli, killPrograms } from '../support/program';
import { startTestService, stripeKey, type TestService } from '../support/running-service';

let database: TestDatabase;
let localStripe: LocalStripe;
let service: TestService;
let cli: ReturnType<typeof createStripeCli>;

beforeAll(async () => {
  database = await createTestDatabase();
  localStripe = await startLocalStripe();
  cli = createStripeCli(localStripe.url, stripeKey);
  const secret = cli.start('listen', '--print-secret', '--skip-update');
  expect(await secret.code).toBe(0);
  service = await startTestService(database.url, {
    STRIPE_API_BASE: localStripe.url,
    STRIPE_WEBHOOK_SECRET: secret.output(), // with the newline that a paste brings along
  });
});

afterAll(async () => {
  killPrograms();
  await service.stop();
  await localStripe.close();
  await database.drop();
  cli.remove();
});

test("L2: what Stripe's CLI triggers, forwards and sends again is credited once", async () => {
  const stripe = new Stripe(stripeKey, {
    protocol: 'http',
    host: '127.0.0.1',
    port: localStripe.port,
  });
  const listen = cli.start(
    ...['listen', '--forward-to', `${service.url}/webhooks/stripe`],
    ...['--no-wss', '--skip-update'],
  );
  await listen.printed('Your webhook signing secret is');

  // Somebody else's session in the same account: recorded, and credited to nobody.
  const trigger = cli.start('trigger', 'checkout.session.completed');
  expect([await trigger.code, trigger.output()]).toEqual([
    0,
    expect.stringContaining('Trigger succeeded!'),
  ]);
  const forwarding = /--> checkout\.session\.completed \[(evt_\w+)\]/;
  const [, foreignEventId] = (await listen.printed(forwarding)).match(forwarding) ?? [];
  await listen.printed(`[200] POST ${service.url}/webhooks/stripe [${foreignEventId}]`);
  expect(
    await database.query(
      "select status from stripe_events where event_type = 'checkout.session.completed'",
    ),
  ).toEqual([{ status: 'processed' }]);
  expect(await database.query('select 1 from transfers')).toEqual([]);

  // A session of ours, paid on the hosted page.
  const begun = await service.post('/v1/checkout/sessions', 'buyer', {
    topup: { amountMinor: 2500, currency: 'usd' },
  });
  const { id, url } = (await begun.json()) as { id: string; url: string };
  await payOnHostedPage(url, { card: '4242424242424242' });
  const { data } = await stripe.events.list({ type: 'checkout.session.completed' });
  const event = data.find(
    (each) => each.type === 'checkout.session.completed' && each.data.object.id === id,
  );
  await listen.printed(new RegExp(`\\[200\\] POST .* \\[${event?.id}\\]`));
  const balance = async () => (await (await service.get('/v1/account', 'buyer')).json()) as unknown;
  const credited = { userId: 'buyer', balances: [{ unit: 'usd', amountMinor: 2500 }] };
  expect(await balance()).toEqual(credited);

  const resend = cli.start('events', 'resend', event?.id ?? '', '--confirm');
  expect(await resend.code).toBe(0);
  await listen.printed(new RegExp(`(\\[200\\] POST .* \\[${event?.id}\\][\\s\\S]*){2}`));
  expect(await balance()).toEqual(credited);
});
