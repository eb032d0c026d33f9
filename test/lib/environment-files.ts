import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EnvironmentFile } from '../../lib/configuration/load-environment';
import { faultsOf } from './synthesis';

/** An environment file at its shortest. */
export const shortest = {
  region: 'us-east-1',
  availabilityZones: ['us-east-1a', 'us-east-1b'],
  domainName: 'pay.shop.test',
} satisfies EnvironmentFile;

/** Environment files of a test's own, in a directory that goes with them. */
export class EnvironmentFiles {
  private readonly directory = mkdtempSync(join(tmpdir(), 'tollgate-environments-'));
  private count = 0;

  /** Writes the shortest file with this on top; returns the flags that name it. */
  write(content: object, env = 'shop'): { readonly env: string; readonly environmentFile: string } {
    this.count += 1;
    const environmentFile = join(this.directory, `${env}-${this.count}.json`);
    writeFileSync(environmentFile, JSON.stringify({ env, ...shortest, ...content }));
    return { env, environmentFile };
  }

  /** The only fault of an environment that says this on top of the shortest. */
  faultOf(content: object, env?: string): string {
    const [fault, ...more] = faultsOf(this.write(content, env));
    if (fault === undefined || more.length > 0) {
      throw new Error(`expected one fault, found: ${[fault, ...more].join('\n') || 'none'}`);
    }
    return fault;
  }

  /** For `afterAll`. */
  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
