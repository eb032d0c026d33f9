import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const project = resolve(__dirname, '../..');
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

/** Names the folder of the sockets that answer with a server. */
export const doublesVariable = 'TOLLGATE_TEST_DOUBLES';

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
    /** The server lives as long as this is open. */
    private readonly server: Socket,
    private readonly directory: string,
    /** For the clients of the AWS SDK. */
    readonly endpoint: string,
  ) {}

  /** A server with the CloudFormation of `double/cloudformation/`, forked from what the run has started. */
  static async start(account: 'empty' | 'bootstrapped' = 'empty'): Promise<AwsDouble> {
    const directory = mkdtempSync(join(tmpdir(), 'tollgate-aws-'));
    const server = connect(join(process.env[doublesVariable] ?? '', account));
    await once(server, 'connect');
    server.write(`${join(directory, failures)}\n`);
    for await (const port of createInterface({ input: server })) {
      // By its name: moto reads the address of a template at 127.0.0.1 as another bucket's.
      return new AwsDouble(server, directory, `http://localhost:${port}`);
    }
    throw new Error(
      'moto_server does not answer; run test/aws/double/cloudformation/server.py to see why',
    );
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
    if (!this.server.closed) {
      this.server.resume().end();
      await once(this.server, 'close');
    }
    rmSync(this.directory, { recursive: true, force: true });
  }
}
