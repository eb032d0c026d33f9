import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { hearingOfApp } from './first-deploys';

/**
 * `npm run deploy`: the CDK's deploy of all stacks, and once more after a first one. What protects
 * production from deletion must not be there while it is made, as a creation that fails is undone by
 * deleting; see docs/decisions/what-outlives-an-environment.md.
 * @param parameters as the CDK takes them
 * @returns the exit code
 */
export async function deploy(parameters: readonly string[]): Promise<number> {
  const { protectedLater, result } = await hearingOfApp((told) => cdkDeploy(parameters, told));
  if (result !== 0) return result;
  if (protectedLater.length === 0) return 0;
  console.error(
    `\nEverything stands. Deploying once more, which protects ${protectedLater.join(', ')} from deletion.`,
  );
  const again = await cdkDeploy(parameters, {});
  if (again !== 0) {
    console.error(
      'Everything stands and serves, but is not protected from deletion yet: run the same command again.',
    );
  }
  return again;
}

async function cdkDeploy(
  parameters: readonly string[],
  told: Readonly<Record<string, string>>,
): Promise<number> {
  const command = [require.resolve('aws-cdk/bin/cdk'), 'deploy', '--all', ...parameters];
  const child = spawn(process.execPath, command, {
    stdio: 'inherit',
    env: { ...process.env, ...told },
  });
  // A terminal sends Ctrl-C to the CDK too, which ends what it has begun; this process ends after it.
  process.on('SIGINT', () => {});
  const [code] = (await once(child, 'close')) as [number | null];
  return code ?? 1;
}
