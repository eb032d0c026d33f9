import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { Database } from './database';
import { grantDecryption } from './decryption';

export interface ExternalDatabaseProps {
  /** The secret with host, port, username, password and dbname, as JSON. */
  readonly credentials: secretsmanager.ISecret;
  /** The security group (`sg-…`) or the range of addresses that it is in, which tasks are let out to. */
  readonly peer: string;
  /**
   * The port that the secret names, which tasks are let out to.
   * @default 5432
   */
  readonly port?: number | undefined;
  /**
   * The KMS key of your own that the secret is encrypted with.
   * @default - AWS's own key for Secrets Manager
   */
  readonly encryptionKey?: kms.IKey | undefined;
}

/** A PostgreSQL that somebody else runs: nothing is created, and nothing of it is changed. */
export class ExternalDatabase extends Construct implements Database {
  readonly credentials: secretsmanager.ISecret;
  private readonly encryptionKey: kms.IKey | undefined;
  private readonly peer: ec2.IPeer;
  private readonly port: ec2.Port;

  constructor(scope: Construct, id: string, props: ExternalDatabaseProps) {
    super(scope, id);
    const { peer, port = 5432 } = props;
    this.credentials = props.credentials;
    this.encryptionKey = props.encryptionKey;
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
    grantDecryption(this, grantee, this.encryptionKey, 'secretsmanager');
    return this.credentials.grantRead(grantee);
  }
}
