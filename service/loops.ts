import type { Activity } from './activity';
import type { Bookkeeper } from './bookkeeping/bookkeeper';
import type { DecisionSources } from './bookkeeping/handling-work';
import type { CatalogueFollower } from './catalogue/following';
import type { Config } from './config';
import { prune } from './housekeeping/prune';
import { writeMetrics } from './housekeeping/readings';
import { handlePendingEvents } from './inbox/loop';
import { createQueueClient, EventQueue } from './inbox/queue';
import type { Receiver } from './inbox/receive';
import type { Log } from './log';
import type { Metrics } from './metrics';
import { publishOutbox, type Turns } from './outbox/loop';
import { createLogPublisher, createTopicPublisher } from './outbox/publisher';
import { Polling } from './polling';
import type { Reconciler } from './reconciliation/reconciler';
import { expireHolds } from './spending/expiry';
import type { Database } from './store/database';
import { readDueAt } from './store/readings';

/** What the loops work with. */
interface LoopDependencies extends DecisionSources {
  readonly config: Config;
  readonly database: Database;
  readonly bookkeeper: Bookkeeper;
  readonly receiver: Receiver;
  /** Given where the catalogue may change while it is sold. */
  readonly follower: CatalogueFollower | undefined;
  readonly reconciler: Reconciler;
  readonly metrics: Metrics;
  readonly activity: Activity;
  readonly log: Log;
}

/** Lets the parts that leave work for a loop tell it so, before the loops are there. */
export class Wakes {
  private readonly loops: { inbox?: Polling; outbox?: Polling } = {};

  constructor(private readonly activity: Activity) {}

  /** Events were left for the inbox loop. */
  readonly inbox = () => this.wake('inbox');
  /** Messages may have been left to publish. */
  readonly outbox = () => this.wake('outbox');

  private wake(name: 'inbox' | 'outbox'): void {
    // What rests is not woken by the other: a reconciliation of the night leaves messages, too.
    this.activity.note();
    this.loops[name]?.wake();
  }

  connect(loops: { readonly inbox: Polling; readonly outbox: Polling }): void {
    Object.assign(this.loops, loops);
  }
}

interface LoopKind {
  readonly intervalMillis: number;
  readonly restMillis?: number;
  readonly rests?: boolean;
}

const second = 1_000;
/** What each loop is like; those that rest let the database be while nothing is to be done. */
const kinds = {
  inbox: { intervalMillis: 2 * second, rests: true },
  // A round of publishing costs the same for one message and for some hundred.
  outbox: { intervalMillis: second, restMillis: 100, rests: true },
  queue: { intervalMillis: second },
  holds: { intervalMillis: 10 * second, rests: true },
  reconciliation: { intervalMillis: 30 * second, rests: true },
  catalogue: { intervalMillis: 30 * second },
  metrics: { intervalMillis: 60 * second },
  rest: { intervalMillis: 60 * second },
  pruning: { intervalMillis: 60 * 60 * second, rests: true },
} as const satisfies Readonly<Record<string, LoopKind>>;

/** All that goes on without being asked for, each in a loop of its own. */
export function createLoops(dependencies: LoopDependencies, wakes: Wakes) {
  const { config, database, stripe, catalogue, bookkeeper } = dependencies;
  const { receiver, reconciler, metrics, activity, log, follower } = dependencies;
  const publisher =
    config.billingEventsTopicArn === undefined
      ? createLogPublisher(log)
      : createTopicPublisher(config.billingEventsTopicArn);
  const loop = (name: keyof typeof kinds, step: (signal: AbortSignal) => Promise<unknown>) => {
    const { rests = false, ...times }: LoopKind = kinds[name];
    const isPaused = () => rests && activity.isResting;
    return new Polling({ name, ...times, isPaused, log, step });
  };

  // Half of the pool at most: the other half is for those who wait for an answer.
  const inFlight = Math.max(1, Math.min(4, Math.floor(config.databasePoolMax / 2)));
  const inbox = loop('inbox', (signal) =>
    handlePendingEvents({ database, stripe, catalogue, bookkeeper, log, inFlight }, signal),
  );
  const source = config.publicBaseUrl.origin;
  const turns: Turns = {};
  const outbox = loop('outbox', (signal) =>
    publishOutbox({ database, publisher, source, log, turns }, signal),
  );
  const holds = loop('holds', (signal) => expireHolds({ database, bookkeeper, log }, signal));
  const reconciliation = loop('reconciliation', (signal) => reconciler.runDue(signal));
  const pruning = loop('pruning', (signal) => prune({ database, log }, signal));
  const last = {};
  const reading = loop('metrics', () =>
    writeMetrics({ database, metrics, activity, last, follower }),
  );
  wakes.connect({ inbox, outbox });

  const queue =
    config.eventQueue === undefined
      ? undefined
      : new EventQueue({
          client: createQueueClient(),
          queue: config.eventQueue,
          receiver,
          mode: config.stripeMode,
          counter: metrics,
          log,
        });
  const running = [
    ...(config.processing === 'on' ? [inbox] : []),
    outbox,
    holds,
    reconciliation,
    pruning,
    reading,
    loop('rest', () => activity.look(() => readDueAt(database))),
    ...(follower === undefined ? [] : [loop('catalogue', () => follower.look(activity.isResting))]),
    ...(queue === undefined ? [] : [loop('queue', (signal) => queue.drain(signal))]),
  ];
  activity.connect({
    awakenDatabase: () => database.awaken(),
    wakeLoops() {
      for (const each of running) each.wake();
    },
  });
  return {
    start(): void {
      for (const each of running) each.start();
    },
    /** Waits for the steps that have begun, and writes the metrics that are left. */
    async stop(): Promise<void> {
      await Promise.all([reconciler.stop(), ...running.map((each) => each.stop())]);
      metrics.flush();
    },
  };
}
