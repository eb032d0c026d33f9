import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { AwsDouble } from './aws-double';

/** The ways out of a VPC. */
export interface Ways {
  /** By gateway, the name of its subnet, or that it is regional. */
  readonly gateways: Readonly<Record<string, string>>;
  /** By subnet, the gateway that leads out of it. */
  readonly routes: Readonly<Record<string, string>>;
  /** By service, whether the endpoint is an interface or a gateway. */
  readonly endpoints: Readonly<Record<string, string>>;
}

export interface Role {
  readonly arn: string;
  readonly trust: readonly object[];
  readonly may: readonly { readonly Action: unknown; readonly Resource: unknown }[];
  /** All identity providers of the account. */
  readonly providers: readonly string[];
}

/** What an environment file can adopt, in its words. */
export interface Shared {
  readonly vpc: { readonly id: string };
  readonly loadBalancer: Readonly<
    Record<'arn' | 'httpListenerArn' | 'httpsListenerArn' | 'targetGroupArn', string>
  >;
  readonly https: object;
  readonly externalDatabase: { readonly secretArn: string };
  readonly secrets: Readonly<
    Record<'stripeSecretKeyArn' | 'stripeWebhookSecretArn' | 'jwtAccessTokenSecretArn', string>
  >;
}

/** What costs money or holds something, by name or identifier, or how many there are. */
export type Everything = Readonly<Record<string, number | readonly string[]>>;

/** The double's account by the AWS SDK for Python, which comes with moto: see double/account.py. */
export class Account {
  constructor(private readonly double: AwsDouble) {}

  makeShared(domain: string): Promise<Shared> {
    return this.run('make-shared', domain);
  }

  /**
   * Delegates a domain from the zone above it, as a registrar does.
   * @param nameServers by default those of the domain's own zone
   */
  delegate(domain: string, nameServers: readonly string[] = []): Promise<null> {
    return this.run('delegate', domain, ...nameServers);
  }

  /** Turns off the termination protection of a stack. */
  unprotectStack(name: string): Promise<null> {
    return this.run('unprotect-stack', name);
  }

  /** Turns off the deletion protection of a load balancer. */
  unprotectLoadBalancer(arn: string): Promise<null> {
    return this.run('unprotect-load-balancer', arn);
  }

  /** Tries to delete a cluster; resolves with the message of the refusal, or with `deleted`. */
  deleteDatabase(cluster: string): Promise<string> {
    return this.run('delete-database', cluster);
  }

  /** Makes a role that has a policy. */
  attachPolicy(policyArn: string, role: string): Promise<null> {
    return this.run('attach-policy', policyArn, role);
  }

  detachPolicy(policyArn: string, role: string): Promise<null> {
    return this.run('detach-policy', policyArn, role);
  }

  network(vpc: string): Promise<Ways> {
    return this.run('network', vpc);
  }

  /** The rules of the firewall before a load balancer, by their priority. */
  firewall(loadBalancer: string): Promise<readonly object[]> {
    return this.run('firewall', loadBalancer);
  }

  role(name: string): Promise<Role> {
    return this.run('role', name);
  }

  everything(): Promise<Everything> {
    return this.run('everything');
  }

  private async run<Answer>(command: string, ...parameters: string[]): Promise<Answer> {
    const script = join(__dirname, 'double/account.py');
    const { stdout } = await promisify(execFile)(
      'python3',
      [script, command, this.double.endpoint, ...parameters],
      { env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } },
    );
    return JSON.parse(stdout);
  }
}
