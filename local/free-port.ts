import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below what systems give to whoever asks for any port: Linux from 32,768 on, macOS from 49,152 on. One
 * of theirs could be given to the next who asks before it is used.
 */
const [first, last] = [16_384, 32_767];
const attempts = 20;

/**
 * A port of 127.0.0.1 that nobody listens on now.
 * @param wanted 0 for any
 * @throws Error with the code EADDRINUSE when somebody listens on the wanted one
 */
export async function freePort(wanted = 0): Promise<number> {
  if (wanted !== 0) return probed(wanted);
  for (let attempt = 1; ; attempt += 1) {
    const port = await probed(randomInt(first, last + 1)).catch((error: Error) => error);
    if (typeof port === 'number') return port;
    if (attempt === attempts) throw port;
  }
}

async function probed(port: number): Promise<number> {
  const probe = createServer().listen(port, '127.0.0.1');
  await once(probe, 'listening');
  probe.close();
  await once(probe, 'close');
  return port;
}
