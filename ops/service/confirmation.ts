import { createInterface } from 'node:readline/promises';
import type { Deployed } from '../aws/deployed';
import { OpsFailure } from '../failure';
import type { Service } from './access';

/** The same where a service was named by its address alone: live keys make it production. */
export async function confirmService({ deployed, client, url }: Service, yes: boolean) {
  if (yes) return;
  if (deployed !== undefined) return confirmProduction(deployed, yes);
  const { stripeMode } = await client.get('/v1/admin/overview');
  await confirmProduction(
    { name: new URL(url).hostname, isProduction: stripeMode === 'live' },
    yes,
  );
}

/**
 * Asks for the name of a production environment before it is changed.
 * @throws OpsFailure `refused`, where it is not given, or nobody is there to be asked
 */
export async function confirmProduction(
  deployed: Pick<Deployed, 'name' | 'isProduction'>,
  yes: boolean,
): Promise<void> {
  if (!deployed.isProduction || yes) return;
  if (process.stdin.isTTY !== true) {
    throw new OpsFailure(
      `${deployed.name} is a production environment, and there is no terminal to ask at`,
      'Give --yes if it is meant; nothing was changed.',
      'refused',
    );
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(
    `${deployed.name} is a production environment. Type its name to go on: `,
  );
  terminal.close();
  if (answer.trim() === deployed.name) return;
  throw new OpsFailure(
    `"${answer.trim()}" is not ${deployed.name}`,
    'Nothing was changed. Run it again, or give --yes.',
    'refused',
  );
}
