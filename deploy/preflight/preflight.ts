import type { Settings } from '../../lib/configuration/settings';
import { stackNames } from '../../lib/configuration/stack-names';
import type { Finding } from '../../ops/terminal/output';
import { askWhatStands, type Reached } from '../standing-stacks';
import { checkAccount } from './account';
import { checkCatalogue } from './catalogue';
import { checkDomain } from './domain';
import { checkImage } from './image';

/** What would make this deploy fail, looked at before it begins. */
export async function preflight(settings: Settings, reached: Reached): Promise<readonly Finding[]> {
  const { environment, https, image } = settings;
  const { network } = stackNames(settings);
  const { isStanding } = await askWhatStands([network], reached);
  const found = await Promise.all([
    checkAccount({ environment, makesNetwork: !isStanding(network) }, reached),
    checkDomain(environment, https),
    checkImage(image),
    checkCatalogue(settings),
  ]);
  return found.flat();
}
