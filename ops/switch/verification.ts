import { setTimeout as sleep } from 'node:timers/promises';
import { newCheckout, type SwitchName } from '../../lib/constructs/switch-rules';
import { healthPath } from '../../service/contract';
import { OpsFailure } from '../failure';
import type { SwitchPlan } from './plan';

const attempts = 20;
const pauseMillis = 500;
const timeoutMillis = 5000;

interface Probe {
  readonly method: string;
  readonly path: string;
  readonly isSet: (answer: Answer) => boolean;
}

/** What is asked to see whether the rules are in force, and the answer that only they give. */
const probes: Readonly<Record<SwitchName, Probe>> = {
  // A balancer without a healthy task answers 5xx, and it has taken nevertheless.
  'emergency-http': {
    method: 'GET',
    path: healthPath,
    isSet: ({ status }) => status < 300 || status >= 400,
  },
  maintenance: { method: 'GET', path: '/v1/account', isSet: ({ code }) => code === 'maintenance' },
  // It carries no token, so that the service itself would answer 401.
  checkout: { ...newCheckout, isSet: ({ code }) => code === 'checkout_disabled' },
};

interface Answer {
  readonly status: number;
  /** The code of the problem, where the answer is one. */
  readonly code: string | undefined;
}

/**
 * Asks as a client would until the answer is as it should be; a load balancer takes a few seconds.
 * @param sets whether the rules were set, or taken back
 * @throws OpsFailure where it does not come to be
 */
export async function verifySwitch(
  { name, url }: SwitchPlan,
  sets: boolean,
  at: string = url,
): Promise<string> {
  const { isSet, method, path } = probes[name];
  let seen = '';
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    if (attempt > 0) await sleep(pauseMillis);
    const answer = await ask(method, new URL(path, at));
    seen = `${method} ${at}${path} → ${typeof answer === 'string' ? answer : inWords(answer)}`;
    if (typeof answer !== 'string' && isSet(answer) === sets) return seen;
  }
  throw new OpsFailure(
    `the rules are ${sets ? 'set' : 'gone'}, but from here it does not show: ${seen}`,
    'Try it from another network. If it is the same there, look at the DNS record and the security group of the load balancer.',
  );
}

const inWords = ({ code, status }: Answer) => `${status}${code === undefined ? '' : ` ${code}`}`;

async function ask(method: string, url: URL): Promise<Answer | string> {
  try {
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMillis),
    });
    const [, code] = /"code":\s*"(\w+)"/.exec(await response.text()) ?? [];
    return { status: response.status, code };
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    return cause instanceof Error ? cause.message : String(error);
  }
}
