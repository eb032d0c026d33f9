import { ArnFormat, CfnResource, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as rds from 'aws-cdk-lib/aws-rds';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { Environment } from '../configuration/environment-file/schema';
import type { Database } from './external-database';
import type { Network } from './network';

export interface LedgerDatabaseProps {
  /** Whose isolated subnets the instances are in. */
  readonly network: Network;
  /** The name of the secret with the generated credentials. */
  readonly secretName: string;
  /** Capacity, readers and backups. */
  readonly size: Environment['database'];
  /** For how many days its log is kept. */
  readonly logRetentionDays: number;
  /** Whether the data outlives the stack. */
  readonly isProduction: boolean;
  /** Whether its deletion is refused: once it stands, or else its creation could not be undone. */
  readonly isProtected: boolean;
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
  /** Lets whoever it is attached to connect as the user that may read and nothing else. */
  readonly readerPolicy: iam.ManagedPolicy;

  constructor(scope: Construct, id: string, props: LedgerDatabaseProps) {
    super(scope, id);
    const { network, size } = props;
    // Aurora would go ahead of the version above, which no update of the cluster could go back to.
    const instance = { publiclyAccessible: false, autoMinorVersionUpgrade: false };
    // A construct of its own: the one that the cluster would generate has an id made of the stack's
    // name and its own settings, and would collide with itself under its fixed name when they change.
    const generated = new rds.DatabaseSecret(this, 'Credentials', {
      username: userName,
      secretName: props.secretName,
    }) as secretsmanager.ISecret;
    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc: network.vpc,
      description: 'The database: in from the tasks, out to nobody',
      allowAllOutbound: false,
    });
    this.cluster = new rds.DatabaseCluster(this, 'Cluster', {
      engine,
      defaultDatabaseName: databaseName,
      // The name in the open: a change of a reference to it would replace the cluster.
      credentials: rds.Credentials.fromSecret(generated, userName),
      vpc: network.vpc,
      vpcSubnets: network.databaseSubnets,
      securityGroups: [securityGroup],
      writer: rds.ClusterInstance.serverlessV2('Writer', instance),
      readers: Array.from({ length: size.readers }, (_, index) =>
        // Follows the writer's size, so that it can take over under the same load.
        rds.ClusterInstance.serverlessV2(`Reader${index + 1}`, {
          ...instance,
          scaleWithWriter: true,
        }),
      ),
      serverlessV2MinCapacity: size.minimumCapacityUnits,
      serverlessV2MaxCapacity: size.maximumCapacityUnits,
      // Without connections: the service asks for work all the time, so no task may run.
      ...(size.minimumCapacityUnits === 0 && {
        serverlessV2AutoPauseDuration: Duration.minutes(10),
      }),
      // For people: whoever is granted to connect as the reader needs no password.
      iamAuthentication: true,
      parameters: { 'rds.force_ssl': '1' },
      storageEncrypted: true,
      backup: { retention: Duration.days(size.backupRetentionDays) },
      copyTagsToSnapshot: true,
      cloudwatchLogsExports: ['postgresql'],
      deletionProtection: props.isProtected,
      removalPolicy: RemovalPolicy.SNAPSHOT,
    });
    if (props.isProduction) this.retain();
    const resource = this.cluster.node.defaultChild as rds.CfnDBCluster;
    // cfn-lint's list of engine versions ends with 17; the CDK's knows Aurora's 18.
    resource.addMetadata('cfn-lint', { config: { ignore_checks: ['E3690'] } });
    if (this.cluster.secret === undefined) throw new Error('generated credentials have a secret');
    this.credentials = this.cluster.secret;
    this.readerPolicy = this.createReaderPolicy();
    this.limitLog(props.logRetentionDays);
    this.acknowledge(props);
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

  /**
   * RDS makes the log group itself, and keeps it for ever; CloudFormation cannot change what another
   * has made, and the function of the CDK's that does may change every log group. Not so here.
   */
  private limitLog(retention: number): void {
    const stack = Stack.of(this);
    const logGroupName = `/aws/rds/cluster/${this.cluster.clusterIdentifier}/postgresql`;
    new logs.LogRetention(this, 'LogRetention', { logGroupName, retention });
    const provider = stack.node.children.find(({ node }) => node.id.startsWith('LogRetention'));
    const policy = provider?.node.findAll().find((each) => each instanceof iam.CfnPolicy);
    if (provider === undefined || policy === undefined) throw new Error('retention has a function');
    const groups = ['/aws/rds/cluster/*', `/aws/lambda/${stack.stackName}-LogRetention*`];
    policy.addPropertyOverride(
      'PolicyDocument.Statement.0.Resource',
      groups.map((name) =>
        stack.formatArn({
          service: 'logs',
          resource: 'log-group',
          resourceName: name,
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        }),
      ),
    );
    Validations.of(provider).acknowledge(
      {
        id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]',
        reason: 'AWS’s own policy for functions that write a log.',
      },
      {
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason: 'As the CDK writes it; the override above names the log groups.',
      },
    );
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

  private acknowledge({ isProduction, isProtected }: LedgerDatabaseProps): void {
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'Rotation is the operator’s to schedule: its function needs a place in the VPC. The service ' +
        'reads the credentials for each connection, so that a rotation takes no deploy.',
    });
    if (isProtected) return;
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-RDS10',
      reason: isProduction
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
