import { once } from 'node:events';
import { connect } from 'node:net';
import { pino } from 'pino';
import { readConfig } from '../../service/config';
import { startService } from '../../service/start';
import { createTestDatabase } from '../support/database';
import { testEnvironment } from '../support/running-service';

test('S23: a client that never finishes its request is cut off, and the service ends', async () => {
  const database = await createTestDatabase();
  const config = readConfig(testEnvironment(database.url));
  const service = await startService(config, pino({ level: 'silent' }), 200);
  const client = connect(service.port, '127.0.0.1');
  client.on('error', () => undefined); // being cut off may show as a reset
  const closed = once(client, 'close');
  // Node.js answers 100 Continue when it has taken the request, which never comes to its end.
  client.write(
    'POST /webhooks/stripe HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n' +
      'Content-Length: 1000\r\nExpect: 100-continue\r\n\r\n{"half":',
  );
  const [taken] = (await once(client, 'data')) as [Buffer];
  expect(taken.toString()).toContain('100 Continue');
  await service.stop();
  await closed;
  await database.drop();
});
