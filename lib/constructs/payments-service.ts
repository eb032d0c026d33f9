import { Duration, Validations } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { servicePort, stopTimeoutSeconds } from '../../service/contract';
import { containerVariables, injectedSecrets } from './container-configuration';
import { defaults } from './defaults';
import { given } from './given';
import { createLogGroup } from './log-group';
import type { PaymentsServiceProps, TaskSize } from './payments-service-props';
import { RunbookAlarm } from './runbook-alarm';
import { imageOfDockerfile } from './service-image';
import { grantReadCatalogue } from './stored-catalogue';
import { TaskMetrics } from './task-metrics';
import { taskSecurityGroup } from './vpc-placement';

/** Per minute: 100 a second on a task that in measurements takes several times as many. */
const requestsPerTarget = 6_000;

/** How many tasks may fail to start before ECS gives a deployment up and rolls it back. */
const failedTasksUntilRollback = 3;

/** The user `node` of the official image; a number, so that ECS need not know the image. */
const unprivilegedUser = '1000:1000';

/** The service on Fargate: task, permissions, deployment and scaling. */
export class PaymentsService extends Construct {
  readonly cluster: ecs.ICluster;
  readonly service: ecs.FargateService;
  readonly logGroup: logs.LogGroup;
  /** What its tasks run. */
  readonly image: string;
  /** Goes off when the service answers 5xx, and rolls a deployment back. */
  readonly errorsAlarm: cloudwatch.Alarm;
  /** What the load balancer measures of the tasks. */
  readonly metrics: TaskMetrics;
  private readonly tasks: { readonly [Name in keyof TaskSize]-?: NonNullable<TaskSize[Name]> };

  constructor(scope: Construct, id: string, props: PaymentsServiceProps) {
    super(scope, id);
    this.tasks = { ...defaults.tasks, ...given({ ...props.tasks }) };
    this.logGroup = createLogGroup(this, 'Logs', props);
    this.cluster = this.provideCluster(props);
    this.metrics = new TaskMetrics(props.edge, props.canary);
    const taskDefinition = this.createTask(props);
    props.database.grantReadCredentials(taskDefinition.taskRole);
    props.secrets.grantRead(taskDefinition.taskRole);
    props.secrets.grantDecryption(taskDefinition.obtainExecutionRole());
    props.billingTopic.grantPublish(taskDefinition.taskRole);
    props.stripeEventQueue?.grantConsume(taskDefinition.taskRole);
    const { catalogueKey, variables } = props;
    grantReadCatalogue(this, variables?.CATALOGUE_ARN, catalogueKey, taskDefinition.taskRole);
    this.image = taskDefinition.defaultContainer?.imageName ?? '';
    this.service = this.createService(props, taskDefinition);
    this.errorsAlarm = this.rollBackOnErrors(props);
    props.database.allowConnectionsFrom(this.service);
    this.registerTasks(props);
    this.scale(props);
    this.acknowledge(props, taskDefinition);
  }

  private provideCluster(props: PaymentsServiceProps): ecs.ICluster {
    if (props.cluster !== undefined) return props.cluster;
    const { containerInsights = true, vpc } = props;
    const cluster = new ecs.Cluster(this, 'Cluster', {
      vpc,
      containerInsightsV2: containerInsights
        ? ecs.ContainerInsights.ENABLED
        : ecs.ContainerInsights.DISABLED,
      ...(this.tasks.spot && { enableFargateCapacityProviders: true }),
    });
    if (!containerInsights) {
      Validations.of(cluster).acknowledge({
        id: 'AwsSolutions-ECS4',
        reason: 'Chosen by whoever deploys it: containerInsights is false.',
      });
    }
    return cluster as ecs.ICluster;
  }

