import { type Program, startProgram, startScript } from '../support/program';

/** What `npm run status -- --json` says of what runs, as far as tests need it. */
export interface Status {
  readonly running: boolean;
  readonly state: string;
  readonly serviceUrl: string;
  readonly webhookUrl: string;
  readonly localStripeUrl: string | null;
  readonly stripeApiBase: string;
  readonly databaseUrl: string;
  readonly variables: Readonly<Record<string, string>>;
}

const run = (file: string, ...args: readonly string[]) =>
  startProgram(process.execPath, ['bin/run.cjs', file, ...args]);

/**
 * The commands of npm, without npm, on a folder of one's own. Ports are free ones, for several
 * tests run at a time.
 */
export function commandsOn(data: string) {
  const of = (...options: readonly string[]) => ['--data', data, ...options];
  return {
    start: (...options: readonly string[]): Program =>
      startScript('local/start.ts', ...of(...freePorts, ...options)),
    startOnUsualPorts: (...options: readonly string[]): Program =>
      startScript('local/start.ts', ...of(...options)),
    status: (...options: readonly string[]): Program => run('local/status.ts', ...of(...options)),
    async json(): Promise<Status> {
      const program = run('local/status.ts', ...of('--json'));
      await program.code;
      return JSON.parse(program.output()) as Status;
    },
    async token(...args: readonly string[]): Promise<string> {
      const program = run('local/token.ts', ...of(...args));
      await program.code;
      return program.output().trim();
    },
  };
}

const freePorts = ['--port', '0', '--stripe-port', '0', '--database-port', '0'];
