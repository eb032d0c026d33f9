import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  type ECSClient,
  type Service,
  type TaskDefinition,
} from '@aws-sdk/client-ecs';
import { OpsFailure } from '../failure';
import type { Deployed } from './deployed';
import { asking } from './failure';

/** The ECS service as it is now. @throws OpsFailure where there is none */
export async function readEcsService(ecs: ECSClient, deployed: Deployed): Promise<Service> {
  const cluster = deployed.get('ClusterName');
  const name = deployed.get('ServiceName');
  const { services } = await asking(`looking at the service ${name}`, () =>
    ecs.send(new DescribeServicesCommand({ cluster, services: [name] })),
  );
  const [service] = services ?? [];
  if (service !== undefined) return service;
  throw new OpsFailure(
    `the cluster ${cluster} has no service ${name}`,
    `Deploy the service stack again: npm run deploy -- -c env=${deployed.name}.`,
  );
}

export async function readTaskDefinition(
  ecs: ECSClient,
  taskDefinition: string | undefined,
): Promise<TaskDefinition> {
  const { taskDefinition: found } = await asking(`reading ${taskDefinition}`, () =>
    ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition })),
  );
  return found ?? {};
}

/** What the tasks are told: the variables, and of which secrets they are given the values. */
export interface TaskConfiguration {
  readonly taskDefinition: TaskDefinition;
  readonly told: Readonly<Record<string, string>>;
  /** By variable, where its value comes from. */
  readonly injected: Readonly<Record<string, string>>;
}

export async function readTaskConfiguration(
  ecs: ECSClient,
  deployed: Deployed,
): Promise<TaskConfiguration> {
  const service = await readEcsService(ecs, deployed);
  return configurationOf(await readTaskDefinition(ecs, service.taskDefinition));
}

/** Of the container that serves, which is the first. */
export function configurationOf(taskDefinition: TaskDefinition): TaskConfiguration {
  const { environment = [], secrets = [] } = taskDefinition.containerDefinitions?.[0] ?? {};
  return {
    taskDefinition,
    told: Object.fromEntries(environment.map(({ name = '', value = '' }) => [name, value])),
    injected: Object.fromEntries(secrets.map(({ name = '', valueFrom = '' }) => [name, valueFrom])),
  };
}
