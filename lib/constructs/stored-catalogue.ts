import { readFileSync } from 'node:fs';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';
import { grantDecryption } from './decryption';

/**
 * Uploads a catalogue with the deploy; another content is another object, and so another deployment.
 * @param path from the current folder
 * @returns the ARN of the object
 * @throws Error where there is no JSON: the service refuses to start without, which is later
 */
export function storedCatalogue(scope: Construct, path: string): string {
  try {
    JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error(`catalogue ${path} is no JSON file that can be read; give the path of one`, {
      cause: error,
    });
  }
  const { bucket, s3ObjectKey } = new Asset(scope, 'Catalogue', { path });
  return bucket.arnForObjects(s3ObjectKey);
}

/**
 * Lets a task read the catalogue that is kept outside of the image, and nothing else of where it is.
 * @param scope for the permission to decrypt
 * @param arn of an object of S3 or of a parameter; undefined: the image has the catalogue
 * @param key that it is encrypted with; undefined: one of AWS's own, which asks for no permission
 */
export function grantReadCatalogue(
  scope: Construct,
  arn: string | undefined,
  key: kms.IKey | undefined,
  grantee: iam.IGrantable,
): void {
  if (arn === undefined) return;
  const service = arn.includes(':ssm:') ? 'ssm' : 's3';
  grantee.grantPrincipal.addToPrincipalPolicy(
    new iam.PolicyStatement({
      actions: [service === 'ssm' ? 'ssm:GetParameter' : 's3:GetObject'],
      resources: [arn],
    }),
  );
  grantDecryption(scope, grantee, key, service);
}
