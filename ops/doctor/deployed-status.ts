import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { type Deployment, ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { switchNames } from '../../lib/constructs/switch-rules';
import { type Deployed, stackNames } from '../aws/deployed';
import { readFailedTasks } from '../aws/failed-tasks';
import { readEcsService, readTaskDefinition } from '../aws/running-task';
import { isAtRest, readStack } from '../aws/stacks';
import { OpsFailure } from '../failure';
import { rulesIn } from '../switch/listener';
import { closes, planSwitch } from '../switch/plan';

/** What AWS says of an environment. */
export interface DeployedStatus {
  readonly image: string;
  /** Null where a version deployed it that recorded none. */
  readonly commit: string | null;
  /** Since when this task definition is deployed. */
  readonly since: string | null;
  readonly tasks: { readonly running: number; readonly desired: number; readonly pending: number };
  /** Why tasks stopped within the last hour that nobody replaced, the last one first. */
  readonly failures: readonly string[] | null;
  /** Why there are no `failures`, where AWS does not say them. */
  readonly failuresNotKnown: string | null;
  /** Those under way, in words. */
  readonly deployments: readonly string[];
  /** Those that change, or that are stuck, with their status. */
  readonly stacks: readonly string[];
  readonly flagsGiven: string;
  /** Those that `switch` has set. */
  readonly switches: readonly string[];
}

/** @throws OpsFailure where AWS refuses */
export async function readDeployedStatus(
  deployed: Deployed,
  project: string,
): Promise<DeployedStatus> {
  const ecs = new ECSClient(deployed.clients);
  const elb = new ElasticLoadBalancingV2Client(deployed.clients);
  const stacks = new CloudFormationClient(deployed.clients);
  try {
    const [service, failures, changing, switches] = await Promise.all([
      readEcsService(ecs, deployed),
      failuresOf(ecs, deployed),
      stacksNotAtRest(stacks, stackNames({ env: deployed.name, project })),
      switchesSet(elb, deployed),
    ]);
    const { containerDefinitions } = await readTaskDefinition(ecs, service.taskDefinition);
    const deployments = service.deployments ?? [];
    const primary = deployments.find(({ status }) => status === 'PRIMARY');
    return {
      image: containerDefinitions?.[0]?.image ?? 'unknown',
      commit: deployed.find('Commit') ?? null,
      since: (primary?.createdAt ?? service.createdAt)?.toISOString() ?? null,
      tasks: {
        running: service.runningCount ?? 0,
        desired: service.desiredCount ?? 0,
        pending: service.pendingCount ?? 0,
      },
      ...failures,
      deployments: deployments.filter(isUnderWay).map(inWords),
      stacks: changing,
      flagsGiven: deployed.find('FlagsGiven') ?? 'not published',
      switches,
    };
  } finally {
    for (const client of [ecs, elb, stacks]) client.destroy();
  }
}

/** They are one line of many: that they may not be asked for hides no other. */
async function failuresOf(
  ecs: ECSClient,
  deployed: Deployed,
): Promise<Pick<DeployedStatus, 'failures' | 'failuresNotKnown'>> {
  try {
    const failed = await readFailedTasks(ecs, deployed);
    return { failures: failed.map(({ reason }) => reason), failuresNotKnown: null };
  } catch (error) {
    if (!(error instanceof OpsFailure)) throw error;
    return { failures: null, failuresNotKnown: error.message };
  }
}

/** One that has not ended, or that is being drained for another. */
const isUnderWay = ({ status, rolloutState }: Deployment) =>
  status !== 'PRIMARY' || rolloutState === 'IN_PROGRESS';

function inWords({ status, rolloutState, runningCount, desiredCount, taskDefinition }: Deployment) {
  const revision = taskDefinition?.split('/').at(-1);
  return `${revision} ${status} ${rolloutState ?? ''} ${runningCount} of ${desiredCount}`;
}

async function stacksNotAtRest(
  client: CloudFormationClient,
  names: readonly string[],
): Promise<readonly string[]> {
  const stacks = await Promise.all(
    names.map(async (name) => (await readStack(client, name)) ?? `${name} is not there`),
  );
  return stacks.flatMap((stack) => {
    if (typeof stack === 'string') return stack;
    return isAtRest(stack) ? [] : `${stack.name} is ${stack.status}`;
  });
}

async function switchesSet(
  elb: ElasticLoadBalancingV2Client,
  deployed: Deployed,
): Promise<readonly string[]> {
  const set: string[] = [];
  for (const name of switchNames) {
    const port = name === 'emergency-http' ? 'HttpListenerArn' : 'HttpsListenerArn';
    if (deployed.find(port) === undefined) continue;
    const { stretch } = await planSwitch(elb, deployed, name);
    if ((await rulesIn(elb, stretch)).length > 0) set.push(`${name} ${closes(name)}`);
  }
  return set;
}
