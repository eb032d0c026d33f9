import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';

/**
 * Lets `grantee` decrypt what is encrypted with a KMS key of one's own, by way of Secrets Manager
 * alone. The CDK's grant for such a secret goes to the key's policy, which is not ours to change.
 * @param keyArn does nothing when it is undefined: the secrets are under AWS's own key then
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
 */
export function grantDecryption(
  scope: IConstruct,
  grantee: iam.IGrantable,
  keyArn: string | undefined,
): void {
  if (keyArn === undefined) return;
  const { region } = Stack.of(scope);
  iam.Grant.addToPrincipal({
    grantee,
    actions: ['kms:Decrypt'],
    resourceArns: [keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `secretsmanager.${region}.amazonaws.com` } },
  }).assertSuccess();
}
