import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { typescriptRunner } from '../local/typescript';

export interface LoadOrder {
  readonly port: number;
  /** Whole HTTP requests. */
  readonly requests: readonly Uint8Array[];
  readonly connections: number;
  /** Undefined: each connection sends its next request as soon as its last one was answered. */
  readonly perSecond?: number | undefined;
  /** Nothing more is sent after that; what was sent is waited for. @default all are sent */
  readonly withinMillis?: number | undefined;
}

export interface LoadResult {
  /** How many requests, the first ones. */
  readonly sent: number;
  readonly perSecond: number;
  readonly medianMillis: number;
  readonly percentile99Millis: number;
  /** How many answers had which status; 0 is a connection that was lost. */
  readonly statuses: Readonly<Record<number, number>>;
}

/**
 * Sends each request once, from a process of its own.
 * @throws Error when an answer was not among `expected`
 */
export async function load(
  order: LoadOrder,
  expected: readonly number[] = [200],
): Promise<LoadResult> {
  const child = fork(typescriptRunner, [join(__dirname, 'load-process.ts')], {
    serialization: 'advanced',
  });
  try {
    await once(child, 'message');
    child.send(order);
    const { result, error } = await answerOf(child);
    if (result === undefined) throw new Error(error);
    const odd = Object.entries(result.statuses).filter(
      ([status]) => !expected.includes(Number(status)),
    );
    if (odd.length > 0) {
      throw new Error(
        `answers other than ${expected}: ${odd.map(([status, count]) => `${count} × ${status}`)}`,
      );
    }
    return result;
  } finally {
    child.kill();
  }
}

async function answerOf(child: ChildProcess): Promise<{ result?: LoadResult; error?: string }> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the process that makes the load ended (${code})`);
  });
  const [answer] = (await Promise.race([once(child, 'message'), ended])) as [
    { result?: LoadResult; error?: string },
  ];
  ended.catch(() => undefined);
  return answer;
}
