import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeServiceRevisionsCommand,
  type ECSClient,
  ListServiceDeploymentsCommand,
  type Service,
  type ServiceDeploymentBrief,
} from '@aws-sdk/client-ecs';
import { OpsFailure } from '../failure';
import { asking } from './failure';

/** A deployment that ECS began, whatever came of it. */
export interface PastDeployment {
  readonly arn: string;
  /** As ECS says it: `SUCCESSFUL` is that its tasks were steady, on their own and together. */
  readonly status: string;
  readonly taskDefinition: string;
  readonly image: string;
  readonly createdAt: Date;
  readonly finishedAt: Date | undefined;
}

const underWay = ['PENDING', 'IN_PROGRESS'];
const goingBack = ['STOP_REQUESTED', 'ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS'];
const pollMillis = 3_000;
const timeoutMillis = 15 * 60_000;
/** So many revisions ECS describes at a time. */
const revisionsAtATime = 20;
const most = 100;

/**
 * The deployments of a service that ECS remembers, which are those of ninety days, the newest first.
 * @throws OpsFailure where AWS refuses
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListServiceDeployments.html
 */
export async function readDeployments(
  ecs: ECSClient,
  service: Service,
): Promise<readonly PastDeployment[]> {
  const what = `listing the deployments of ${service.serviceName}`;
  const { clusterArn: cluster, serviceArn } = service;
  const { serviceDeployments = [] } = await asking(what, () =>
    ecs.send(new ListServiceDeploymentsCommand({ cluster, service: serviceArn, maxResults: most })),
  );
  const revisions = await readRevisions(ecs, serviceDeployments);
  return serviceDeployments
    .map((deployment) => ({
      arn: deployment.serviceDeploymentArn ?? '',
      status: deployment.status ?? 'UNKNOWN',
      createdAt: deployment.createdAt ?? new Date(0),
      finishedAt: deployment.finishedAt,
      ...(revisions.get(deployment.targetServiceRevisionArn) ?? { taskDefinition: '', image: '' }),
    }))
    .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
}

/** Those that go on to their end. */
export const isUnderWay = ({ status }: PastDeployment) => underWay.includes(status);

/** Those that were stopped, and whose tasks from before are not back yet. */
export const isGoingBack = ({ status }: PastDeployment) => goingBack.includes(status);

/**
 * Waits until none is going back any more.
 * @returns the state in which the newest has ended
 * @throws OpsFailure where that takes too long
 */
export async function awaitGoneBack(ecs: ECSClient, service: Service): Promise<string> {
  for (
    const deadline = Date.now() + timeoutMillis;
    Date.now() < deadline;
    await sleep(pollMillis)
  ) {
    const deployments = await readDeployments(ecs, service);
    if (!deployments.some((each) => isUnderWay(each) || isGoingBack(each))) {
      return deployments[0]?.status ?? 'ended';
    }
  }
  throw new OpsFailure(
    `the deployment that was stopped has not gone back within ${timeoutMillis / 60_000} minutes`,
    'Run the command again: it goes on waiting.',
  );
}

async function readRevisions(ecs: ECSClient, deployments: readonly ServiceDeploymentBrief[]) {
  const arns = [...new Set(deployments.map((each) => each.targetServiceRevisionArn ?? ''))];
  const revisions = new Map<string | undefined, { taskDefinition: string; image: string }>();
  for (let from = 0; from < arns.length; from += revisionsAtATime) {
    const serviceRevisionArns = arns.slice(from, from + revisionsAtATime);
    const { serviceRevisions = [] } = await asking('reading what was deployed', () =>
      ecs.send(new DescribeServiceRevisionsCommand({ serviceRevisionArns })),
    );
    for (const { containerImages, serviceRevisionArn, taskDefinition = '' } of serviceRevisions) {
      revisions.set(serviceRevisionArn, {
        taskDefinition,
        image: containerImages?.[0]?.image ?? '',
      });
    }
  }
  return revisions;
}
