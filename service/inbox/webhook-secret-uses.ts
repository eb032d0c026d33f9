import type { Log } from '../log';
import { fingerprintOf, type RotatingSecret } from '../secrets/rotating';
import type { Database } from '../store/database';
import { readSecretUses, recordSecretUse, type SecretUse } from '../store/webhook-secrets';

/** A use is written down at most this often, however many deliveries a secret verifies. */
const noteIntervalMillis = 60_000;
/** How long the current secret must have verified alone before the previous one counts as done. */
const aloneMillis = 60 * 60 * 1000;

/** How far the rotation of the webhook secret has got. */
interface SecretRotation {
  readonly secrets: readonly {
    readonly version: 'current' | 'previous';
    readonly fingerprint: string;
    readonly firstVerifiedAt: Date | null;
    readonly lastVerifiedAt: Date | null;
  }[];
  /**
   * - `single`: there is no previous secret in force.
   * - `previous_may_be_dropped`, at Stripe and in Secrets Manager: the current secret has verified
   *   deliveries for an hour, and none in that hour needed the previous one.
   */
  readonly state: 'single' | 'rotating' | 'previous_may_be_dropped';
}

/** Keeps account of which webhook secrets verify deliveries, across all tasks. */
export class WebhookSecretUses {
  private readonly notedAtMillis = new Map<string, number>();
  /** The previous secret that was last said to be safe to drop: once each. */
  private toldOf: string | undefined;

  constructor(
    private readonly options: {
      readonly database: Database;
      readonly log: Log;
      readonly secrets: RotatingSecret;
      readonly nowMillis: () => number;
    },
  ) {}

  /** Notes that this secret has verified a delivery. Returns at once; no delivery waits for it. */
  note(secret: string): void {
    const now = this.options.nowMillis();
    if (now - (this.notedAtMillis.get(secret) ?? Number.NEGATIVE_INFINITY) < noteIntervalMillis) {
      return;
    }
    // What was once current and is no more is not kept: there are two at a time.
    for (const known of this.notedAtMillis.keys()) {
      if (!this.options.secrets.current.includes(known)) this.notedAtMillis.delete(known);
    }
    this.notedAtMillis.set(secret, now);
    recordSecretUse(this.options.database, fingerprintOf(secret))
      .then(() => this.tellWhenDone())
      .catch((error: unknown) => {
        this.notedAtMillis.delete(secret);
        this.options.log.warn({ err: error }, 'the use of a webhook secret could not be noted');
      });
  }

  private async tellWhenDone(): Promise<void> {
    const { secrets, state } = await this.rotation();
    const previous = secrets[1]?.fingerprint;
    if (state !== 'previous_may_be_dropped' || previous === this.toldOf) return;
    this.toldOf = previous;
    this.options.log.info({ previous }, 'the previous webhook secret may be dropped now');
  }

  /** @throws Problem `database_unavailable` */
  async rotation(): Promise<SecretRotation> {
    const [current, previous] = this.options.secrets.current.map(fingerprintOf);
    const known = [current, previous].filter((each) => each !== undefined);
    const uses = await readSecretUses(this.options.database, known);
    return {
      secrets: known.map((fingerprint, index) => ({
        version: index === 0 ? 'current' : 'previous',
        fingerprint,
        firstVerifiedAt: uses.get(fingerprint)?.firstVerifiedAt ?? null,
        lastVerifiedAt: uses.get(fingerprint)?.lastVerifiedAt ?? null,
      })),
      state: this.stateOf(uses.get(current ?? ''), previous, uses.get(previous ?? '')),
    };
  }

  private stateOf(
    current: SecretUse | undefined,
    previousFingerprint: string | undefined,
    previous: SecretUse | undefined,
  ): SecretRotation['state'] {
    if (previousFingerprint === undefined) return 'single';
    if (current === undefined) return 'rotating';
    const aloneSinceMillis = Math.max(
      current.firstVerifiedAt.getTime(),
      previous?.lastVerifiedAt.getTime() ?? 0,
    );
    const isAlone = this.options.nowMillis() - aloneSinceMillis >= aloneMillis;
    return isAlone ? 'previous_may_be_dropped' : 'rotating';
  }
}
