import { resolve } from 'node:path';
import { Fn, Stack, Token } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import type { Construct } from 'constructs';

/** An image in ECR: account, region, repository, tag, digest with its `sha256:`. */
const imageInEcr =
  /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/([^:@]+)(?::([\w.-]+))?(?:@(sha256:[0-9a-f]{64}))?$/;

/** The image of `service/Dockerfile`, built on deploy. */
export function imageOfDockerfile(): ecs.ContainerImage {
  return ecs.ContainerImage.fromAsset(resolve(__dirname, '../..'), {
    file: 'service/Dockerfile',
    platform: Platform.LINUX_ARM64,
  });
}

/**
 * An image that is there. One in ECR is referred to by its repository, so that the tasks are granted to
 * pull it.
 * @param id under which the repository is found
 * @param pinned its name, with a digest or a tag
 * @param account that is deployed to, as far as it is known
 */
export function imageNamed(
  scope: Construct,
  id: string,
  pinned: string,
  account?: string,
): ecs.ContainerImage {
  const [, owner, region, name, tag, digest] = imageInEcr.exec(pinned) ?? [];
  if (name === undefined) return ecs.ContainerImage.fromRegistry(pinned);
  const stack = Stack.of(scope);
  const isOwn = owner === account && region === stack.region;
  if (isOwn && digest === undefined && name === ownAssets(stack, owner)) {
    return new BuiltImage(scope, id, tag ?? 'latest');
  }
  const repository = ecr.Repository.fromRepositoryAttributes(scope, id, {
    repositoryName: name,
    repositoryArn: `arn:${stack.partition}:ecr:${region}:${owner}:repository/${name}`,
  });
  return ecs.ContainerImage.fromEcrRepository(repository, digest ?? tag);
}

/** Where the CDK stores the images that it builds in an account. */
const ownAssets = ({ region, synthesizer }: Stack, account: string | undefined) =>
  `cdk-${synthesizer.bootstrapQualifier}-container-assets-${account}-${region}`;

/**
 * An image that an earlier deploy built, in the words in which the CDK puts one that it builds now: who
 * pins the image that runs sees no difference, and changes none.
 */
class BuiltImage extends ecs.ContainerImage {
  private readonly repository: ecr.IRepository;
  private readonly imageName: string;

  constructor(scope: Construct, id: string, tag: string) {
    super();
    const stack = Stack.of(scope);
    const account = Token.isUnresolved(stack.account) ? `\${AWS::AccountId}` : stack.account;
    const name = ownAssets(stack, account);
    this.repository = ecr.Repository.fromRepositoryName(
      scope,
      id,
      account === stack.account ? name : Fn.sub(name),
    );
    const host = `${account}.dkr.ecr.${stack.region}.\${AWS::URLSuffix}`;
    this.imageName = Fn.sub(`${host}/${name}:${tag}`);
  }

  override bind(_: Construct, container: ecs.ContainerDefinition): ecs.ContainerImageConfig {
    this.repository.grantPull(container.taskDefinition.obtainExecutionRole());
    return { imageName: this.imageName };
  }
}
