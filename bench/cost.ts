import prices from '../deploy/cost/prices.json';
import type { Figures } from './measure';
import type { Result } from './report';

/** How busy a processor is meant to be: what comes in does not come in evenly. */
const busy = 0.6;
const taskVcpu = 0.5;
const gibPerVcpu = 2;
/** AWS says how much memory a capacity unit has, 2 GiB, and not how much CPU; this is what people measure. */
const vcpuPerCapacityUnit = 0.25;
/** What a write of Aurora's log is counted by: https://aws.amazon.com/rds/aurora/pricing/ */
const ioBytes = 4_096;
const messagesPerEvent = 2;
const gigabyte = 1e9;

const { perHour, perMillion, logsPerGb } = prices;

/** What a credited event takes at a rate, and what a million of them cost: in Markdown, from what was measured. */
export function costTable(steady: readonly Result[]): string {
  const measured = new Map(steady.map(({ id, figures }) => [id, figures]));
  const at = (perSecond: number) => measured.get(`credit at ${perSecond}/s`);
  // Nothing is shared by fewer than a hundred a second either.
  const rates = [
    [10, at(100)],
    [100, at(100)],
    [1_000, at(1_000)],
  ] as const;
  const columns = rates.flatMap(([perSecond, figures]) =>
    figures === undefined ? [] : [sizing(perSecond, figures)],
  );
  const titles = Object.keys(columns[0] ?? {}) as (keyof ReturnType<typeof sizing>)[];
  return [
    `| credited events a second | ${columns.map((each) => each.rate).join(' | ')} |`,
    `|---|${columns.map(() => '--:').join('|')}|`,
    ...titles
      .filter((title) => title !== 'rate')
      .map((title) => `| ${title} | ${columns.map((each) => each[title]).join(' | ')} |`),
  ].join('\n');
}

function sizing(perSecond: number, figures: Figures) {
  const { serviceMicros = 0, postgresMicros = 0, walBytes = 0, logBytes = 0 } = figures;
  const serviceVcpu = (perSecond * serviceMicros) / 1e6 / busy;
  const postgresVcpu = (perSecond * postgresMicros) / 1e6 / busy;
  // In hours of a million events, whatever their rate.
  const serviceHours = serviceMicros / busy / 3_600;
  const capacityHours = postgresMicros / busy / 3_600 / vcpuPerCapacityUnit;
  const compute = serviceHours * (perHour.fargateVcpu + gibPerVcpu * perHour.fargateGib);
  const database = capacityHours * perHour.auroraCapacityUnit;
  const writes = (walBytes / ioBytes) * perMillion.auroraIo;
  const topic = messagesPerEvent * perMillion.snsPublish;
  const logs = ((logBytes * 1e6) / gigabyte) * logsPerGb;
  const firewall = perMillion.firewallRequest;
  return {
    rate: perSecond.toLocaleString('en'),
    'vCPU of the tasks': serviceVcpu.toFixed(2),
    'tasks of half a vCPU': String(Math.max(1, Math.ceil(serviceVcpu / taskVcpu))),
    'capacity units of Aurora': Math.max(0.5, postgresVcpu / vcpuPerCapacityUnit).toFixed(1),
    'a million: tasks': dollars(compute),
    'a million: Aurora, CPU': dollars(database),
    'a million: Aurora, writes': dollars(writes),
    'a million: two messages each': dollars(topic),
    'a million: log': dollars(logs),
    'a million: firewall': dollars(firewall),
    '**a million, in all**': `**${dollars(compute + database + writes + topic + logs + firewall)}**`,
  };
}

function dollars(amount: number): string {
  return `$${amount.toFixed(2)}`;
}
