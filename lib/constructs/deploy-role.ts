import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Environment } from '../environments/schema';

export interface DeployRoleProps {
  /** The role's name, which the workflow is given as part of its ARN. */
  readonly roleName: string;
  /** Whose workflows may assume it, and in which of GitHub's environments. */
  readonly trusted: NonNullable<Environment['deployRole']> & { readonly githubEnvironment: string };
}

const issuer = 'token.actions.githubusercontent.com';
const audience = 'sts.amazonaws.com';

/** The roles that `cdk bootstrap` makes for the command line to assume; the fifth is CloudFormation's. */
const bootstrapRoles = ['deploy', 'file-publishing', 'image-publishing', 'lookup'];

/**
 * What a workflow of GitHub's deploys with. By itself it may do nothing but become one of the roles
 * of `cdk bootstrap`, as a person who deploys does; which change is made to what is then decided by
 * CloudFormation's own role.
 * @see https://docs.github.com/en/actions/reference/security/oidc
 * @see https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html
 */
export class DeployRole extends Construct {
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: DeployRoleProps) {
    super(scope, id);
    const { bootstrapQualifier, githubEnvironment, providerArn, repository } = props.trusted;
    this.role = new iam.Role(this, 'Role', {
      roleName: props.roleName,
      description: `Deploys from ${repository}, environment ${githubEnvironment}`,
      maxSessionDuration: Duration.hours(1),
      // Whole values and no patterns: another branch, fork or environment is another subject.
      assumedBy: new iam.WebIdentityPrincipal(providerArn ?? this.createProvider(), {
        StringEquals: {
          [`${issuer}:aud`]: audience,
          [`${issuer}:sub`]: `repo:${repository}:environment:${githubEnvironment}`,
        },
      }),
    });
    const { account, partition, region } = Stack.of(this);
    this.role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['sts:AssumeRole'],
        resources: bootstrapRoles.map(
          (kind) =>
            `arn:${partition}:iam::${account}:role/` +
            `cdk-${bootstrapQualifier}-${kind}-role-${account}-${region}`,
        ),
      }),
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
