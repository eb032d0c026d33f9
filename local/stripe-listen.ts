import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { bin } from '@stripe/cli/package.json';

/** Stripe's CLI for a real account, which cannot reach this machine but by it. */
export class StripeListen {
  private child: ChildProcess | undefined;

  /**
   * @param apiBase undefined for Stripe itself
   * @param folder where the CLI keeps what it keeps
   */
  constructor(
    private readonly key: string,
    private readonly apiBase: string | undefined,
    private readonly folder: string,
  ) {}

  /** What it signs with; the same for every start. @throws Error with what the CLI says */
  async secret(): Promise<string> {
    const [command, ...args] = this.commandLine('--print-secret');
    try {
      const { stdout } = await promisify(execFile)(command, args, {
        env: this.environment(),
        timeout: 20_000,
      });
      return stdout.trim();
    } catch (error) {
      const { stderr = '' } = error as { stderr?: string };
      throw new Error(
        `stripe listen does not reach the account (${stderr.trim() || String(error)}); see that ` +
          'the key is one of its sandbox and that this machine is online',
      );
    }
  }

  /** Forwards every event to the service, until it is stopped; what it prints goes to a file. */
  start(webhookUrl: string, logFile: string): void {
    const log = openSync(logFile, 'w');
    const [command, ...args] = this.commandLine('--forward-to', webhookUrl);
    this.child = spawn(process.execPath, ['-e', endWithParent, command, ...args], {
      env: this.environment(),
      stdio: ['pipe', log, log],
    });
  }

  async stop(): Promise<void> {
    if (this.child === undefined || this.child.exitCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.stdin?.end();
    await ended;
  }

  private commandLine(...options: readonly string[]): [string, ...string[]] {
    return [
      process.execPath,
      join(dirname(require.resolve('@stripe/cli/package.json')), bin.stripe),
      ...['listen', '--skip-update', ...options],
      ...(this.apiBase === undefined ? [] : ['--api-base', this.apiBase, '--no-wss']),
    ];
  }

  private environment(): NodeJS.ProcessEnv {
    mkdirSync(this.folder, { recursive: true });
    // Not as an argument, which every process of this machine can read.
    return {
      ...process.env,
      STRIPE_API_KEY: this.key,
      STRIPE_CLI_TELEMETRY_OPTOUT: '1',
      XDG_CONFIG_HOME: this.folder,
    };
  }
}

/** Whatever ends us closes this pipe, and the CLI with all that it has started ends, too. */
const endWithParent = `
  const { spawn } = require('node:child_process');
  const child = spawn(process.argv[1], process.argv.slice(2), { stdio: ['ignore', 'inherit', 'inherit'], detached: true });
  const end = () => { try { process.kill(-child.pid, 'SIGTERM'); } catch { child.kill(); } };
  process.stdin.resume().on('end', end);
  process.on('SIGINT', () => {}).on('SIGTERM', end);
  child.on('exit', () => process.exit());
`;
