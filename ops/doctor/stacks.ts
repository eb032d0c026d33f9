import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { Deployed } from '../aws/deployed';
import { isAtRest, isChanging, readStack, type Stack } from '../aws/stacks';
import type { Finding } from '../terminal/output';
import { deployCommand, found, type Look, look } from './checks';

const kinds = ['network', 'data', 'service', 'monitoring'] as const;

/** The headings of docs/runbook.md for stacks that no deploy finds as it needs them. */
export const stackHeadings = {
  ROLLBACK_FAILED: 'A first deploy cannot be undone',
  UPDATE_ROLLBACK_FAILED: 'An update cannot be undone',
  IN_PROGRESS: 'A deployment hangs',
  DELETE: 'A stack is being deleted',
} as const;

const inRunbook = (heading: keyof typeof stackHeadings) =>
  `docs/runbook.md, "${stackHeadings[heading]}"`;

/** The four stacks: each in a state in which the next deploy finds it, and protected in production. */
export async function checkStacks(
  deployed: Deployed,
  project: string,
): Promise<readonly Finding[]> {
  const client = new CloudFormationClient(deployed.clients);
  try {
    const looks = kinds.map((kind) => {
      const name = `${project}-${deployed.name}-${kind}`;
      return look('stack', stackOf(client, deployed, name));
    });
    return (await Promise.all(looks)).flat();
  } finally {
    client.destroy();
  }
}

const stackOf =
  (client: CloudFormationClient, deployed: Deployed, name: string): Look =>
  async () => {
    const stack = await readStack(client, name);
    if (stack !== undefined) return judgeStack(deployed, stack);
    return found('stack', false, `there is no ${name}`, `Deploy it: ${deployCommand(deployed)}`);
  };

/** Whether the next deploy finds the stack as it needs it, and a deletion would be refused. */
export function judgeStack(
  deployed: Pick<Deployed, 'name' | 'isProduction'>,
  stack: Omit<Stack, 'outputs'>,
): Finding {
  const { isProtected, name, status } = stack;
  const seen = `${name}: ${status}`;
  if (/^DELETE_/.test(status)) return found('stack', false, seen, inRunbook('DELETE'));
  if (isChanging(stack)) {
    const fix = `Look again when it has ended; if it does not: ${inRunbook('IN_PROGRESS')}`;
    return found('stack', null, seen, fix);
  }
  if (!isAtRest(stack)) return found('stack', false, seen, fixOf(status));
  if (deployed.isProduction && !isProtected) {
    const again = `${deployCommand(deployed)}, which protects what stands`;
    return found('stack', false, `${seen}, and not protected from deletion`, again);
  }
  return found('stack', true, seen, '');
}

function fixOf(status: string): string {
  if (status === 'ROLLBACK_FAILED' || status === 'UPDATE_ROLLBACK_FAILED') return inRunbook(status);
  return 'The last deploy was undone. Read why (docs/deploying.md, "The deploy that failed"), and deploy again';
}
