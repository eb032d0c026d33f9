import {
  DescribeTaskDefinitionCommand,
  type ECSClient,
  type Service,
  type TaskDefinition,
} from '@aws-sdk/client-ecs';
import { GetParameterHistoryCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { Deployed } from '../aws/deployed';
import { asking, awsFailure } from '../aws/failure';
import { type PastDeployment, readDeployments } from '../aws/service-deployments';

/** An image that the service has been given to run. */
export interface PastImage {
  readonly image: string;
  /** The commit that it came with; `undefined` where no deploy has recorded it. */
  readonly commit: string | undefined;
  readonly firstDeployedAt: Date | undefined;
  /** When its tasks were steady; `undefined` where ECS does not say that they ever were. */
  readonly steadyAt: Date | undefined;
}

export interface ImageHistory {
  /** The one that was deployed first comes last. */
  readonly images: readonly PastImage[];
  /** What ECS remembers, the newest first. */
  readonly deployments: readonly PastDeployment[];
  /** What could not be asked, each with its fix. */
  readonly remarks: readonly string[];
}

/** That an image was there, and when, as far as it is known. */
interface Sighting {
  readonly image: string;
  readonly at: Date | undefined;
  readonly steadyAt?: Date | undefined;
}

/** How many are shown, and how many revisions of a task definition are looked through. */
const most = 10;

/**
 * The last images, from what ECS and the deploys have recorded. What AWS refuses to say is left out, and
 * a remark says so.
 */
export async function readImages(
  ecs: ECSClient,
  deployed: Deployed,
  service: Service,
  running: TaskDefinition,
): Promise<ImageHistory> {
  const remarks: string[] = [];
  const orNone = async <Item>(what: string, ask: () => Promise<readonly Item[]>) => {
    try {
      return await ask();
    } catch (error) {
      const { fix, message } = awsFailure(what, error);
      remarks.push(`? ${message}\n  → ${fix}`);
      return [];
    }
  };
  const [deployments, revisions, records] = await Promise.all([
    orNone('listing deployments', () => readDeployments(ecs, service)),
    orNone('reading revisions', () => readRevisionsBefore(ecs, running)),
    orNone('reading the records of deploys', () => readRecords(deployed)),
  ]);
  const sightings: Sighting[] = [
    ...deployments.map(({ createdAt, finishedAt, image, status }) => ({
      image,
      at: createdAt,
      steadyAt: status === 'SUCCESSFUL' ? (finishedAt ?? createdAt) : undefined,
    })),
    ...revisions.map(({ containerDefinitions, registeredAt }) => ({
      image: containerDefinitions?.[0]?.image ?? '',
      at: registeredAt,
    })),
    ...records,
  ];
  const names = [...new Set(sightings.map(({ image }) => image))].filter((image) => image !== '');
  const images = names.map((image) =>
    summary(
      image,
      sightings.filter((each) => each.image === image),
      records.find((each) => each.image === image)?.commit,
    ),
  );
  images.sort((a, b) => Number(b.firstDeployedAt ?? 0) - Number(a.firstDeployedAt ?? 0));
  return { images: images.slice(0, most), deployments, remarks };
}

function summary(
  image: string,
  sightings: readonly Sighting[],
  commit: string | undefined,
): PastImage {
  const dates = sightings.flatMap(({ at }) => at ?? []).map(Number);
  return {
    image,
    commit,
    firstDeployedAt: dates.length === 0 ? undefined : new Date(Math.min(...dates)),
    steadyAt: sightings.find(({ steadyAt }) => steadyAt !== undefined)?.steadyAt,
  };
}

/** Inactive ones too, which CloudFormation has replaced: ECS goes on describing them. */
async function readRevisionsBefore(
  ecs: ECSClient,
  { family, revision = 1 }: TaskDefinition,
): Promise<readonly TaskDefinition[]> {
  const oldest = Math.max(1, revision - most);
  const numbers = Array.from({ length: revision - oldest + 1 }, (_, index) => oldest + index);
  const found = await Promise.all(
    numbers.map(async (number) => {
      const taskDefinition = `${family}:${number}`;
      try {
        return (await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition })))
          .taskDefinition;
      } catch (error) {
        // Somebody has deleted it.
        if (error instanceof Error && error.name === 'ClientException') return undefined;
        throw awsFailure(`reading ${taskDefinition}`, error);
      }
    }),
  );
  return found.filter((each) => each !== undefined);
}

/** What each deploy has recorded, the oldest first. */
async function readRecords(deployed: Deployed) {
  const Name = deployed.get('DeployRecordName');
  const ssm = new SSMClient(deployed.clients);
  try {
    const records: { commit: string; image: string; at: Date }[] = [];
    let NextToken: string | undefined;
    do {
      const page = await asking(`reading the history of ${Name}`, () =>
        ssm.send(new GetParameterHistoryCommand({ Name, NextToken })),
      );
      for (const { LastModifiedDate: at = new Date(0), Value = '' } of page.Parameters ?? []) {
        const [commit = '', image = ''] = Value.split(' ');
        records.push({ commit, image, at });
      }
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return records.sort((a, b) => a.at.getTime() - b.at.getTime());
  } finally {
    ssm.destroy();
  }
}
