/** Writes docs/cost.md from the templates and the prices: npm run docs */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CostLine, dollars, totalOf } from '../../deploy/cost/estimate';
import prices from '../../deploy/cost/prices.json';
import { costOf } from '../../deploy/cost/report';
import { environmentNames } from '../../lib/configuration/load-environment';
import { removeAssemblies, synthesise, toHttps } from '../../test/lib/synthesis';

const { hoursPerMonth, perHour } = prices;

/** The whole document: a table for each environment of lib/environments. */
export function costDocument(): string {
  try {
    return [
      '# What an environment costs',
      '',
      '<!-- Written by `npm run docs`; a test holds it to the templates and to deploy/cost/prices.json. -->',
      '',
      `A month without traffic, with HTTPS complete, at the prices of ${prices.region} as of ${prices.asOf}.`,
      `${prices.source} For your own environment, \`npm run synth -- -c env=NAME --cost\` prints`,
      'the same table, and so does `npm run deploy` before it deploys.',
      '',
      ...environmentNames().flatMap((env) => [
        `## ${env}`,
        '',
        ...table(costOf(synthesise({ env, ...toHttps }).directory)),
        '',
      ]),
      ...remarks,
      '',
    ].join('\n');
  } finally {
    removeAssemblies();
  }
}

function table(lines: readonly CostLine[]): readonly string[] {
  return [
    '| | what | a month |',
    '|--:|---|--:|',
    ...lines.map(({ count, monthly, what }) => `| ${count} | ${what} | ${dollars(monthly)} |`),
    `| | **in all** | **${dollars(totalOf(lines))}** |`,
  ];
}

const awake = dollars(0.5 * perHour.auroraCapacityUnit * hoursPerMonth);
const endpoint = perHour.interfaceEndpoint * hoursPerMonth;
/** Where what a gateway takes for a gigabyte has paid for the endpoints of one zone; five are usual. */
const terabytes = (5 * endpoint) / (prices.natPerGb - prices.endpointPerGb) / 1000;

const remarks = [
  '## What moves it',
  '',
  '- **A database that may pause** (`database.minimumCapacityUnits: 0`, with `tasks.maximum: 1`) costs only its storage while there is',
  '  nothing to do: a quarter of an hour after the last request or event, the service has let it pause. It is awake for an',
  `  hour a day by itself, and for as long as it is used; awake all the time, each instance is ${awake} a month. The first`,
  '  request after a pause is answered with 503 or waits, for some 15 seconds; Stripe delivers again.',
  '- **NAT gateways** cost by the hour and by the gigabyte. `nat: none` saves them: the tasks then have public addresses,',
  '  and let in the load balancer alone. Production refuses it.',
  `- **Interface endpoints** (\`interfaceEndpoints\`) pay off beside NAT gateways above ${terabytes.toFixed(1)} TB a month for each`,
  '  zone. Less than that is a reason of security alone.',
  '- **Spot** (`tasks.spot`) is about a third of the price, for tasks that AWS may stop with two minutes’ notice.',
  '- **Container Insights** (`containerInsights`) measures the tasks in more detail than alarms and dashboard use.',
  '- **Traffic** comes on top: load balancer capacity units, bytes out to the internet and through NAT gateways, I/O and',
  '  storage of the database, log lines. A million webhooks are a few dollars of these.',
];

export function writeCost(project: string): void {
  writeFileSync(join(project, 'docs/cost.md'), costDocument());
}
