import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { eventually } from './running';

/** A program that was started; what it prints is kept, both streams as one. */
export interface Program {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly code: Promise<number | null>;
  /** Waits for something in the output. */
  printed(text: string | RegExp): Promise<string>;
}

const running = new Set<ChildProcess>();

/** Kills what is still running, with what it started: Stripe's CLI is a wrapper of its own. */
export function killPrograms(): void {
  for (const { pid } of running) if (pid !== undefined) process.kill(-pid, 'SIGKILL');
}

function startProgram(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Program {
  const child = spawn(process.execPath, args, {
    cwd: __dirname,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk;
    });
  }
  const code = new Promise<number | null>((resolve) => {
    child.on('close', (exitCode) => {
      running.delete(child);
      resolve(exitCode);
    });
  });
  const seen = (text: string | RegExp) => {
    const isThere = typeof text === 'string' ? output.includes(text) : text.test(output);
    return isThere ? output : undefined;
  };
  return {
    child,
    output: () => output,
    code,
    printed: (text) => eventually(`${text} in the output`, () => seen(text), 30_000),
  };
}

/** The package's command, from its sources. */
export function startCommand(args: readonly string[], environment?: NodeJS.ProcessEnv): Program {
  return startProgram(['--import', 'tsx', join(__dirname, '../main.ts'), ...args], environment);
}

/** Stripe's own CLI, with a configuration folder of its own, against a local Stripe. */
export function createStripeCli(apiBase: string, apiKey: string) {
  const configuration = mkdtempSync(join(tmpdir(), 'stripe-cli-'));
  const folder = dirname(createRequire(__filename).resolve('@stripe/cli/package.json'));
  return {
    start: (...args: readonly string[]) =>
      startProgram([join(folder, 'bin/shim.js'), ...args, '--api-base', apiBase], {
        HOME: configuration,
        XDG_CONFIG_HOME: configuration,
        STRIPE_API_KEY: apiKey,
        STRIPE_CLI_TELEMETRY_OPTOUT: '1',
      }),
    remove: () => rmSync(configuration, { recursive: true, force: true }),
  };
}
