import { SNSClient } from '@aws-sdk/client-sns';
import { startEventTopic } from '../../local/event-topic';
import { freePort } from '../../local/free-port';
import { createTopicPublisher } from '../../service/outbox/publisher';
import { startSubscriber } from './subscriber';

const event = {
  specversion: '1.0',
  id: 'a',
  source: 'https://shop.test',
  type: 'balance.credited',
  time: new Date(0).toISOString(),
  datacontenttype: 'application/json',
  data: {},
} as const;

async function failureAt(subscriber: string): Promise<unknown> {
  const topic = await startEventTopic(subscriber);
  const client = new SNSClient({
    endpoint: topic.environment.AWS_ENDPOINT_URL_SNS ?? '',
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  const publisher = createTopicPublisher(topic.arn, client);
  const failed = await publisher
    .publish([event])
    .then(([failure]) => failure)
    .catch((error: Error) => error.message);
  client.destroy();
  await topic.close();
  return failed;
}

test('L4: where nobody listens, the log says which option names that, and that all waits', async () => {
  const nowhere = `http://127.0.0.1:${await freePort()}/events`;
  expect(await failureAt(nowhere)).toMatch(
    new RegExp(`nobody takes events at ${nowhere}, which --events-to names .*ECONNREFUSED.*wait`),
  );
});

test('L4: what an application refuses names the option and what would have taken it', async () => {
  const subscriber = await startSubscriber();
  subscriber.answers = 404;
  expect(await failureAt(subscriber.url)).toMatch(
    /events, which --events-to names, answered 404; 2xx takes an event/,
  );
  await subscriber.close();
});
