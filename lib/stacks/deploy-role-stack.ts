import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Environment } from '../configuration/environment-file/schema';
import type { Settings } from '../configuration/settings';
import { DeployRole } from '../constructs/deploy-role';
import { publish } from './outputs';

export interface DeployRoleStackProps extends StackProps {
  readonly settings: Settings;
  readonly deployRole: NonNullable<Environment['deployRole']>;
}

/** The roles of the continuous deployment, apart from all that it deploys. */
export class DeployRoleStack extends Stack {
  constructor(scope: Construct, id: string, props: DeployRoleStackProps) {
    super(scope, id, props);
    const { deployRole, settings } = props;
    const roles = new DeployRole(this, 'DeployRole', {
      prefix: settings.prefix,
      trusted: { ...deployRole, githubEnvironment: deployRole.githubEnvironment ?? settings.name },
    });
    publish(this, {
      DeployRoleArn: [
        'The variable AWS_DEPLOY_ROLE_ARN of the environment on GitHub',
        roles.deployRole.roleArn,
      ],
      DiffRoleArn: [
        'The variable AWS_DIFF_ROLE_ARN_<ENVIRONMENT> of the repository on GitHub',
        roles.diffRole.roleArn,
      ],
    });
  }
}
