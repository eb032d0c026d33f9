import { ECSClient, type Service, type TaskDefinition } from '@aws-sdk/client-ecs';
import type { Deployed } from '../aws/deployed';
import { readFailedTasks } from '../aws/failed-tasks';
import { imageOf, type Revision, readRevision, tagOf, wentBackFrom } from '../aws/revision';
import { configurationOf, readEcsService } from '../aws/running-task';
import { injectionOf } from '../secrets/task-secrets';
import type { Finding } from '../terminal/output';
import { counted, deployCommand, found, look } from './checks';

/** How many run, and what: image, secrets, and whether the last deployment has ended. */
export async function checkTasks(deployed: Deployed): Promise<readonly Finding[]> {
  const ecs = new ECSClient(deployed.clients);
  try {
    const service = await readEcsService(ecs, deployed);
    const definition = await look('task definition', async () => {
      const revision = await readRevision(ecs, service.taskDefinition ?? '');
      return [image(deployed, revision), injection(deployed, revision.definition)];
    });
    const stopped = await look('stopped tasks', () => failures(ecs, deployed));
    return [counts(service), ...stopped, deployment(service), ...definition];
  } finally {
    ecs.destroy();
  }
}

function counts({ desiredCount = 0, pendingCount = 0, runningCount = 0 }: Service): Finding {
  const pending = pendingCount > 0 ? `, ${pendingCount} starting` : '';
  return found(
    'tasks',
    desiredCount > 0 && runningCount >= desiredCount,
    `${runningCount} of ${desiredCount} run${pending}`,
    desiredCount === 0
      ? 'None is wanted: docs/runbook.md, "No task is healthy", says who may have asked for that'
      : 'docs/runbook.md, "Too few tasks are healthy"',
  );
}

async function failures(ecs: ECSClient, deployed: Deployed): Promise<Finding> {
  const failed = await readFailedTasks(ecs, deployed);
  const [last] = failed;
  return found(
    'stopped tasks',
    last === undefined,
    `${counted(failed.length, 'task')} failed within the last hour${last === undefined ? '' : `, the last: ${last.reason}`}`,
    `docs/runbook.md, "No task is healthy"; what it logged: npm run ops -- logs --level warn --env ${deployed.name}`,
  );
}

function deployment({ deployments = [], events = [] }: Service): Finding {
  const check = 'deployment';
  const [primary] = deployments.filter(({ status }) => status === 'PRIMARY');
  const state = primary?.rolloutState ?? 'unknown';
  const since = primary?.createdAt?.toISOString().slice(0, 16) ?? 'unknown';
  const seen = `${state} since ${since}`;
  if (state === 'COMPLETED' && deployments.length === 1) return found(check, true, seen, '');
  const last = events[0]?.message ?? 'nothing';
  return found(
    check,
    state === 'FAILED' ? false : null,
    `${seen}, ${counted(deployments.length, 'deployment')}; ECS says: ${last}`,
    'It is under way: look again in some minutes. If it hangs: docs/runbook.md, "A deployment hangs"',
  );
}

function image(deployed: Deployed, revision: Revision): Finding {
  const { family, revision: number } = revision.definition;
  const from = tagOf(revision, wentBackFrom);
  const seen = `${imageOf(revision.definition)} (${family}:${number})`;
  const commit = deployed.find('Commit');
  if (from === undefined) {
    return found(
      'image',
      true,
      commit === undefined ? seen : `${seen}, deployed from ${commit}`,
      '',
    );
  }
  return found(
    'image',
    null,
    `${seen}, by \`rollback\` from ${from}`,
    `The next deploy ends this: deploy a repaired version, or keep it with -c image=${imageOf(revision.definition)}`,
  );
}

/** Whole: a task that lacks one has what it was given in the open, or none. */
function injection(deployed: Deployed, definition: TaskDefinition): Finding {
  const configuration = configurationOf(definition);
  const lacking = [...injectionOf(deployed, configuration).lacking.keys()];
  return found(
    'task definition',
    lacking.length === 0,
    lacking.length === 0
      ? `injects ${counted(Object.keys(configuration.injected).length, 'secret')}`
      : `does not inject ${lacking.join(', ')}`,
    `Deploy the service stack: ${deployCommand(deployed)}`,
  );
}
