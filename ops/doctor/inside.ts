import type { Deployed } from '../aws/deployed';
import type { ServiceOptions } from '../service/access';
import type { StripeOptions } from '../stripe-access';
import type { Finding } from '../terminal/output';
import { checkAlarms } from './alarms';
import { checkBacklog } from './backlog';
import { checkCatalogue } from './catalogue';
import { checkCertificate } from './certificate';
import { look } from './checks';
import { checkDns } from './dns';
import { checkEdge } from './edge';
import { checkFlags } from './flags-in-force';
import { checkLog } from './log';
import { readOverview } from './overview';
import { checkSecrets } from './secrets';
import { checkStacks } from './stacks';
import { checkStripe } from './stripe';
import { checkTasks } from './tasks';

export interface InsideOptions extends ServiceOptions, StripeOptions {
  /** The servers that are asked what the world sees. */
  readonly dns: readonly string[];
}

/** Everything that an environment consists of, from its account; nothing is changed. */
export async function diagnoseInside(
  deployed: Deployed,
  options: InsideOptions,
): Promise<readonly Finding[]> {
  const secrets = checkSecrets(deployed);
  const overview = readOverview(options);
  const found = await Promise.all([
    look('stacks', () => checkStacks(deployed, options.project)),
    look('flags', () => checkFlags(deployed)),
    look('listeners', () => checkEdge(deployed)),
    look('certificate', () => checkCertificate(deployed)),
    look('DNS', () => checkDns(deployed, options.dns)),
    look('secrets', async () => (await secrets).findings),
    look('tasks', () => checkTasks(deployed)),
    look('log', () => checkLog(deployed)),
    look('backlog', async () => checkBacklog(await overview)),
    look('catalogue', async () => checkCatalogue((await overview).catalogue)),
    look('endpoint', async () => checkStripe(deployed, (await secrets).stripeKey, options)),
    look('alarms', () => checkAlarms(deployed)),
  ]);
  return found.flat();
}
