import { setTimeout as sleep } from 'node:timers/promises';
import { type Deployment, type ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { OpsFailure } from '../failure';
import type { Steps } from '../terminal/steps';
import type { Deployed } from './deployed';
import { readFailedTasks } from './failed-tasks';
import { asking } from './failure';
import { readEcsService } from './running-task';

const pollMillis = 3_000;
/** A canary takes some twenty minutes. */
const timeoutMillis = 45 * 60_000;

/** What the tasks are to be started with. */
export interface Wanted {
  /** Tasks that were started before it have older secrets. */
  readonly since: Date;
  /** @default - the one that runs */
  readonly taskDefinition?: string;
  /** What to do where ECS gives it up. */
  readonly fix?: string;
}

/**
 * Starts the tasks anew, unless that has been done since, and waits until they have taken over.
 * @throws OpsFailure with what ECS says, where they do not
 */
export async function redeploy(
  ecs: ECSClient,
  deployed: Deployed,
  { fix, since, taskDefinition }: Wanted,
  steps: Steps,
): Promise<void> {
  let deploymentId = '';
  const begun = new Date();
  await steps.run('start the tasks anew', async () => {
    const service = await readEcsService(ecs, deployed);
    const primary = primaryOf(service.deployments);
    const isAsWanted = taskDefinition === undefined || primary?.taskDefinition === taskDefinition;
    if (isAsWanted && (primary?.createdAt ?? new Date(0)) > since) {
      deploymentId = primary?.id ?? '';
      return 'done before';
    }
    const { service: updated } = await asking('starting the tasks anew', () =>
      ecs.send(
        new UpdateServiceCommand({
          cluster: service.clusterArn,
          service: service.serviceName,
          forceNewDeployment: true,
          ...(taskDefinition !== undefined && { taskDefinition }),
        }),
      ),
    );
    deploymentId = primaryOf(updated?.deployments)?.id ?? '';
    return `deployment ${deploymentId}`;
  });
  await steps.run('wait until they have taken over', () =>
    awaitSteady(ecs, deployed, { deploymentId, begun, fix }, steps),
  );
}

interface Awaited {
  readonly deploymentId: string;
  readonly begun: Date;
  readonly fix: string | undefined;
}

const whenSecretsFail =
  'The tasks from before go on. Look at the log of those that did not start; if a secret is at fault, `secrets restore` puts the version before back.';

/** @returns what was seen at the end */
async function awaitSteady(
  ecs: ECSClient,
  deployed: Deployed,
  { begun, deploymentId, fix = whenSecretsFail }: Awaited,
  steps: Steps,
): Promise<string> {
  const told = new Set<string>();
  let last = '';
  let stopped = '';
  for (const deadline = Date.now() + timeoutMillis; Date.now() < deadline; ) {
    const service = await readEcsService(ecs, deployed);
    const news = (service.events ?? []).filter(
      ({ createdAt = begun, id = '' }) => createdAt >= begun && !told.has(id),
    );
    for (const { id = '', message = '' } of news.reverse()) {
      told.add(id);
      last = message;
      steps.say(`  ECS: ${message}`);
    }
    for (const reason of await failuresOf(ecs, deployed, deploymentId)) {
      if (told.has(reason)) continue;
      told.add(reason);
      stopped = `; ${reason}`;
      steps.say(`  ECS: ${reason}`);
    }
    const ours = service.deployments?.find(({ id }) => id === deploymentId);
    if (ours === undefined || ours.status !== 'PRIMARY' || ours.rolloutState === 'FAILED') {
      throw new OpsFailure(
        `deployment ${deploymentId} was given up: ${ours?.rolloutStateReason ?? last}${stopped}`,
        fix,
      );
    }
    const isAlone = service.deployments?.length === 1;
    if (isAlone && ours.rolloutState === 'COMPLETED') {
      return `${ours.runningCount} of ${ours.desiredCount} tasks run`;
    }
    await sleep(pollMillis);
  }
  throw new OpsFailure(
    `deployment ${deploymentId} has not ended after ${timeoutMillis / 60_000} minutes; ECS said last: ${last || 'nothing'}${stopped}`,
    'Run the command again: it goes on waiting.',
  );
}

/** Why tasks of a deployment stopped; that it may not be asked is no reason to give up. */
async function failuresOf(
  ecs: ECSClient,
  deployed: Deployed,
  deploymentId: string,
): Promise<readonly string[]> {
  try {
    const failed = await readFailedTasks(ecs, deployed);
    return failed
      .filter(({ startedBy }) => startedBy === deploymentId)
      .map(({ reason }) => `a task stopped: ${reason}`)
      .reverse();
  } catch (error) {
    if (!(error instanceof OpsFailure)) throw error;
    return [`why tasks stop is not known: ${error.message}`];
  }
}

function primaryOf(deployments: readonly Deployment[] | undefined): Deployment | undefined {
  return deployments?.find(({ status }) => status === 'PRIMARY');
}