  private acknowledge(
    { canary, ecsExec }: PaymentsServiceProps,
    taskDefinition: ecs.FargateTaskDefinition,
  ): void {
    Validations.of(taskDefinition).acknowledge({
      id: 'AwsSolutions-ECS2',
      reason: 'The variables are names, ARNs and switches; every secret is injected as a secret.',
    });
    Validations.of(taskDefinition.obtainExecutionRole()).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'ecr:GetAuthorizationToken, for an image of ECR’s, cannot name a resource.',
    });
    if (ecsExec) {
      Validations.of(taskDefinition.taskRole).acknowledge({
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason: 'ECS Exec was chosen; the channels of its sessions cannot be named beforehand.',
      });
    }
    if (canary === undefined) return;
    Validations.of(this.service).acknowledge({
      id:
        'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/' +
        'AmazonECSInfrastructureRolePolicyForLoadBalancers]',
      reason:
        'AWS’s own policy for ECS, which alone assumes the role, to move a canary’s requests.',
    });
  }

  /** With one task there is nobody else whose work it would have to look for. */
  private isAlone({ desiredCount }: PaymentsServiceProps): boolean {
    return (desiredCount ?? this.tasks.maximum) <= 1;
  }

  private createTask(props: PaymentsServiceProps): ecs.FargateTaskDefinition {
    const taskDefinition = new ecs.FargateTaskDefinition(this, 'Task', {
      cpu: this.tasks.cpuUnits,
      memoryLimitMiB: this.tasks.memoryMiB,
      runtimePlatform: {
        cpuArchitecture: ecs.CpuArchitecture.ARM64,
        operatingSystemFamily: ecs.OperatingSystemFamily.LINUX,
      },
    });
    taskDefinition.addContainer('Service', {
      image: props.image ?? imageOfDockerfile(),
      essential: true,
      user: unprivilegedUser,
      // The agent of ECS Exec writes to it and does not work without.
      // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html
      readonlyRootFilesystem: props.ecsExec !== true,
      portMappings: [{ containerPort: servicePort }],
      environment: containerVariables(props, this.isAlone(props)),
      secrets: injectedSecrets(props),
      stopTimeout: Duration.seconds(stopTimeoutSeconds),
      logging: ecs.LogDrivers.awsLogs({ logGroup: this.logGroup, streamPrefix: 'service' }),
      // No health check of its own: it would start a Node.js process again and again, which a busy task
      // does not answer in time. The load balancer asks more cheaply, and for what clients see.
    });
    return taskDefinition;
  }

  private createService(
    props: PaymentsServiceProps,
    taskDefinition: ecs.FargateTaskDefinition,
  ): ecs.FargateService {
    const { assignPublicIp = false, ecsExec = false, vpcSubnets } = props;
    const { spot, startMinutes } = this.tasks;
    const securityGroup = taskSecurityGroup(this, props.vpc, props, {
      description: 'Tasks of the service: out to HTTPS and the database, in from the load balancer',
      overHttps: 'Stripe and the AWS APIs',
    });
    const service = new ecs.FargateService(this, 'Service', {
      cluster: this.cluster,
      taskDefinition,
      platformVersion: ecs.FargatePlatformVersion.LATEST,
      ...(spot && {
        capacityProviderStrategies: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }],
      }),
      ...(vpcSubnets !== undefined && { vpcSubnets }),
      assignPublicIp,
      securityGroups: [securityGroup],
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      availabilityZoneRebalancing: ecs.AvailabilityZoneRebalancing.ENABLED,
      circuitBreaker: { enable: true, rollback: true },
      ...props.canary?.strategy,
      enableExecuteCommand: ecsExec,
      // Until the database has woken up and is migrated, a task is not healthy, and not failed either.
      healthCheckGracePeriod: Duration.minutes(startMinutes),
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

  /**
   * A version that starts and answers 5xx is rolled back as one that does not start. ECS looks for
   * the alarm by its name when the service is made, hence in this stack and not with the others.
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html
   */
  private rollBackOnErrors(props: PaymentsServiceProps): cloudwatch.Alarm {
    const { alarm } = new RunbookAlarm(this, 'ErrorsAlarm', {
      topic: props.alarmTopic,
      heading: 'The service answers 5xx',
      description: 'The service answered 5 or more requests with 5xx in 5 minutes.',
      metric: this.metrics.sum('HTTPCode_Target_5XX_Count', {
        statistic: 'Sum',
        period: Duration.minutes(5),
      }),
      threshold: 5,
      evaluationPeriods: 1,
    });
    // With checkout off, a refused sale is a 503 that was asked for: the alarm would roll back the
    // very deployment that stops selling. By the property: enableDeploymentAlarms() warns of a circle
    // that a metric of the load balancer's cannot make.
    const resource = this.service.node.defaultChild as ecs.CfnService;
    resource.addPropertyOverride('DeploymentConfiguration.Alarms', {
      AlarmNames: [alarm.alarmName],
      Enable: props.checkout !== 'off',
      Rollback: true,
    });
    return alarm;
  }

  private registerTasks({ canary, edge }: PaymentsServiceProps): void {
    if (!(edge.targetGroup instanceof elb.ApplicationTargetGroup)) {
      edge.letIn(this.service);
      // The CDK knows what attaches a target group that it makes, and of an adopted one it does not.
      this.service.node.addDependency(edge.attachment);
    }
    if (canary === undefined) {
      this.service.attachToApplicationTargetGroup(edge.targetGroup);
      return;
    }
    this.service
      .loadBalancerTarget({
        containerName: 'Service',
        containerPort: servicePort,
        alternateTarget: canary.alternateTarget,
      })
      .attachToApplicationTargetGroup(edge.targetGroup);
  }

  /** A flag that sets the count moves both bounds: what a deploy leaves alone is the count itself. */
  private scale({ canary, desiredCount, edge }: PaymentsServiceProps): void {
    const { minimum, maximum } = this.tasks;
    const scaling = this.service.autoScaleTaskCount({
      minCapacity: desiredCount ?? minimum,
      maxCapacity: desiredCount ?? maximum,
    });
    scaling.scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: 60 });
    // A canary's requests move from one target group to the other; a policy can count one alone.
    if (canary !== undefined) return;
    const { targetGroup } = edge;
    if (targetGroup instanceof elb.ApplicationTargetGroup) {
      scaling.scaleOnRequestCount('Requests', { requestsPerTarget, targetGroup });
    } else {
      const oneMinute = { statistic: 'Sum', period: Duration.minutes(1) };
      const metric = edge.targetMetric('RequestCountPerTarget', oneMinute);
      scaling.scaleToTrackCustomMetric('Requests', { metric, targetValue: requestsPerTarget });
    }
  }
}
