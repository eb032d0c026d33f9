import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';

/** Where the ledger is, whoever runs it. */
export interface Database {
  /** Host, port, user name, password and database name, as JSON. */
  readonly credentials: secretsmanager.ISecret;
  /**
   * Whether it pauses while nobody asks it: then the tasks ask only while there is something to do.
   * @default false
   */
  readonly mayPause?: boolean | undefined;
  /** Lets `peer` out to the database, and in where the database is ours. */
  allowConnectionsFrom(peer: ec2.IConnectable): void;
  /** Lets `grantee` read the credentials, each time that it connects. */
  grantReadCredentials(grantee: iam.IGrantable): iam.Grant;
}
