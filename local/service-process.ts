import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readyPath } from '../service/contract';

/** The compiled service as a process of its own, as it runs in its container. */
export interface ServiceProcess {
  readonly url: string;
  readonly process: ChildProcess;
  /** Resolves with the exit code, or with the signal that ended it. */
  readonly exited: Promise<number | NodeJS.Signals>;
  /** SIGTERM, then waits until it has drained. */
  stop(): Promise<void>;
}

/** What Node.js is given to run the service in its image. */
export const serviceOfImage: readonly string[] = [
  '--max-semi-space-size=16',
  join(__dirname, '../dist/service/main.js'),
];
/** The same for people, who read the sources and not what became of them. */
export const compiledService: readonly string[] = ['--enable-source-maps', ...serviceOfImage];
const endWithParent = ['--require', join(__dirname, 'end-with-parent.cjs')];
/** Far more than a start takes on a busy machine: a service that cannot start ends by itself, and says why. */
const readyWithinMillis = 90_000;

/**
 * Starts the service and waits until it says that it is ready.
 * @param environment its whole configuration, by the names in `service/contract.ts`
 * @param logFile what it logs goes there, from the start
 * @param command what Node.js is given to run, if not the service itself
 * @throws Error with the end of the log when it ends or does not become ready
 */
export async function startServiceProcess(
  environment: Readonly<Record<string, string>> & { readonly PORT: string },
  logFile: string,
  command = compiledService,
): Promise<ServiceProcess> {
  const log = openSync(logFile, 'w');
  const child = spawn(process.execPath, [...endWithParent, ...command], {
    // Only what was named: a STRIPE_SECRET_KEY of the calling shell must not get into a rehearsal.
    env: { PATH: process.env.PATH, NODE_ENV: 'production', ...environment },
    stdio: ['pipe', log, log],
  });
  const exited = once(child, 'exit').then(
    ([code, signal]) => (code ?? signal) as number | NodeJS.Signals,
  );
  const url = `http://127.0.0.1:${environment.PORT}`;
  const service: ServiceProcess = {
    url,
    process: child,
    exited,
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
  const ended = exited.then((code) => {
    throw new Error(`the service ended (${code}):\n${tail(logFile)}`);
  });
  try {
    await Promise.race([untilReady(url, logFile), ended]);
  } catch (error) {
    await service.stop();
    throw error;
  }
  ended.catch(() => undefined);
  return service;
}

async function untilReady(url: string, logFile: string): Promise<void> {
  const deadline = performance.now() + readyWithinMillis;
  for (;;) {
    const answer = await fetch(`${url}${readyPath}`).catch(() => undefined);
    if (answer?.ok) return;
    if (performance.now() > deadline) {
      const said = answer === undefined ? 'no answer' : await answer.text();
      throw new Error(
        `the service is not ready after ${readyWithinMillis / 1000} s: ${said}\n${tail(logFile)}`,
      );
    }
    await sleep(20);
  }
}

function tail(file: string): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-10).join('\n');
}
