import {
  DescribeTaskDefinitionCommand,
  type ECSClient,
  type Tag,
  type TaskDefinition,
} from '@aws-sdk/client-ecs';
import { asking } from './failure';

/** On a task definition that `rollback` has registered: the image that it went back from. */
export const wentBackFrom = 'tollgate:went-back-from';

/** A revision of the task definition, with its tags. */
export interface Revision {
  readonly definition: TaskDefinition;
  readonly tags: readonly Tag[];
}

export const imageOf = ({ containerDefinitions }: TaskDefinition) =>
  containerDefinitions?.[0]?.image ?? '';

export const tagOf = ({ tags }: Revision, name: string) =>
  tags.find(({ key }) => key === name)?.value;

/** @param taskDefinition its ARN, or its family for the newest */
export async function readRevision(ecs: ECSClient, taskDefinition: string): Promise<Revision> {
  const { tags = [], taskDefinition: definition = {} } = await asking(
    `reading the task definition ${taskDefinition}`,
    () => ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition, include: ['TAGS'] })),
  );
  return { definition, tags };
}

/** Without what ECS adds to a revision: what another one is registered by. */
export function describing({
  compatibilities: _compatibilities,
  deregisteredAt: _deregisteredAt,
  registeredAt: _registeredAt,
  registeredBy: _registeredBy,
  requiresAttributes: _requiresAttributes,
  revision: _revision,
  status: _status,
  taskDefinitionArn: _arn,
  ...described
}: TaskDefinition) {
  return described;
}
