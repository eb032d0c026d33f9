import { randomUUID } from 'node:crypto';
import { createTopicPublisher } from '../../../service/outbox/publisher';
import { withSilentAws } from '../../support/silent-server';

test('S17: a topic that takes a message and never answers is given up, and tried again later', async () => {
  await withSilentAws(async () => {
    const { publish } = createTopicPublisher('arn:aws:sns:eu-central-1:123456789012:events');
    const event = {
      specversion: '1.0',
      id: randomUUID(),
      source: 'https://shop.example.com',
      type: 'balance.credited',
      time: new Date().toISOString(),
      datacontenttype: 'application/json',
      data: {},
    } as const;
    await expect(publish([event])).rejects.toThrow(/exceeded the configured \d+ ms/);
  });
});
