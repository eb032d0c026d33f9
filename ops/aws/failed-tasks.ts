import {
  DescribeTasksCommand,
  type ECSClient,
  ListTasksCommand,
  type Task,
} from '@aws-sdk/client-ecs';
import type { Deployed } from './deployed';
import { asking } from './failure';

/** A task that stopped, and not because another was to take its place. */
export interface FailedTask {
  readonly stoppedAt: Date;
  /** The deployment that started it. */
  readonly startedBy: string;
  /** Why, as ECS says it of the task and of its containers. */
  readonly reason: string;
}

/** So long ECS remembers every stopped task; some it remembers longer. */
const rememberedMillis = 60 * 60_000;

/**
 * The tasks that failed within the last hour, the last one first.
 * @throws OpsFailure where AWS refuses
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
 */
export async function readFailedTasks(
  ecs: ECSClient,
  deployed: Deployed,
): Promise<readonly FailedTask[]> {
  const cluster = deployed.get('ClusterName');
  const serviceName = deployed.get('ServiceName');
  const tasks = await asking(`looking at the stopped tasks of ${serviceName}`, async () => {
    // A page of them is a hundred, as many as are described at a time.
    const { taskArns = [] } = await ecs.send(
      new ListTasksCommand({ cluster, serviceName, desiredStatus: 'STOPPED' }),
    );
    if (taskArns.length === 0) return [];
    return (await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }))).tasks ?? [];
  });
  const since = Date.now() - rememberedMillis;
  return tasks
    .filter(isFailure)
    .map(({ startedBy = '', stoppedAt = new Date(), ...task }) => ({
      startedBy,
      stoppedAt,
      reason: reasonOf(task),
    }))
    .filter(({ stoppedAt }) => stoppedAt.getTime() > since)
    .sort((a, b) => b.stoppedAt.getTime() - a.stoppedAt.getTime());
}

/** A deployment, scaling, a person, or AWS that wants its Spot capacity back. */
const orderly: ReadonlySet<string> = new Set([
  'ServiceSchedulerInitiated',
  'SpotInterruption',
  'TerminationNotice',
  'UserInitiated',
]);

/** The scheduler also stops what fails its health checks, and says so in the reason alone. */
export function isFailure({ stopCode, stoppedReason = '' }: Task): boolean {
  if (/\bfailed\b.*\bhealth checks/i.test(stoppedReason)) return true;
  if (stopCode !== undefined) return !orderly.has(stopCode);
  return !/^Scaling activity initiated by/.test(stoppedReason);
}

function reasonOf({ containers = [], stoppedReason }: Task): string {
  const ofContainers = containers.flatMap(({ exitCode = 0, name, reason }) => {
    const words = [
      ...(reason === undefined ? [] : [reason]),
      ...(exitCode === 0 ? [] : [`exit code ${exitCode}`]),
    ];
    return words.length === 0 ? [] : [`${name}: ${words.join(', ')}`];
  });
  return [stoppedReason ?? 'no reason is given', ...ofContainers].join('; ');
}
