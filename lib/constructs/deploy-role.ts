import { Duration, RemovalPolicy, Stack, Token, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

export interface DeployRoleProps {
  /** What the roles' names begin with: `{project}-{env}`. */
  readonly prefix: string;
  /** Whose workflows may assume it. */
  readonly trusted: TrustedRepository;
}

export interface TrustedRepository {
  /** The repository: owner/name, or owner@id/name@id with GitHub's immutable ids. */
  readonly repository: string;
  /** In which of GitHub's environments a workflow must run. */
  readonly githubEnvironment: string;
  /**
   * GitHub's identity provider where the account has it.
   * @default - it is created
   */
  readonly providerArn?: string | undefined;
  /** The qualifier that the account was bootstrapped with. */
  readonly bootstrapQualifier: string;
}

interface RoleUse {
  readonly name: string;
  readonly description: string;
  /** What the token of a workflow must say of it (`sub`). */
  readonly subject: string;
  /** Which roles of `cdk bootstrap` it may become. */
  readonly bootstrapRoles: readonly string[];
  /** What it may ask CloudFormation about the environment's stacks. */
  readonly stackActions: readonly string[];
}

const issuer = 'token.actions.githubusercontent.com';
const audience = 'sts.amazonaws.com';

/** The roles that `cdk bootstrap` makes for the command line to assume; the fifth is CloudFormation's. */
const allBootstrapRoles = ['deploy', 'file-publishing', 'image-publishing', 'lookup'];

/**
 * What workflows of GitHub's deploy with, and look at differences. For a deployment, a role that may
 * become any of the roles of `cdk bootstrap`, as a person who deploys does; for a pull request, whose
 * code nobody has looked at yet, one that may read the templates of the environment and nothing else.
 * @see https://docs.github.com/en/actions/reference/security/oidc
 * @see https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html
 */
export class DeployRole extends Construct {
  readonly deployRole: iam.Role;
  readonly diffRole: iam.Role;

  constructor(scope: Construct, id: string, props: DeployRoleProps) {
    super(scope, id);
    const { githubEnvironment, providerArn, repository } = props.trusted;
    const provider = providerArn ?? this.createProvider();
    this.deployRole = this.createRole('Role', props, provider, {
      name: 'deploy',
      description: `Deploys from ${repository}, environment ${githubEnvironment}`,
      subject: `repo:${repository}:environment:${githubEnvironment}`,
      bootstrapRoles: allBootstrapRoles,
      // Which stacks stand, and are to be protected.
      stackActions: ['cloudformation:DescribeStacks'],
    });
    this.grantLookAtTasks(this.deployRole, props.prefix);
    this.diffRole = this.createRole('DiffRole', props, provider, {
      name: 'diff',
      description: `Looks at differences for pull requests of ${repository}`,
      subject: `repo:${repository}:pull_request`,
      // Not even the lookup role of cdk bootstrap, which reads the whole account.
      bootstrapRoles: [],
      stackActions: ['cloudformation:DescribeStacks', 'cloudformation:GetTemplate'],
    });
  }

  private createRole(
    id: string,
    { prefix, trusted }: DeployRoleProps,
    provider: string,
    use: RoleUse,
  ): iam.Role {
    const role = new iam.Role(this, id, {
      roleName: `${prefix}-${use.name}`,
      description: use.description,
      maxSessionDuration: Duration.hours(1),
      // Whole values and no patterns: another branch, fork or environment is another subject.
      assumedBy: new iam.WebIdentityPrincipal(provider, {
        StringEquals: { [`${issuer}:aud`]: audience, [`${issuer}:sub`]: use.subject },
      }),
    });
    const { account, partition, region } = Stack.of(this);
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: [...use.stackActions],
        resources: [`arn:${partition}:cloudformation:${region}:${account}:stack/${prefix}-*/*`],
      }),
    );
    const accountInWords = Token.isUnresolved(account) ? '<AWS::AccountId>' : account;
    Validations.of(role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::arn:${partition}:cloudformation:${region}:${accountInWords}:stack/${prefix}-*/*]`,
      reason: 'The stacks of this environment; the id that AWS adds to a name is not known before.',
    });
    if (use.bootstrapRoles.length === 0) return role;
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['sts:AssumeRole'],
        resources: use.bootstrapRoles.map(
          (kind) =>
            `arn:${partition}:iam::${account}:role/` +
            `cdk-${trusted.bootstrapQualifier}-${kind}-role-${account}-${region}`,
        ),
      }),
    );
    return role;
  }

  /**
   * Lets a deploy see what runs: whether it would end a `rollback`.
   * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
   */
  private grantLookAtTasks(role: iam.Role, prefix: string): void {
    const { account, partition, region } = Stack.of(this);
    const services = `arn:${partition}:ecs:${region}:${account}:service/*/${prefix}-service-*`;
    role.addToPolicy(
      new iam.PolicyStatement({ actions: ['ecs:DescribeServices'], resources: [services] }),
    );
    role.addToPolicy(
      new iam.PolicyStatement({ actions: ['ecs:DescribeTaskDefinition'], resources: ['*'] }),
    );
    const accountInWords = Token.isUnresolved(account) ? '<AWS::AccountId>' : account;
    Validations.of(role).acknowledge(
      {
        id: `AwsSolutions-IAM5[Resource::${services.replace(account, accountInWords)}]`,
        reason:
          'The service of this environment, in whichever cluster; its name ends in an id of AWS’s.',
      },
      {
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason: 'ecs:DescribeTaskDefinition cannot name a resource. It shows no value of a secret.',
      },
    );
  }

  /** AWS verifies GitHub's certificate by its own list of authorities: no thumbprint is needed. */
  private createProvider(): string {
    const provider = new iam.CfnOIDCProvider(this, 'Provider', {
      url: `https://${issuer}`,
      clientIdList: [audience],
    });
    // An account has one: roles of other environments, or of other projects, may trust it by now.
    provider.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    return provider.attrArn;
  }
}
