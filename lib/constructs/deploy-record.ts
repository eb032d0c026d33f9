import * as ssm from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';

export interface DeployRecordProps {
  /** Which commit the deploy was of. */
  readonly commit: string;
  /** The image that it had the tasks run. */
  readonly image: string;
}

/**
 * What is deployed, as `COMMIT IMAGE` in a parameter: AWS keeps its last hundred values with their
 * dates, so that `ops rollback` knows of an image which commit it came with, whoever deployed from
 * where. See docs/decisions/which-commit-an-image-is-of.md.
 */
export class DeployRecord extends Construct {
  readonly parameterName: string;

  constructor(scope: Construct, id: string, { commit, image }: DeployRecordProps) {
    super(scope, id);
    const parameter = new ssm.CfnParameter(this, 'Parameter', {
      type: 'String',
      description: 'The commit and the image that were deployed last; its history has those before',
      value: `${commit} ${image}`,
    });
    this.parameterName = parameter.ref;
  }
}
