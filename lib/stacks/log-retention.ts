import { ArnFormat, type Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';

/**
 * Lets the CDK's function that limits the logs of RDS change those and no other log group; as the CDK
 * writes it, it may change every one. Only for a stack in which nothing else needs that function.
 */
export function narrowLogRetention(stack: Stack): void {
  const provider = stack.node.children.find(({ node }) => node.id.startsWith('LogRetention'));
  const policy = provider?.node.findAll().find((each) => each instanceof iam.CfnPolicy);
  if (provider === undefined || policy === undefined) throw new Error('retention has a function');
  const groups = ['/aws/rds/cluster/*', `/aws/lambda/${stack.stackName}-LogRetention*`];
  policy.addPropertyOverride(
    'PolicyDocument.Statement.0.Resource',
    groups.map((name) =>
      stack.formatArn({
        service: 'logs',
        resource: 'log-group',
        resourceName: name,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    ),
  );
  Validations.of(provider).acknowledge(
    {
      id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]',
      reason: 'AWS’s own policy for functions that write a log.',
    },
    {
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'As the CDK writes it; the override above names the log groups.',
    },
  );
}
