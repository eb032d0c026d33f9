import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CostLine, estimate, totalOf } from '../../deploy/cost/estimate';
import { costOf } from '../../deploy/cost/report';
import { costDocument } from '../../docs/generate/cost';
import { shop } from '../lib/shop-environment';
import { removeAssemblies, synthesise, toHttps } from '../lib/synthesis';

afterAll(removeAssemblies);

const project = join(__dirname, '../..');
const of = (env: string) => costOf(synthesise({ env, ...toHttps }).directory);
const lineOf = (lines: readonly CostLine[], what: RegExp) =>
  lines.find((line) => what.test(line.what));

test('I18: dev costs at most 50 dollars a month while nobody uses it and its database is paused', () => {
  const dev = of('dev');
  expect(totalOf(dev)).toBeLessThanOrEqual(50);
  expect(lineOf(dev, /NAT gateway|Container Insights/)).toBeUndefined();
  expect(lineOf(dev, /Fargate task.*Spot/)).toMatchObject({ count: 1 });
  // Said where it is counted: what is asked all the time does not pause.
  expect(lineOf(dev, /^Aurora/)?.what).toBe(
    'Aurora instance, paused ($43.80 each while anything asks it)',
  );
});

test('I18: what makes an environment dear is counted, each by its own price', () => {
  const base = shop({});
  const dear = shop({
    nat: 'perZone',
    interfaceEndpoints: true,
    firewall: { enabled: true },
    tasks: { minimum: 2 },
    database: { minimumCapacityUnits: 1, readers: 1 },
  });
  const more = costOf(dear.directory);
  expect(totalOf(more)).toBeGreaterThan(totalOf(costOf(base.directory)));
  const priced = more.map(({ count, monthly, what }) => [what, count, Number(monthly.toFixed(2))]);
  expect(priced).toEqual(
    expect.arrayContaining([
      ['NAT gateway', 2, 65.7],
      // Of two gateways, and of the load balancer in two zones.
      ['public IPv4 address', 4, 14.6],
      ['interface endpoint, each zone', 10, 73],
      ['load balancer', 1, 16.43],
      ['Fargate task, 0.5 vCPU, 1 GiB', 2, 28.84],
      ['Aurora instance, 1 capacity units', 2, 175.2],
      ['firewall with its rules', 1, 12],
    ]),
  );
});

test('I18: a regional gateway is paid for in each of its zones, a public address of a task as any other', () => {
  const { directory } = shop({ nat: 'regional' });
  expect(lineOf(costOf(directory), /NAT gateway/)).toMatchObject({ count: 2 });
  const open = costOf(shop({ nat: 'none', tasks: { minimum: 3 } }).directory);
  expect(lineOf(open, /public IPv4/)).toMatchObject({ count: 5 });
});

test('I18: nothing costs nothing', () => {
  expect(estimate([{ Type: 'AWS::EC2::VPC' }])).toEqual([]);
});

test('I18: docs/cost.md is what templates and prices say; npm run docs writes it anew', () => {
  expect(readFileSync(join(project, 'docs/cost.md'), 'utf8')).toBe(costDocument());
});

test('I18: npm run synth -- --cost prints it', () => {
  const home = mkdtempSync(join(tmpdir(), 'tollgate-cost-'));
  const parameters = ['-c', 'env=dev', '--cost', '--output', join(home, 'out')];
  const { status, stderr } = spawnSync('node', ['bin/synth.cjs', ...parameters], {
    cwd: project,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: home },
  });
  rmSync(home, { recursive: true });
  expect({ status, stderr }).toEqual({
    status: 0,
    stderr: expect.stringMatching(/Cost of a month without traffic[\s\S]+in all +\$\d+\.\d\d/),
  });
});
