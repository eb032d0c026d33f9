import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../local/free-port';
import { type ServiceProcess, startServiceProcess } from '../../local/service-process';
import type { PostgresServer } from '../support/postgres-server';
import type { Random } from '../support/random';

const count = 2;

/** Two processes of the service on one database, each on a port that stays its own. */
export class Services {
  readonly logFiles: string[] = [];
  kills = 0;
  databaseStops = 0;
  private readonly processes: ServiceProcess[] = [];

  private constructor(
    private readonly environment: Readonly<Record<string, string>>,
    private readonly ports: readonly number[],
    private readonly folder: string,
  ) {}

  /** @param folder where each process has a file for its log */
  static async reserve(
    environment: Readonly<Record<string, string>>,
    folder: string,
  ): Promise<Services> {
    const ports: number[] = [];
    for (let index = 0; index < count; index += 1) ports.push(await freePort());
    return new Services(environment, ports, folder);
  }

  get urls(): readonly [string, ...string[]] {
    const [first, ...others] = this.ports.map((port) => `http://127.0.0.1:${port}`);
    if (first === undefined) throw new Error('there is no service');
    return [first, ...others];
  }

  async start(more: Readonly<Record<string, string>>): Promise<void> {
    Object.assign(this.environment, more);
    await Promise.all(this.ports.map((_port, index) => this.startOne(index)));
  }

  /** SIGKILLs and starts again one and the other, and now and then stops PostgreSQL at once. */
  async torture(random: Random, server: PostgresServer, isOver: () => boolean): Promise<void> {
    // What is waited for ends with the run: on a busy machine these are many seconds.
    const pause = async (millis: number) => {
      const until = performance.now() + millis / 2 + random.below(millis);
      while (!isOver() && performance.now() < until) await sleep(50);
    };
    const killOne = async (index: number) => {
      // Each serves for as long as it takes to start, so that on a busy machine too much is done.
      let startMillis = 1_000;
      for (;;) {
        await pause(Math.max(1_000, 2 * startMillis));
        if (isOver()) return;
        const killedAt = performance.now();
        this.processes[index]?.process.kill('SIGKILL');
        await this.processes[index]?.exited;
        this.kills += 1;
        await this.startOne(index);
        startMillis = performance.now() - killedAt;
      }
    };
    const stopDatabase = async () => {
      for (await pause(3_000); !isOver(); await pause(6_000)) {
        this.databaseStops += 1;
        await server.crash();
      }
    };
    await Promise.all([...this.ports.map((_port, index) => killOne(index)), stopDatabase()]);
  }

  /** SIGTERM, and each is to end by itself. @returns what ended otherwise than with 0 */
  async stop(): Promise<string[]> {
    await Promise.all(this.processes.map((each) => each.stop()));
    const codes = await Promise.all(this.processes.map(({ exited }) => exited));
    return codes.filter((code) => code !== 0).map((code) => `a service ended with ${code}`);
  }

  private async startOne(index: number): Promise<void> {
    const logFile = join(this.folder, `service-${index}-${this.logFiles.length}.log`);
    this.logFiles.push(logFile);
    const environment = { ...this.environment, PORT: String(this.ports[index]) };
    this.processes[index] = await startServiceProcess(environment, logFile);
  }
}
