import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { CanaryTargets } from './canary-targets';
import type { ContainerConfigurationProps } from './container-configuration';
import type { LogKeeping } from './log-group';
import type { TaskPlacement } from './vpc-placement';

/** The Fargate tasks that run the service. */
export interface TaskSize {
  /**
   * CPU units, of which 1,024 are one vCPU: 256, 512, 1024, 2048 or 4096.
   * @default 512
   */
  readonly cpuUnits?: number | undefined;
  /**
   * Memory of one task, in MiB, as Fargate allows for the CPU.
   * @default 1024
   */
  readonly memoryMiB?: number | undefined;
  /**
   * Never fewer tasks than this.
   * @default 1
   */
  readonly minimum?: number | undefined;
  /**
   * Never more tasks than this.
   * @default 4
   */
  readonly maximum?: number | undefined;
  /**
   * Whether they run on spare capacity, for a third of the price: AWS may stop one with two minutes' notice.
   * @default false
   */
  readonly spot?: boolean | undefined;
  /**
   * For how many minutes a new task may wait for its database and migrate it before it counts as failed.
   * @default 20
   */
  readonly startMinutes?: number | undefined;
}

export interface PaymentsServiceProps
  extends ContainerConfigurationProps,
    TaskPlacement,
    LogKeeping {
  /** The VPC that it is in. */
  readonly vpc: ec2.IVpc;
  /**
   * An existing ECS cluster; for tasks on spare capacity it must have the provider FARGATE_SPOT.
   * @default - one is created
   */
  readonly cluster?: ecs.ICluster | undefined;
  /**
   * Whether CloudWatch measures the tasks of a cluster that is created in more detail, at a price.
   * @default true
   */
  readonly containerInsights?: boolean | undefined;
  /**
   * The image, built for ARM64: best by its digest.
   * @default - built on deploy, by Docker, from the Dockerfile that comes along
   */
  readonly image?: ecs.ContainerImage | undefined;
  /**
   * The key of your own that the catalogue at `variables.CATALOGUE_ARN` is encrypted with, so that the
   * tasks may decrypt it.
   * @default - it is encrypted with a key of AWS's own
   */
  readonly catalogueKey?: kms.IKey | undefined;
  /**
   * How large the tasks are, and how many.
   * @default - see there
   */
  readonly tasks?: TaskSize | undefined;
  /**
   * How many tasks run, for as long as this is given.
   * @default - autoscaling decides, within the bounds of `tasks`
   */
  readonly desiredCount?: number | undefined;
  /**
   * Whether people may open a shell in a task; its file system can be written then.
   * @default false
   */
  readonly ecsExec?: boolean | undefined;
  /**
   * What a canary shifts between.
   * @default - deployments roll, task by task
   */
  readonly canary?: CanaryTargets | undefined;
  /** Is told when the service answers 5xx. */
  readonly alarmTopic: sns.ITopic;
}
