import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { DeployRole } from './constructs/deploy-role';
import type { Environment } from './environments/schema';
import type { Settings } from './settings';
import { publish } from './stack-outputs';

export interface DeployRoleStackProps extends StackProps {
  readonly settings: Settings;
  readonly deployRole: NonNullable<Environment['deployRole']>;
}

/** The role of the continuous deployment, apart from all that it deploys. */
export class DeployRoleStack extends Stack {
  constructor(scope: Construct, id: string, props: DeployRoleStackProps) {
    super(scope, id, props);
    const { deployRole, settings } = props;
    const { role } = new DeployRole(this, 'DeployRole', {
      roleName: `${settings.prefix}-deploy`,
      trusted: { ...deployRole, githubEnvironment: deployRole.githubEnvironment ?? settings.name },
    });
    publish(this, {
      DeployRoleArn: [
        'The variable AWS_DEPLOY_ROLE_ARN of the environment on GitHub',
        role.roleArn,
      ],
    });
  }
}
