import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../local/free-port';

const project = resolve(__dirname, '../..');
/** It imports all of moto first, which takes its time on a busy machine. */
const startTimeoutMillis = 120_000;
/** The account that moto answers for. */
export const doubleAccount = '123456789012';
export const doubleRegion = 'us-east-1';

/** What leads a program of ours to a double. */
export const variablesFor = (endpoint: string) => ({
  AWS_ENDPOINT_URL: endpoint,
  AWS_REGION: doubleRegion,
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_ACCESS_KEY_ID: 'testing',
  AWS_SECRET_ACCESS_KEY: 'testing',
});

interface Finished {
  readonly exitCode: number | null;
  /** Both streams, in the order of their arrival. */
  readonly output: string;
}

/** Names the file that says what is to fail. */
const failures = 'failures';

/** AWS's own APIs on loopback, and the CDK's command line pointed at them. */
export class AwsDouble {
  private constructor(
    private readonly server: ChildProcess,
    private readonly directory: string,
    /** For the clients of the AWS SDK. */
    readonly endpoint: string,
  ) {}

  /** Starts moto_server with the CloudFormation of `double/cloudformation/`, on a free port. */
  static async start(): Promise<AwsDouble> {
    const port = await freePort();
    const script = join(__dirname, 'double/cloudformation/server.py');
    const directory = mkdtempSync(join(tmpdir(), 'tollgate-aws-'));
    const server = spawn('python3', [script, '-H', '127.0.0.1', '-p', String(port)], {
      stdio: 'ignore',
      env: {
        ...process.env,
        PYTHONDONTWRITEBYTECODE: '1',
        TOLLGATE_DOUBLE_FAILURES: join(directory, failures),
      },
    });
    // By its name: moto reads the address of a template at 127.0.0.1 as another bucket's.
    const double = new AwsDouble(server, directory, `http://localhost:${port}`);
    try {
      await double.answer();
    } catch (error) {
      await double.stop();
      throw error;
    }
    return double;
  }

  /** Runs `cdk` as the project's npm scripts do, with the double's credentials; nothing of the machine's own. */
  cdk(...parameters: string[]): Promise<Finished> {
    return this.run(require.resolve('aws-cdk/bin/cdk'), ...parameters);
  }

  /** Runs `npm run deploy` in the same way. */
  npmRunDeploy(...parameters: string[]): Promise<Finished> {
    return this.run(join(project, 'bin/run.cjs'), join(project, 'bin/deploy.ts'), ...parameters);
  }

  /**
   * Lets the creation of every resource of a type fail, after it was made.
   * @param type by default nothing fails any more
   */
  failCreationOf(type?: string): void {
    const file = this.path(failures);
    if (type === undefined) rmSync(file, { force: true });
    else writeFileSync(file, type);
  }

  private async run(...parameters: string[]): Promise<Finished> {
    const output = ['--output', join(this.directory, 'out')];
    const child = spawn(process.execPath, [...parameters, ...output], {
      cwd: project,
      env: {
        PATH: process.env.PATH,
        HOME: this.directory,
        ...variablesFor(this.endpoint),
        CI: 'true',
      },
    });
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        printed += text;
      });
    }
    const [exitCode] = (await once(child, 'close')) as [number | null];
    return { exitCode, output: printed };
  }

  /** What Stripe does when a destination is made: the event source that a bus is for. */
  async makePartnerEventSource(name: string): Promise<void> {
    const { status } = await fetch(this.endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'AWSEvents.CreatePartnerEventSource',
        authorization: `AWS4-HMAC-SHA256 Credential=testing/20260101/${doubleRegion}/events/aws4_request`,
      },
      body: JSON.stringify({ Name: name, Account: doubleAccount }),
    });
    if (status !== 200) throw new Error(`the partner event source was answered with ${status}`);
  }

  /** A path for a file of the test's own, which goes with the double. */
  path(name: string): string {
    return join(this.directory, name);
  }

  async stop(): Promise<void> {
    if (this.server.exitCode === null && this.server.kill('SIGKILL')) {
      await once(this.server, 'exit');
    }
    rmSync(this.directory, { recursive: true, force: true });
  }

  private async answer(): Promise<void> {
    const deadline = Date.now() + startTimeoutMillis;
    while (Date.now() < deadline && this.server.exitCode === null) {
      const answered = await fetch(`${this.endpoint}/moto-api/`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (answered) return;
      await sleep(100);
    }
    throw new Error(
      'moto_server does not answer; run test/aws/double/cloudformation/server.py to see why',
    );
  }
}
