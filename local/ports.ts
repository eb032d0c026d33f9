import { setTimeout as sleep } from 'node:timers/promises';
import { servicePort } from '../service/contract';
import { freePort } from './free-port';
import type { StartOptions } from './options';
import type { Settings } from './remembered';

type Part = keyof Settings['ports'];
export type Ports = Readonly<Record<Part, number>>;

/** stripe-mock's port for the local Stripe, and one beside PostgreSQL's own, which may be taken. */
const defaults: Ports = { service: servicePort, stripe: 12_111, database: 54_320 };

const parts: Readonly<
  Record<Part, { option: string; name: string; of: (o: StartOptions) => number | undefined }>
> = {
  service: { option: '--port', name: 'the service', of: ({ port }) => port },
  stripe: { option: '--stripe-port', name: 'the local Stripe', of: ({ stripePort }) => stripePort },
  database: {
    option: '--database-port',
    name: 'PostgreSQL',
    of: ({ databasePort }) => databasePort,
  },
};

/**
 * The ports to use: those of the options, else those of last time, else the usual ones. Where
 * somebody listens already, an option is refused before anything has been started; for the others
 * a free one does, and that is said.
 */
export async function choosePorts(
  options: StartOptions,
  remembered: Settings['ports'],
  say: (line: string) => void,
): Promise<Ports> {
  const asked = Object.values(parts).flatMap(({ of }) => of(options) || []);
  if (new Set(asked).size < asked.length) {
    throw new Error('two of --port, --stripe-port and --database-port are the same; name others');
  }
  const chosen: number[] = [...asked];
  const choose = async (part: Part): Promise<number> => {
    const { option, name, of } = parts[part];
    const port = of(options);
    if (port !== undefined) return freeAsAsked(option, port);
    const usual = remembered[part] ?? defaults[part];
    const free = chosen.includes(usual) ? undefined : await freeSoon(usual);
    const taken = free ?? (await freePort());
    if (taken !== usual) {
      say(
        `  · port ${usual} is taken: ${name} is on ${taken} from now on (${option} names another)`,
      );
    }
    chosen.push(taken);
    return taken;
  };
  return {
    service: await choose('service'),
    stripe: await choose('stripe'),
    database: await choose('database'),
  };
}

/** What an interrupted start leaves behind ends a moment after it. */
async function freeSoon(port: number): Promise<number | undefined> {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const free = await freePort(port).catch(() => undefined);
    if (free !== undefined) return free;
    await sleep(200);
  }
  return undefined;
}

async function freeAsAsked(option: string, port: number): Promise<number> {
  return freePort(port).catch((error: Error) => {
    throw new Error(
      `${option} ${port} cannot be used (${error.message}); name another port, or leave the ` +
        'option out for the usual one',
    );
  });
}
