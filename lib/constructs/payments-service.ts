import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import {
  healthPath,
  servicePort,
  stopTimeoutSeconds,
  environmentVariables as variables,
} from '../../service/contract';
import type { Environment } from '../environments/schema';
import type { BillingTopic } from './billing-topic';
import type { HttpsEdge } from './https-edge';
import type { LedgerDatabase } from './ledger-database';
import { serviceImage } from './service-image';
import type { StripeSecrets } from './stripe-secrets';

export interface PaymentsServiceProps {
  readonly vpc: ec2.IVpc;
  /** Whose target group the tasks register in. */
  readonly edge: HttpsEdge;
  /** Which the tasks may connect to, and whose credentials they may read. */
  readonly database: LedgerDatabase;
  /** Which are injected, and which the tasks may read again after a rotation. */
  readonly secrets: StripeSecrets;
  /** Which the tasks may publish to. */
  readonly billingTopic: BillingTopic;
  /** What the service is configured with. */
  readonly environment: Environment;
  /**
   * The container image, pinned.
   * @default - built from service/Dockerfile when it is deployed
   */
  readonly image: string | undefined;
}

/** The most connections to the database that one task holds. */
export const databasePoolMax = 10;

/** How many tasks may fail to start before ECS gives a deployment up and rolls it back. */
const failedTasksUntilRollback = 3;

/** The user `node` of the official image; a number, so that ECS need not know the image. */
const unprivilegedUser = '1000:1000';

/** The service on Fargate: task, permissions, deployment and scaling. */
export class PaymentsService extends Construct {
  readonly cluster: ecs.Cluster;
  readonly service: ecs.FargateService;
  readonly logGroup: logs.LogGroup;

