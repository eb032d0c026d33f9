import { ArnFormat, CfnResource, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as rds from 'aws-cdk-lib/aws-rds';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { Database } from './database';
import { defaults } from './defaults';

export interface LedgerDatabaseProps {
  /** The VPC that it is in. */
  readonly vpc: ec2.IVpc;
  /**
   * Where its instances are put, in two zones at least.
   * @default - the isolated subnets, or the private ones where there are none
   */
  readonly vpcSubnets?: ec2.SubnetSelection | undefined;
  /**
   * The name of the secret with the generated credentials.
   * @default - one that CloudFormation makes
   */
  readonly secretName?: string | undefined;
  /**
   * Aurora capacity units (2 GiB each) that are always there, from 0 to 256; 0 lets it pause while
   * there is nothing to do.
   * @default 0.5
   */
  readonly minimumCapacityUnits?: number | undefined;
  /**
   * Aurora capacity units that it may grow to, from 1 to 256.
   * @default 4
   */
  readonly maximumCapacityUnits?: number | undefined;
  /**
   * Readers in other zones, one of which takes over when the writer fails, from 0 to 15.
   * @default 0
   */
  readonly readers?: number | undefined;
  /**
   * For how many days back any second can be restored, from 1 to 35.
   * @default 7
   */
  readonly backupRetentionDays?: number | undefined;
  /**
   * For how many days its log is kept.
   * @default - 90 days
   */
  readonly logRetention?: logs.RetentionDays | undefined;
  /**
   * Whether the data outlives the stack, with all that it needs; if not, a last snapshot is taken.
   * @default true
   */
  readonly retainData?: boolean | undefined;
  /**
   * Whether its deletion is refused. Before it has come to stand, its creation could not be undone then:
   * set it from the second deploy on.
   * @default false
   */
  readonly deletionProtection?: boolean | undefined;
}

/** The tests run on PostgreSQL 18, so Aurora's 18 is the same engine. */
const engine = rds.DatabaseClusterEngine.auroraPostgres({
  version: rds.AuroraPostgresEngineVersion.VER_18_6,
});
const databaseName = 'tollgate';
const userName = 'tollgate';
/** The user that people read tables as, made once by hand as docs/operating.md says. */
const readerName = 'tollgate_reader';

/** Aurora PostgreSQL with the inbox, the ledger and the outbox; nothing outside the VPC reaches it. */
export class LedgerDatabase extends Construct implements Database {
  readonly cluster: rds.DatabaseCluster;
  readonly credentials: secretsmanager.ISecret;
  readonly mayPause: boolean;
  /** Lets whoever it is attached to connect as the user that may read and nothing else. */
  readonly readerPolicy: iam.ManagedPolicy;

  constructor(scope: Construct, id: string, props: LedgerDatabaseProps) {
    super(scope, id);
    const { vpc, vpcSubnets = subnetsForDatabase(vpc), secretName } = props;
    const { retainData = true, deletionProtection = false } = props;
    const {
      minimumCapacityUnits = defaults.database.minimumCapacityUnits,
      maximumCapacityUnits = defaults.database.maximumCapacityUnits,
      readers = defaults.database.readers,
      backupRetentionDays = defaults.database.backupRetentionDays,
      logRetention = defaults.logRetentionDays,
    } = props;
    this.mayPause = minimumCapacityUnits === 0;
    // Aurora would go ahead of the version above, which no update of the cluster could go back to.
    const instance = { publiclyAccessible: false, autoMinorVersionUpgrade: false };
    // A construct of its own: the one that the cluster would generate has an id made of the stack's
    // name and its own settings, and would collide with itself under its fixed name when they change.
    const generated = new rds.DatabaseSecret(this, 'Credentials', {
      username: userName,
      ...(secretName !== undefined && { secretName }),
    }) as secretsmanager.ISecret;
    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'The database: in from the tasks, out to nobody',
      allowAllOutbound: false,
    });
    this.cluster = new rds.DatabaseCluster(this, 'Cluster', {
      engine,
      defaultDatabaseName: databaseName,
      // The name in the open: a change of a reference to it would replace the cluster.
      credentials: rds.Credentials.fromSecret(generated, userName),
      vpc,
      vpcSubnets,
      securityGroups: [securityGroup],
      writer: rds.ClusterInstance.serverlessV2('Writer', instance),
      readers: Array.from({ length: readers }, (_, index) =>
        // Follows the writer's size, so that it can take over under the same load.
        rds.ClusterInstance.serverlessV2(`Reader${index + 1}`, {
          ...instance,
          scaleWithWriter: true,
        }),
      ),
      serverlessV2MinCapacity: minimumCapacityUnits,
      serverlessV2MaxCapacity: maximumCapacityUnits,
      ...(this.mayPause && {
        serverlessV2AutoPauseDuration: Duration.minutes(10),
      }),
      // For people: whoever is granted to connect as the reader needs no password.
      iamAuthentication: true,
      parameters: { 'rds.force_ssl': '1' },
      storageEncrypted: true,
      backup: { retention: Duration.days(backupRetentionDays) },
      copyTagsToSnapshot: true,
      cloudwatchLogsExports: ['postgresql'],
      deletionProtection,
      removalPolicy: RemovalPolicy.SNAPSHOT,
    });
    if (retainData) this.retain();
    const resource = this.cluster.node.defaultChild as rds.CfnDBCluster;
    // cfn-lint's list of engine versions ends with 17; the CDK's knows Aurora's 18.
    resource.addMetadata('cfn-lint', { config: { ignore_checks: ['E3690'] } });
    if (this.cluster.secret === undefined) throw new Error('generated credentials have a secret');
    this.credentials = this.cluster.secret;
    this.readerPolicy = this.createReaderPolicy();
    // RDS makes the log group itself, and keeps it for ever; CloudFormation cannot change what another has
    // made, so that a function of the CDK's does, one for each stack.
    new logs.LogRetention(this, 'LogRetention', {
      logGroupName: `/aws/rds/cluster/${this.cluster.clusterIdentifier}/postgresql`,
      retention: logRetention,
    });
    this.acknowledge(retainData, deletionProtection);
  }

  /**
   * A ledger that outlives its stack needs whatever the stack made for it: its password, its place in
   * the network, its settings. Of a stack that fails while it is made nothing is left.
   */
  private retain(): void {
    for (const construct of this.node.findAll()) {
      if (CfnResource.isCfnResource(construct)) {
        construct.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
      }
    }
  }

  /** https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.IAMPolicy.html */
  private createReaderPolicy(): iam.ManagedPolicy {
    const user = Stack.of(this).formatArn({
      service: 'rds-db',
      resource: 'dbuser',
      resourceName: `${this.cluster.clusterResourceIdentifier}/${readerName}`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    return new iam.ManagedPolicy(this, 'ReaderPolicy', {
      description: `Connects to the database as ${readerName}, by the SQL of docs/operating.md`,
      statements: [new iam.PolicyStatement({ actions: ['rds-db:connect'], resources: [user] })],
    });
  }

  private acknowledge(retainData: boolean, deletionProtection: boolean): void {
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'Rotation is the operator’s to schedule: its function needs a place in the VPC. The service ' +
        'reads the credentials for each connection, so that a rotation takes no deploy.',
    });
    if (deletionProtection) return;
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-RDS10',
      reason: retainData
        ? 'It refuses its deletion from the next deploy on: a creation that fails must be undone.'
        : 'Only production refuses its deletion; elsewhere a last snapshot is taken.',
    });
  }

  /** Lets `peer` connect; the rule lies with the peer, so that this stack does not depend on it. */
  allowConnectionsFrom(peer: ec2.IConnectable): void {
    peer.connections.allowTo(this.cluster, ec2.Port.POSTGRES);
  }

  grantReadCredentials(grantee: iam.IGrantable): iam.Grant {
    return this.credentials.grantRead(grantee);
  }
}

function subnetsForDatabase({ isolatedSubnets }: ec2.IVpc): ec2.SubnetSelection {
  const { PRIVATE_ISOLATED, PRIVATE_WITH_EGRESS } = ec2.SubnetType;
  return { subnetType: isolatedSubnets.length > 0 ? PRIVATE_ISOLATED : PRIVATE_WITH_EGRESS };
}
