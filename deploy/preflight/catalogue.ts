import { resolve } from 'node:path';
import type { Settings } from '../../lib/configuration/settings';
import type { Finding } from '../../ops/terminal/output';
import { readCatalogue } from '../../service/catalogue/read';
import { ConfigError } from '../../service/config';

const check = 'catalogue';

/**
 * Looks whether the service can sell what the image takes with it: no task starts with a catalogue that
 * it cannot. What is in a pinned image is not here, and what is stored is looked at by the tasks.
 */
export function checkCatalogue({
  environment,
  image,
}: Pick<Settings, 'environment' | 'image'>): Finding[] {
  const { catalogueFile, variables } = environment;
  if (image !== undefined || variables?.CATALOGUE_ARN !== undefined) return [];
  try {
    readCatalogue(resolve(__dirname, '../..', catalogueFile));
    return [{ check, ok: true, seen: `${catalogueFile} can be sold` }];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const fix = 'Repair it: no task starts with it, and the deployment would be rolled back';
    return [{ check, ok: false, seen: error.faults.join('; '), fix }];
  }
}
