import * as iam from 'aws-cdk-lib/aws-iam';

/**
 * Lets a task read the catalogue that is kept outside of the image, and nothing else of where it is.
 * @param arn of an object of S3 or of a parameter; undefined: the image has the catalogue
 */
export function grantReadCatalogue(arn: string | undefined, grantee: iam.IGrantable): void {
  if (arn === undefined) return;
  grantee.grantPrincipal.addToPrincipalPolicy(
    new iam.PolicyStatement({
      actions: [arn.includes(':ssm:') ? 'ssm:GetParameter' : 's3:GetObject'],
      resources: [arn],
    }),
  );
}
