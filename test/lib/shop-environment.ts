import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EnvironmentFile } from '../../lib/configuration/load-environment';
import { faultsOf, type Synthesis, synthesise } from './synthesis';

type Given = Readonly<Record<string, string>>;

const basis: EnvironmentFile = {
  region: 'us-east-1',
  availabilityZones: ['us-east-1a', 'us-east-1b'],
  domainName: 'billing.shop.test',
  https: { dnsDelegated: true, enableAcm: true },
};

/** Synthesises an environment `shop` with HTTPS complete and these properties of its own. */
export function shop(properties: Partial<EnvironmentFile>, flags: Given = {}): Synthesis {
  return withFile(properties, (environmentFile) =>
    synthesise({ env: 'shop', environmentFile, ...flags }),
  );
}

/** The faults that the synthesis of such an environment ends with. */
export function faultsOfShop(
  properties: Partial<EnvironmentFile>,
  flags: Given = {},
): readonly string[] {
  return withFile(properties, (environmentFile) =>
    faultsOf({ env: 'shop', environmentFile, ...flags }),
  );
}

function withFile<Result>(
  properties: Partial<EnvironmentFile>,
  use: (environmentFile: string) => Result,
): Result {
  const directory = mkdtempSync(join(tmpdir(), 'tollgate-shop-'));
  const environmentFile = join(directory, 'shop.json');
  writeFileSync(environmentFile, JSON.stringify({ env: 'shop', ...basis, ...properties }));
  try {
    return use(environmentFile);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
