import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeAssemblies, synthesise, type Template } from '../../test/lib/synthesis';

/** An environment of production with every choice that adds something. */
const everyChoice = {
  env: 'shop',
  production: true,
  stripeMode: 'live',
  account: '123456789012',
  region: 'us-east-1',
  availabilityZones: ['us-east-1a', 'us-east-1b'],
  domainName: 'pay.shop.test',
  nat: 'perZone',
  flowLogs: 'all',
  https: { dnsDelegated: true, enableAcm: true },
  firewall: { enabled: true },
  ecsExec: true,
  stripeEventSource: 'aws.partner/stripe.com/ed_61abc',
  deployRole: { repository: 'shop/payments' },
  frontEnd: { paths: ['/app/*'], image: `ghcr.io/shop/front@sha256:${'0'.repeat(64)}` },
};

/** The templates of that environment, by the kind of their stack, such as `service`. */
export function templatesOfEveryChoice(more: object = {}): Readonly<Record<string, Template>> {
  const folder = mkdtempSync(join(tmpdir(), 'tollgate-documents-'));
  const environmentFile = join(folder, 'shop.json');
  try {
    writeFileSync(environmentFile, JSON.stringify({ ...everyChoice, ...more }));
    const { directory } = synthesise({ env: 'shop', environmentFile });
    const kinds = readdirSync(directory).flatMap(
      (file) => /^tollgate-shop-(.+)\.template\.json$/.exec(file)?.[1] ?? [],
    );
    const read = (kind: string): Template =>
      JSON.parse(readFileSync(join(directory, `tollgate-shop-${kind}.template.json`), 'utf8'));
    return Object.fromEntries(kinds.map((kind) => [kind, read(kind)]));
  } finally {
    rmSync(folder, { recursive: true });
    removeAssemblies();
  }
}
