import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';

/**
 * An existing secret by its complete ARN.
 * @param encryptionKeyArn the KMS key of one's own that it is encrypted with: who is granted to read
 *   the secret is granted to decrypt, by way of Secrets Manager alone
 */
export function adoptSecret(
  scope: Construct,
  id: string,
  arn: string,
  encryptionKeyArn: string | undefined,
): secretsmanager.ISecret {
  return secretsmanager.Secret.fromSecretAttributes(scope, id, {
    secretCompleteArn: arn,
    ...(encryptionKeyArn !== undefined && {
      encryptionKey: kms.Key.fromKeyArn(scope, `${id}Key`, encryptionKeyArn),
    }),
  });
}
