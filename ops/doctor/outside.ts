import { healthPath, readyPath, versionPath } from '../../service/contract';
import { askWhileAway } from '../service/while-away';
import type { Finding } from '../terminal/output';

const timeoutMillis = 10_000;

/**
 * Looks at a deployment from outside, as Stripe and the load balancer do. It sends nothing that
 * could be recorded.
 * @param baseUrl `https://…`, without a path
 */
export async function diagnose(baseUrl: string, webhookPath: string): Promise<Finding[]> {
  const health = await ask(baseUrl, healthPath);
  if (health.status === undefined) {
    return [
      {
        check: 'health',
        ok: false,
        seen: `${baseUrl}${healthPath} does not answer: ${health.body}`,
        fix: 'Check the address, the DNS record, the listener and the running tasks, in this order.',
      },
    ];
  }
  const [ready, webhook, version] = await Promise.all([
    askWhileAway(() => ask(baseUrl, readyPath), lacksDatabase),
    ask(baseUrl, webhookPath),
    ask(baseUrl, versionPath),
  ]);
  return [
    expectStatus(
      'health',
      healthPath,
      health,
      200,
      'Look at the tasks: no healthy one is registered.',
    ),
    expectStatus('ready', readyPath, ready, 200, 'The answer names what is missing: repair that.'),
    expectStatus(
      'webhook path',
      webhookPath,
      webhook,
      405,
      'A GET must be answered with 405: check WEBHOOK_PATHS and the listener rules.',
    ),
    expectStatus('version', versionPath, version, 200, 'Is this a Tollgate?'),
  ];
}

interface Answer {
  /** Undefined when there was none; then `body` says why. */
  readonly status: number | undefined;
  readonly body: string;
}

/** Of what /ready may lack, the database alone may come by itself: it wakes when it is asked. */
const lacksDatabase = ({ body, status }: Answer) =>
  status === 503 && /"database":\s*"(?!ok")/.test(body);

async function ask(baseUrl: string, path: string): Promise<Answer> {
  try {
    const response = await fetch(new URL(path, baseUrl), {
      redirect: 'manual', // Stripe follows none either
      signal: AbortSignal.timeout(timeoutMillis),
    });
    return { status: response.status, body: await response.text() };
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    return { status: undefined, body: cause instanceof Error ? cause.message : String(error) };
  }
}

function expectStatus(
  check: string,
  path: string,
  answer: Answer,
  expected: number,
  fix: string,
): Finding {
  const ok = answer.status === expected;
  const body = answer.body.replaceAll(/\s+/g, ' ').slice(0, 200);
  const seen = `GET ${path} → ${answer.status ?? 'no answer'}${ok && expected !== 200 ? '' : ` ${body}`}`;
  return ok ? { check, ok, seen } : { check, ok, seen: `${seen}; expected ${expected}`, fix };
}
