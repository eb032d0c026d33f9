import { resolve } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import type { Construct } from 'constructs';

/** An image in ECR: account, region, repository, tag, digest with its `sha256:`. */
const imageInEcr =
  /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/([^:@]+)(?::([\w.-]+))?(?:@(sha256:[0-9a-f]{64}))?$/;

/**
 * The image that the tasks run. One in ECR is referred to by its repository, so that the tasks are
 * granted to pull it.
 * @param pinned as `-c image=` or the environment file names it; `undefined` builds it, on deploy,
 *   from `service/Dockerfile`
 */
export function serviceImage(scope: Construct, pinned: string | undefined): ecs.ContainerImage {
  if (pinned === undefined) {
    return ecs.ContainerImage.fromAsset(resolve(__dirname, '../..'), {
      file: 'service/Dockerfile',
      platform: Platform.LINUX_ARM64,
    });
  }
  const [, account, region, name, tag, digest] = imageInEcr.exec(pinned) ?? [];
  if (name === undefined) return ecs.ContainerImage.fromRegistry(pinned);
  const repository = ecr.Repository.fromRepositoryAttributes(scope, 'Repository', {
    repositoryName: name,
    repositoryArn: `arn:${Stack.of(scope).partition}:ecr:${region}:${account}:repository/${name}`,
  });
  return ecs.ContainerImage.fromEcrRepository(repository, digest ?? tag);
}
