import { isDeepStrictEqual } from 'node:util';
import { type ECSClient, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { asking } from '../aws/failure';
import { describing, type Revision, readRevision, tagOf, wentBackFrom } from '../aws/revision';
import { OpsFailure } from '../failure';
import type { PastImage } from './image-history';

/**
 * The image that is meant. `previous` is the newest healthy one from before what was deployed last,
 * whether that still runs or not: a second run of the same command means the same.
 * @param wanted `previous`, or how an image or its commit begins, or how its tag or digest does
 * @param last the image that was deployed last
 * @throws OpsFailure `badUse` unless it is one of the list
 */
export function chooseImage(images: readonly PastImage[], wanted: string, last: string): PastImage {
  if (wanted === 'previous') {
    const at = images.findIndex(({ image }) => image === last);
    const previous = images.slice(at + 1).find(({ steadyAt }) => steadyAt !== undefined);
    if (at >= 0 && previous !== undefined) return previous;
    throw new OpsFailure(
      `of no image before ${last} does ECS say that it was healthy`,
      'Choose one of the list: run it without --to, and name the image.',
    );
  }
  const found = images.filter(({ commit = '', image }) => {
    const [, version = ''] = /[:@](?:sha256:)?([\w.-]+)$/.exec(image) ?? [];
    return [image, commit, version].some((name) => name.startsWith(wanted));
  });
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  throw new OpsFailure(
    found.length === 0
      ? `${wanted} is none of the last ${images.length} images, nor a commit of theirs`
      : `${wanted} is the beginning of ${found.length} images or commits`,
    found.length === 0
      ? 'Run it without --to for the list; an image that is not on it is deployed by -c image=IMAGE.'
      : 'Give more of it.',
    'badUse',
  );
}

/**
 * Registers what runs with another image in it: all else, the flags that are in force too, stays as it
 * is. What an interrupted run has registered is taken.
 * @returns its ARN
 */
export async function registerWith(
  ecs: ECSClient,
  running: Revision,
  image: string,
  from: string,
): Promise<string> {
  const { definition } = running;
  const [container, ...beside] = definition.containerDefinitions ?? [];
  const wanted = { ...definition, containerDefinitions: [{ ...container, image }, ...beside] };
  const newest = await readRevision(ecs, definition.family ?? '');
  const isThere =
    tagOf(newest, wentBackFrom) === from &&
    isDeepStrictEqual(describing(newest.definition), describing(wanted));
  if (isThere) return newest.definition.taskDefinitionArn ?? '';
  const { family, containerDefinitions, ...rest } = describing(wanted);
  const { taskDefinition } = await asking(`registering a revision of ${family}`, () =>
    ecs.send(
      new RegisterTaskDefinitionCommand({
        ...rest,
        family,
        containerDefinitions,
        tags: [
          ...running.tags.filter(({ key = '' }) => !/^aws:|^tollgate:/.test(key)),
          { key: wentBackFrom, value: from },
        ],
      }),
    ),
  );
  return taskDefinition?.taskDefinitionArn ?? '';
}
