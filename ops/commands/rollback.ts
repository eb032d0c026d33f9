import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { ECSClient, type Service, StopServiceDeploymentCommand } from '@aws-sdk/client-ecs';
import type { Command } from 'commander';
import { type Deployed, readDeployed } from '../aws/deployed';
import { asking } from '../aws/failure';
import { redeploy } from '../aws/redeployment';
import { imageOf, type Revision, readRevision, tagOf, wentBackFrom } from '../aws/revision';
import { readEcsService } from '../aws/running-task';
import { awaitGoneBack, isGoingBack, isUnderWay } from '../aws/service-deployments';
import { isChanging, readStack, type Stack } from '../aws/stacks';
import { type ChangeOptions, runCommand, withChange } from '../command';
import { OpsFailure } from '../failure';
import { type ImageHistory, type PastImage, readImages } from '../rollback/image-history';
import { chooseImage, registerWith } from '../rollback/plan';
import { confirmProduction } from '../service/confirmation';
import { Steps } from '../terminal/steps';

interface Options extends ChangeOptions {
  readonly to?: string;
}

const examples = `
  Examples:
    npm run ops -- rollback --env prod                 lists the images; ✓ was healthy, ? ECS does not say
    npm run ops -- rollback --env prod --to previous   the newest healthy one before the last deploy
    npm run ops -- rollback --env prod --to 1a2b3c4    by its commit, its tag or its digest

  It changes nothing but the image of what runs: variables and flags stay. A deployment under way is stopped
  first. It needs no checkout and no Docker, and ends with the flag that makes the next deploy keep the image.`;

/** `rollback`: an image that was healthy runs again, by ECS alone. */
export function addRollback(ops: Command): void {
  withChange(
    ops.command('rollback').description('back to an image that was healthy, without a deploy'),
  )
    .option('--to <image>', '`previous`, or an image or commit of the list; none lists them')
    .addHelpText('after', examples)
    .action((options: Options) => runCommand(options.json, () => run(options)));
}

/** What there is to go back from, and to. */
interface Situation {
  readonly service: Service;
  readonly running: Revision;
  readonly history: ImageHistory;
  /** The image that was deployed last, whether it still runs or was gone back from. */
  readonly last: string;
}

async function run(options: Options): Promise<void> {
  const deployed = await readDeployed(options);
  const ecs = new ECSClient(deployed.clients);
  try {
    const steps = new Steps(options.json);
    const situation = await look(ecs, deployed);
    const runs = imageOf(situation.running.definition);
    for (const line of linesOf(situation.history, runs)) steps.say(line);
    for (const remark of situation.history.remarks) steps.say(remark);
    if (options.to === undefined) {
      steps.say(
        `To go back: npm run ops -- rollback --env ${options.env} --to previous, or --to a commit`,
      );
      return steps.finish({ ok: true, runs, images: situation.history.images });
    }
    const target = chooseImage(situation.history.images, options.to, situation.last);
    await goBack(ecs, deployed, situation, target, options, steps);
  } finally {
    ecs.destroy();
  }
}

async function look(ecs: ECSClient, deployed: Deployed): Promise<Situation> {
  const service = await readEcsService(ecs, deployed);
  const running = await readRevision(ecs, service.taskDefinition ?? '');
  const history = await readImages(ecs, deployed, service, running.definition);
  const [newest] = history.deployments;
  const begun = newest === undefined ? running : await readRevision(ecs, newest.taskDefinition);
  const last = tagOf(begun, wentBackFrom) ?? imageOf(begun.definition);
  return { service, running, history, last };
}

function linesOf({ images }: ImageHistory, runs: string): readonly string[] {
  return images.map(({ commit = 'unknown', firstDeployedAt, image, steadyAt }) => {
    const mark = steadyAt === undefined ? '?' : '✓';
    const at = firstDeployedAt?.toISOString().replace('T', ' ').slice(0, 16) ?? 'unknown';
    return `${mark} ${commit.slice(0, 10).padEnd(10)}  ${at} UTC  ${image}${image === runs ? '  ← runs' : ''}`;
  });
}