  constructor(scope: Construct, id: string, props: PaymentsServiceProps) {
    super(scope, id);
    const { environment } = props;
    this.logGroup = new logs.LogGroup(this, 'Logs', {
      retention: environment.logRetentionDays,
      removalPolicy: environment.production ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    this.cluster = new ecs.Cluster(this, 'Cluster', {
      vpc: props.vpc,
      containerInsightsV2: ecs.ContainerInsights.ENABLED,
    });
    const taskDefinition = this.createTask(props);
    props.database.grantReadCredentials(taskDefinition.taskRole);
    props.secrets.grantRead(taskDefinition.taskRole);
    props.billingTopic.grantPublish(taskDefinition.taskRole);
    this.service = this.createService(props, taskDefinition);
    props.database.allowConnectionsFrom(this.service);
    this.service.attachToApplicationTargetGroup(props.edge.targetGroup);
    this.scale(props);
  }

  private createTask(props: PaymentsServiceProps): ecs.FargateTaskDefinition {
    const { tasks } = props.environment;
    const taskDefinition = new ecs.FargateTaskDefinition(this, 'Task', {
      cpu: tasks.cpuUnits,
      memoryLimitMiB: tasks.memoryMiB,
      runtimePlatform: {
        cpuArchitecture: ecs.CpuArchitecture.ARM64,
        operatingSystemFamily: ecs.OperatingSystemFamily.LINUX,
      },
    });
    taskDefinition.addContainer('Service', {
      image: serviceImage(this, props.image),
      essential: true,
      user: unprivilegedUser,
      readonlyRootFilesystem: true,
      portMappings: [{ containerPort: servicePort }],
      environment: this.variables(props),
      secrets: this.injectedSecrets(props),
      stopTimeout: Duration.seconds(stopTimeoutSeconds),
      logging: ecs.LogDrivers.awsLogs({ logGroup: this.logGroup, streamPrefix: 'service' }),
      healthCheck: {
        // The image has Node.js and no curl.
        command: [
          'CMD',
          'node',
          '-e',
          `fetch('http://127.0.0.1:${servicePort}${healthPath}').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))`,
        ],
        interval: Duration.seconds(15),
        timeout: Duration.seconds(5),
        retries: 3,
        startPeriod: Duration.seconds(60),
      },
    });
    return taskDefinition;
  }

  /** What the container is told in the open: names and ARNs, no value of any secret. */
  private variables(props: PaymentsServiceProps): Record<string, string> {
    const { environment, secrets } = props;
    return {
      [variables.port]: String(servicePort),
      [variables.databaseSecretArn]: props.database.credentials.secretArn,
      [variables.databasePoolMax]: String(databasePoolMax),
      [variables.stripeSecretKeyArn]: secrets.stripeSecretKey.secretArn,
      [variables.stripeWebhookSecretArn]: secrets.stripeWebhookSecret.secretArn,
      [variables.stripeMode]: environment.stripeMode,
      [variables.stripeCurrency]: environment.currencies.join(','),
      ...(environment.jwtJwksUrl === undefined
        ? { [variables.jwtAccessTokenSecretArn]: secrets.jwtAccessTokenSecret.secretArn }
        : { [variables.jwtJwksUrl]: environment.jwtJwksUrl }),
      [variables.publicBaseUrl]: `https://${environment.domainName}`,
      [variables.allowedOrigins]: environment.allowedOrigins.join(','),
      [variables.webhookPaths]: environment.webhookPaths.join(','),
      [variables.billingEventsTopicArn]: props.billingTopic.topic.topicArn,
      [variables.logLevel]: environment.logLevel,
    };
  }

  /**
   * Each secret whole. With a JSON key in the reference, every task would stop on the day that
   * somebody stores plain text; the service reads both.
   */
  private injectedSecrets({ environment, secrets }: PaymentsServiceProps) {
    const injected: Record<string, ecs.Secret> = {
      [variables.stripeSecretKey]: ecs.Secret.fromSecretsManager(secrets.stripeSecretKey),
      [variables.stripeWebhookSecret]: ecs.Secret.fromSecretsManager(secrets.stripeWebhookSecret),
    };
    if (environment.jwtJwksUrl === undefined) {
      const { jwtAccessTokenSecret } = secrets;
      injected[variables.jwtAccessTokenSecret] =
        ecs.Secret.fromSecretsManager(jwtAccessTokenSecret);
    }
    return injected;
  }

  private createService(
    props: PaymentsServiceProps,
    taskDefinition: ecs.FargateTaskDefinition,
  ): ecs.FargateService {
    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc: props.vpc,
      description: 'Tasks of the service: out to HTTPS and the database, in from the load balancer',
      allowAllOutbound: false,
    });
    securityGroup.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.HTTPS, 'Stripe and the AWS APIs');
    const service = new ecs.FargateService(this, 'Service', {
      cluster: this.cluster as ecs.ICluster,
      taskDefinition,
      platformVersion: ecs.FargatePlatformVersion.LATEST,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      securityGroups: [securityGroup],
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      circuitBreaker: { enable: true, rollback: true },
      // A database that was paused needs some 15 s to wake, and migrations run before the first use.
      healthCheckGracePeriod: Duration.seconds(120),
      propagateTags: ecs.PropagatedTagSource.SERVICE,
      enableECSManagedTags: true,
      // No desiredCount: it would set the count back, at every deploy, to less than the load needs.
    });
    // With its policy: a task that starts before it may not read the secrets that it is injected.
    service.node.addDependency(taskDefinition.obtainExecutionRole());
    const resource = service.node.defaultChild as ecs.CfnService;
    resource.addPropertyOverride(
      'DeploymentConfiguration.DeploymentCircuitBreaker.ThresholdConfiguration',
      { Type: 'COUNT', Value: failedTasksUntilRollback },
    );
    // cfn-lint does not know ThresholdConfiguration yet; CloudFormation's own schema does.
    resource.addMetadata('cfn-lint', { config: { ignore_checks: ['E3002'] } });
    return service;
  }

  private scale(props: PaymentsServiceProps): void {
    const { tasks } = props.environment;
    const scaling = this.service.autoScaleTaskCount({
      minCapacity: tasks.minimum,
      maxCapacity: tasks.maximum,
    });
    scaling.scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: 60 });
    scaling.scaleOnRequestCount('Requests', {
      // Per minute: 100 a second on a task that in measurements takes several times as many.
      requestsPerTarget: 6_000,
      targetGroup: props.edge.targetGroup,
    });
  }
}
