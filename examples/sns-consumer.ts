/**
 * What an application does with the events that Tollgate publishes: an endpoint that an SNS topic
 * is subscribed to, with raw message delivery or without it. On this machine, without SNS:
 *
 *   npx tsx examples/sns-consumer.ts
 *   npm start -- --events-to http://localhost:3001/events
 */
import { createServer } from 'node:http';
import { type BillingEvent, InvalidEventError, parseEvent } from '@tollgate/client';

const port = Number(process.env.PORT ?? 3001);

/** In yours, a table: an event comes at least once, and has to have one effect. */
const seen = new Set<string>();

/** Does what an event asks for. What it throws makes the event come again. */
function handle(event: BillingEvent): void {
  switch (event.type) {
    case 'checkout.completed':
      // `reference` is your own, of the item that was sold; `metadata` came with the checkout.
      console.log(`${event.subject} bought ${event.data.reference ?? event.data.kind}`);
      break;
    case 'balance.credited':
      console.log(`${event.subject} got ${event.data.amountMinor} ${event.data.unit}`);
      break;
    case 'balance.reversed':
      console.log(`${event.subject} gave back ${event.data.amountMinor} ${event.data.unit}`);
      break;
    case 'subscription.canceled':
      console.log(`${event.subject} is not subscribed any more`);
      break;
    // Other types: nobody here needs them, or they are newer than this program.
  }
}

/**
 * A subscription begins with a letter that has to be answered. Only what AWS has sent is believed;
 * https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html says how to make
 * sure of every message, where anybody can reach the endpoint.
 */
async function confirm(body: string): Promise<void> {
  const { SubscribeURL: url } = JSON.parse(body) as { SubscribeURL?: string };
  if (!/^https:\/\/sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\//.test(url ?? '')) {
    throw new InvalidEventError(`${url} is none of SNS`);
  }
  await fetch(url ?? '');
}

createServer(async (request, response) => {
  const body = Buffer.concat(await request.toArray()).toString();
  try {
    if (request.headers['x-amz-sns-message-type'] === 'SubscriptionConfirmation') {
      await confirm(body);
      return response.writeHead(204).end();
    }
    const event = parseEvent(body);
    if (!seen.has(event.id)) {
      handle(event);
      seen.add(event.id);
    }
    return response.writeHead(204).end();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    // 4xx: it will never do. 5xx: again later.
    return response.writeHead(error instanceof InvalidEventError ? 400 : 500).end();
  }
}).listen(port, () => console.log(`Listening at http://localhost:${port}/events`));
