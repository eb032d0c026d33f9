import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { readStack } from '../ops/aws/stacks';

/** Which stacks of an environment stand, as its account says. */
export interface StandingStacks {
  readonly isStanding: (stackName: string) => boolean;
  /** What a person should know of how it was found out. */
  readonly remarks: readonly string[];
}

/** How to reach the account; by default as the AWS SDK finds out. */
export interface Reached {
  readonly region: string;
  readonly profile: string | undefined;
}

/**
 * A stack that never came to stand: the next deploy deletes it and makes it anew.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
 */
const neverStood = /^(REVIEW_IN_PROGRESS|CREATE_(IN_PROGRESS|FAILED)|ROLLBACK_|DELETE_)/;

/**
 * Asks which of some stacks stand. Where AWS does not say, all of them count as standing: a protection
 * too many can be taken off, and one too few loses a ledger.
 */
export async function askWhatStands(
  stackNames: readonly string[],
  { profile, region }: Reached,
): Promise<StandingStacks> {
  const client = new CloudFormationClient({
    region,
    ...(profile !== undefined && { profile }),
  });
  try {
    const answers = await Promise.all(stackNames.map((name) => stands(client, name)));
    const standing = stackNames.filter((_, index) => answers[index]);
    return { isStanding: (name) => standing.includes(name), remarks: [] };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { isStanding: () => true, remarks: [unknown(reason)] };
  } finally {
    client.destroy();
  }
}

async function stands(client: CloudFormationClient, name: string): Promise<boolean> {
  const stack = await readStack(client, name);
  return stack !== undefined && !neverStood.test(stack.status);
}

const unknown = (reason: string) =>
  `WARNING: which stacks stand cannot be asked (${reason}), so all are protected from the start. If this ` +
  'is a first deploy and it fails, docs/deploying.md says how to repeat it. Where credentials may only ' +
  'assume the roles of cdk bootstrap, also let them cloudformation:DescribeStacks.';
