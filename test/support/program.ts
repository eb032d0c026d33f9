import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const root = join(__dirname, '../..');

/** A program that was started; what it prints is kept, both streams as one. */
export interface Program {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly code: Promise<number | null>;
  /** Waits for something in the output. @throws Error with the whole output after thirty seconds */
  printed(text: string | RegExp): Promise<string>;
}

const running = new Set<ChildProcess>();

/** Kills what is still running; to be called after each test that starts programs. */
export function killPrograms(): void {
  for (const child of running) kill(child);
}

/** A program may be a wrapper around another one, as Stripe's CLI is: its whole group ends. */
function kill(child: ChildProcess): void {
  if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
}

/** Starts a program from the project's root, for five minutes at most. */
export function startProgram(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Program {
  const child = spawn(command, args, {
    cwd: root,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  running.add(child);
  const limit = setTimeout(() => kill(child), 300_000);
  let output = '';
  const keep = (chunk: Buffer) => {
    output += chunk;
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const code = new Promise<number | null>((resolve) => {
    child.on('close', (exitCode) => {
      running.delete(child);
      clearTimeout(limit);
      resolve(exitCode);
    });
  });
  return {
    child,
    output: () => output,
    code,
    async printed(text) {
      const isThere = () => (typeof text === 'string' ? output.includes(text) : text.test(output));
      for (let attempt = 0; attempt < 2_000; attempt += 1) {
        if (isThere()) return output;
        await sleep(50);
      }
      throw new Error(`${command} has not printed ${text}; it printed:\n${output}`);
    },
  };
}

/** Runs a TypeScript file of ours; V8 does not optimise PGlite, which would take a third of its time. */
export function startScript(file: string, ...args: readonly string[]): Program {
  return startProgram(process.execPath, ['--liftoff-only', 'bin/run.cjs', file, ...args]);
}

/** Stripe's own CLI, with a configuration folder of its own, against a local Stripe. */
export function createStripeCli(apiBase: string, apiKey: string) {
  const configuration = mkdtempSync(join(tmpdir(), 'stripe-cli-'));
  return {
    start: (...args: readonly string[]) =>
      startProgram(join(root, 'node_modules/.bin/stripe'), [...args, '--api-base', apiBase], {
        HOME: configuration,
        XDG_CONFIG_HOME: configuration,
        STRIPE_API_KEY: apiKey,
        STRIPE_CLI_TELEMETRY_OPTOUT: '1',
      }),
    remove: () => rmSync(configuration, { recursive: true, force: true }),
  };
}
