import type { Log } from '../log';
import { fingerprintOf, type RotatingSecret, type SecretInForce } from '../secrets/rotating';
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
    // What was once current and is no more is not kept.
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
    const previous = secrets.find(({ version }) => version === 'previous')?.fingerprint;
    if (state !== 'previous_may_be_dropped' || previous === this.toldOf) return;
    this.toldOf = previous;
    this.options.log.info({ previous }, 'the previous webhook secret may be dropped now');
  }

  /** @throws Problem `database_unavailable` */
  async rotation(): Promise<SecretRotation> {
    const known = this.options.secrets.inForce.map(({ value, version }) => ({
      version,
      fingerprint: fingerprintOf(value),
    }));
    const uses = await readSecretUses(
      this.options.database,
      known.map(({ fingerprint }) => fingerprint),
    );
    const usesOf = (asked: SecretInForce['version']) =>
      known.flatMap(({ version, fingerprint }) =>
        version === asked ? [uses.get(fingerprint)] : [],
      );
    return {
      secrets: known.map(({ version, fingerprint }) => ({
        version,
        fingerprint,
        firstVerifiedAt: uses.get(fingerprint)?.firstVerifiedAt ?? null,
        lastVerifiedAt: uses.get(fingerprint)?.lastVerifiedAt ?? null,
      })),
      state: this.stateOf(usesOf('current'), usesOf('previous')),
    };
  }

  /** Where several endpoints deliver here, each of their secrets must have verified something. */
  private stateOf(
    current: readonly (SecretUse | undefined)[],
    previous: readonly (SecretUse | undefined)[],
  ): SecretRotation['state'] {
    if (previous.length === 0) return 'single';
    const verified = current.filter((use) => use !== undefined);
    if (verified.length === 0 || verified.length < current.length) return 'rotating';
    const aloneSinceMillis = Math.max(
      ...verified.map(({ firstVerifiedAt }) => firstVerifiedAt.getTime()),
      ...previous.map((use) => use?.lastVerifiedAt.getTime() ?? 0),
    );
    const isAlone = this.options.nowMillis() - aloneSinceMillis >= aloneMillis;
    return isAlone ? 'previous_may_be_dropped' : 'rotating';
  }
}
