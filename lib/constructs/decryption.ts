import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { IConstruct } from 'constructs';

/**
 * Lets `grantee` decrypt what is encrypted with a KMS key of one's own, by way of one service alone. The
 * CDK's own grants go to the key's policy, which is not ours to change.
 * @param key does nothing when it is undefined: what is encrypted is under AWS's own key then
 * @param service which decrypts for the grantee
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
 */
export function grantDecryption(
  scope: IConstruct,
  grantee: iam.IGrantable,
  key: kms.IKey | undefined,
  service: 's3' | 'secretsmanager' | 'ssm',
): void {
  if (key === undefined) return;
  const { region } = Stack.of(scope);
  iam.Grant.addToPrincipal({
    grantee,
    actions: ['kms:Decrypt'],
    resourceArns: [key.keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `${service}.${region}.amazonaws.com` } },
  }).assertSuccess();
}
