import { Stack, Token, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { environmentTag } from './switch-rules';

export interface SwitchEndRoleProps {
  /** What the rules are tagged with that it may delete: `{project}-{env}`. */
  readonly prefix: string;
}

/**
 * What a schedule of `ops switch --for` deletes its rule with, hours later, when nobody is signed in.
 * EventBridge Scheduler alone assumes it, and it deletes no rule but those that the command has tagged.
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
 */
export class SwitchEndRole extends Construct {
  readonly roleArn: string;

  constructor(scope: Construct, id: string, { prefix }: SwitchEndRoleProps) {
    super(scope, id);
    const { account, partition, region } = Stack.of(this);
    const role = new iam.Role(this, 'Role', {
      description: 'Ends what ops switch has set for a while',
      assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    });
    const rulesIn = (inAccount: string) =>
      `arn:${partition}:elasticloadbalancing:${region}:${inAccount}:listener-rule/app/*`;
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['elasticloadbalancing:DeleteRule'],
        resources: [rulesIn(account)],
        conditions: { StringEquals: { [`aws:ResourceTag/${environmentTag}`]: prefix } },
      }),
    );
    Validations.of(role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${rulesIn(Token.isUnresolved(account) ? '<AWS::AccountId>' : account)}]`,
      reason: 'The rules are made long after the role, and have the tag of the environment.',
    });
    this.roleArn = role.roleArn;
  }
}
