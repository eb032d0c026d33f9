import { type CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { asking } from './failure';

/** A stack as CloudFormation describes it. */
export interface Stack {
  readonly name: string;
  readonly status: string;
  /** From deletion. */
  readonly isProtected: boolean;
  readonly outputs: Readonly<Record<string, string>>;
}

/**
 * A stack as it is now.
 * @returns `undefined` where there is none
 * @throws OpsFailure where AWS refuses
 */
export function readStack(client: CloudFormationClient, name: string): Promise<Stack | undefined> {
  return asking(`looking at the stack ${name}`, async () => {
    try {
      const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: name }));
      const [stack] = Stacks ?? [];
      const outputs = (stack?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [
        OutputKey,
        OutputValue,
      ]);
      return {
        name,
        status: stack?.StackStatus ?? 'unknown',
        isProtected: stack?.EnableTerminationProtection === true,
        outputs: Object.fromEntries(outputs),
      };
    } catch (error) {
      if (error instanceof Error && /does not exist/.test(error.message)) return undefined;
      throw error;
    }
  });
}

/** In a state in which a deploy finds it as it needs it. */
export const isAtRest = ({ status }: Pick<Stack, 'status'>) =>
  /^(CREATE|UPDATE|IMPORT)_COMPLETE$/.test(status);

/** CloudFormation is at work on it. */
export const isChanging = ({ status }: Pick<Stack, 'status'>) => /_IN_PROGRESS$/.test(status);
