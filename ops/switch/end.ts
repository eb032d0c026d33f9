import {
  AddTagsCommand,
  type ElasticLoadBalancingV2Client,
  type Rule,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  GetScheduleCommand,
  ListSchedulesCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { InvalidArgumentError } from 'commander';
import { environmentTag, type SwitchName } from '../../lib/constructs/switch-rules';
import type { Deployed } from '../aws/deployed';
import { asking } from '../aws/failure';
import { OpsFailure } from '../failure';

const minuteMillis = 60_000;
const unitsMillis = { m: minuteMillis, h: 60 * minuteMillis, d: 24 * 60 * minuteMillis } as const;
/** Longer than that nobody means a switch that works at once: a flag of a deploy stays visible. */
const longestMillis = 14 * unitsMillis.d;

/** @returns milliseconds @throws InvalidArgumentError as commander has it */
export function parseDuration(text: string): number {
  const [, count, unit] = /^([1-9]\d{0,3})([mhd])$/.exec(text) ?? [];
  const millis = Number(count) * (unitsMillis[unit as keyof typeof unitsMillis] ?? Number.NaN);
  if (millis <= longestMillis) return millis;
  throw new InvalidArgumentError('expected such as 30m, 4h or 2d, and 14d at most.');
}

/**
 * The schedules that end a switch by themselves: one for each rule, which deletes it and is then gone
 * itself. They work when this command, and whoever ran it, is long asleep.
 */
export class SwitchEnd {
  private readonly client: SchedulerClient;

  constructor(
    private readonly deployed: Deployed,
    /** `{project}-{env}` */
    private readonly prefix: string,
    private readonly name: SwitchName,
  ) {
    this.client = new SchedulerClient(deployed.clients);
  }

  /**
   * @param rules those of the switch, by their priority
   * @throws OpsFailure where the deployed version has no role for it
   */
  async set(
    elb: ElasticLoadBalancingV2Client,
    rules: readonly Rule[],
    endsAt: Date,
  ): Promise<void> {
    const RoleArn = this.deployed.get('SwitchEndRoleArn');
    const ResourceArns = rules.map(({ RuleArn = '' }) => RuleArn);
    // The role deletes no rule that does not say so.
    const Tags = [{ Key: environmentTag, Value: this.prefix }];
    await asking('tagging the rules', () => elb.send(new AddTagsCommand({ ResourceArns, Tags })));
    for (const [index, { Priority, RuleArn }] of rules.entries()) {
      // What closes goes first, a minute before what it leaves open.
      const isLast = index === rules.length - 1;
      const at = new Date(endsAt.getTime() + (isLast ? 0 : minuteMillis));
      await this.put({
        Name: `${this.namePrefix}${Priority}`,
        Description: `Ends ${this.name} of ${this.prefix}`,
        ScheduleExpression: `at(${at.toISOString().slice(0, 19)})`,
        FlexibleTimeWindow: { Mode: 'OFF' },
        ActionAfterCompletion: 'DELETE',
        Target: {
          Arn: `arn:${RoleArn.split(':')[1]}:scheduler:::aws-sdk:elasticloadbalancingv2:deleteRule`,
          RoleArn,
          Input: JSON.stringify({ RuleArn }),
        },
      });
    }
  }

  /** Takes back what an earlier run has set. */
  async clear(): Promise<number> {
    const names = await this.names();
    for (const Name of names) {
      await this.ifThere(`deleting the schedule ${Name}`, () =>
        this.client.send(new DeleteScheduleCommand({ Name })),
      );
    }
    return names.length;
  }

  /** When it ends by itself, if it does. */
  async read(): Promise<string | undefined> {
    const times: string[] = [];
    for (const Name of await this.names()) {
      const found = await this.ifThere(`reading the schedule ${Name}`, () =>
        this.client.send(new GetScheduleCommand({ Name })),
      );
      const [, at] = /^at\((.+)\)$/.exec(found?.ScheduleExpression ?? '') ?? [];
      if (at !== undefined) times.push(`${at}Z`);
    }
    return times.sort().at(0);
  }

  close(): void {
    this.client.destroy();
  }

  private get namePrefix(): string {
    return `${this.prefix}-${this.name}-`;
  }

  /** Of the schedules that stand. Before the first deploy that has the role there can be none. */
  private async names(): Promise<readonly string[]> {
    if (this.deployed.find('SwitchEndRoleArn') === undefined) return [];
    const { Schedules = [] } = await asking('listing the schedules', () =>
      this.client.send(new ListSchedulesCommand({ NamePrefix: this.namePrefix })),
    );
    return Schedules.flatMap(({ Name = '' }) => (Name.startsWith(this.namePrefix) ? [Name] : []));
  }

  private async put(schedule: CreateScheduleCommandInput): Promise<void> {
    await asking(`setting the schedule ${schedule.Name}`, async () => {
      try {
        await this.client.send(new CreateScheduleCommand(schedule));
      } catch (error) {
        if (!(error instanceof Error) || error.name !== 'ConflictException') throw error;
        await this.client.send(new UpdateScheduleCommand(schedule));
      }
    });
  }

  private ifThere<Answer>(what: string, ask: () => Promise<Answer>): Promise<Answer | undefined> {
    return asking(what, async () => {
      try {
        return await ask();
      } catch (error) {
        if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined;
        throw error;
      }
    });
  }
}

/** @throws OpsFailure `badUse` where what would be set is taken back */
export function checkDuration(sets: boolean, forMillis: number | undefined): void {
  if (sets || forMillis === undefined) return;
  throw new OpsFailure(
    '--for was given with the word that takes the rules back',
    'Leave it out: what is taken back does not end.',
    'badUse',
  );
}
