import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CostLine, dollars, estimate, type Priced, totalOf } from './estimate';
import prices from './prices.json';

/** What the stacks of a cloud assembly cost. @param directory as `cdk synth` wrote it */
export function costOf(directory: string): readonly CostLine[] {
  const read = (file: string) => JSON.parse(readFileSync(join(directory, file), 'utf8'));
  const { artifacts } = read('manifest.json') as {
    readonly artifacts: Readonly<
      Record<string, { type: string; properties?: { templateFile?: string } }>
    >;
  };
  const templates = Object.values(artifacts).flatMap(({ properties, type }) =>
    type === 'aws:cloudformation:stack' && properties?.templateFile !== undefined
      ? [properties.templateFile]
      : [],
  );
  return estimate(templates.flatMap((file) => Object.values<Priced>(read(file).Resources)));
}

/** The cost, line by line, for a person who is about to deploy. */
export function describeCost(lines: readonly CostLine[]): string {
  const width = Math.max(...lines.map(({ what }) => what.length));
  const rows = lines.map(
    ({ count, monthly, what }) =>
      `  ${String(count).padStart(3)} ${what.padEnd(width)} ${dollars(monthly).padStart(9)}`,
  );
  return [
    `Cost of a month without traffic, at the prices of ${prices.region} as of ${prices.asOf}:`,
    ...rows,
    `      ${'in all'.padEnd(width - 2)} ${dollars(totalOf(lines)).padStart(9)}`,
    '  Traffic, storage, logs and requests come on top: docs/cost.md.',
  ].join('\n');
}