async function goBack(
  ecs: ECSClient,
  deployed: Deployed,
  situation: Situation,
  { image, steadyAt }: PastImage,
  options: Options,
  steps: Steps,
): Promise<void> {
  const { last, running } = situation;
  const stack = await readServiceStack(deployed, options);
  const flag = `-c image=${image}`;
  const isDone = imageOf(running.definition) === image;
  steps.say(`goes back to ${image}`);
  if (steadyAt === undefined) steps.say('  of which ECS does not say that it was ever healthy');
  if (options.dryRun) {
    const underWay = situation.history.deployments.find(isUnderWay);
    if (!isDone && underWay !== undefined)
      steps.say(`would stop the deployment of ${underWay.image}`);
    steps.say(
      isDone
        ? 'it runs already: nothing would change'
        : `would register a revision of ${running.definition.family} with it, and start the tasks anew`,
    );
    return steps.finish({ ok: true, dryRun: true, image, runs: imageOf(running.definition), flag });
  }
  await confirmProduction(deployed, options.yes);
  const now = isDone ? situation : await stopWhatIsUnderWay(ecs, deployed, situation, steps);
  let taskDefinition = now.running.definition.taskDefinitionArn ?? '';
  if (imageOf(now.running.definition) !== image) {
    if (isChanging(stack)) throw stillUpdating(stack);
    await steps.run('register what runs with this image', async () => {
      taskDefinition = await registerWith(ecs, now.running, image, last);
      return taskDefinition.split('/').at(-1) ?? '';
    });
  }
  const since = new Date(0);
  await redeploy(ecs, deployed, { since, taskDefinition, fix: whenItFails(deployed) }, steps);
  if (isChanging(stack)) {
    steps.say(`CloudFormation is still at work on ${stack.name}: look again when it has ended.`);
  }
  steps.say('The next deploy ends this, unless it is given, beside its other flags:');
  steps.say(`  ${flag}`);
  steps.finish({ ok: true, image, flag });
}

/** A deployment is stopped by putting back what ran before it, which is often all that was wanted. */
async function stopWhatIsUnderWay(
  ecs: ECSClient,
  deployed: Deployed,
  situation: Situation,
  steps: Steps,
): Promise<Situation> {
  const { deployments } = situation.history;
  const underWay = deployments.find(isUnderWay);
  if (underWay === undefined && !deployments.some(isGoingBack)) return situation;
  if (underWay !== undefined) {
    await steps.run('stop the deployment under way', async () => {
      await asking(`stopping ${underWay.arn}`, () =>
        ecs.send(
          new StopServiceDeploymentCommand({
            serviceDeploymentArn: underWay.arn,
            stopType: 'ROLLBACK',
          }),
        ),
      );
      return underWay.image;
    });
  }
  await steps.run('wait until it has gone back', () => awaitGoneBack(ecs, situation.service));
  return look(ecs, deployed);
}

async function readServiceStack(deployed: Deployed, { env, project }: Options): Promise<Stack> {
  const name = `${project}-${env}-service`;
  const client = new CloudFormationClient(deployed.clients);
  try {
    // With --outputs there may be none that these credentials see.
    return (
      (await readStack(client, name)) ?? {
        name,
        status: 'unknown',
        isProtected: false,
        outputs: {},
      }
    );
  } finally {
    client.destroy();
  }
}

/** It would put its own image back over ours. */
const stillUpdating = ({ name, status }: Stack) =>
  new OpsFailure(
    `CloudFormation is at work on ${name} (${status}), and would deploy over this`,
    `Have it go back (aws cloudformation cancel-update-stack --stack-name ${name}), and run this again when it has ended.`,
  );

const whenItFails = ({ name }: Deployed) =>
  `The tasks from before go on. The log of those that did not start says why (npm run ops -- logs --env ${name}): a ` +
  'migration that the image does not know cannot be gone back over. Choose a later image, or deploy a repaired version.';
