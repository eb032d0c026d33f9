import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { Environment } from '../configuration/environment-file/schema';
import { grantDecryption } from './stripe-secrets';

/** Where the ledger is, whoever runs it. */
export interface Database {
  /** Host, port, user name, password and database name, as JSON. */
  readonly credentials: secretsmanager.ISecret;
  /** Lets `peer` out to the database, and in where the database is ours. */
  allowConnectionsFrom(peer: ec2.IConnectable): void;
  /** Lets `grantee` read the credentials, each time that it connects. */
  grantReadCredentials(grantee: iam.IGrantable): iam.Grant;
}

export interface ExternalDatabaseProps {
  readonly database: NonNullable<Environment['externalDatabase']>;
  /**
   * The KMS key of the secret.
   * @default - AWS's own key for Secrets Manager
   */
  readonly encryptionKeyArn: string | undefined;
}

/** A PostgreSQL that somebody else runs: nothing is created, and nothing of it is changed. */
export class ExternalDatabase extends Construct implements Database {
  readonly credentials: secretsmanager.ISecret;
  private readonly encryptionKeyArn: string | undefined;
  private readonly peer: ec2.IPeer;
  private readonly port: ec2.Port;

  constructor(scope: Construct, id: string, props: ExternalDatabaseProps) {
    super(scope, id);
    const { peer, port, secretArn } = props.database;
    this.credentials = secretsmanager.Secret.fromSecretCompleteArn(this, 'Credentials', secretArn);
    this.encryptionKeyArn = props.encryptionKeyArn;
    this.port = ec2.Port.tcp(port);
    this.peer = peer.startsWith('sg-')
      ? ec2.SecurityGroup.fromSecurityGroupId(this, 'SecurityGroup', peer, { mutable: false })
      : ec2.Peer.ipv4(peer);
  }

  allowConnectionsFrom(peer: ec2.IConnectable): void {
    peer.connections.allowTo(
      new ec2.Connections({ peer: this.peer, defaultPort: this.port }),
      this.port,
    );
  }

  grantReadCredentials(grantee: iam.IGrantable): iam.Grant {
    grantDecryption(this, grantee, this.encryptionKeyArn);
    return this.credentials.grantRead(grantee);
  }
}
