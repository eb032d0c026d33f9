import fc from 'fast-check';

const small = fc.integer({ min: 1, max: 40 });

/** One step of a random history of one user; amounts in cents, holds by their number. */
const anyStep = fc.oneof(
  fc.record({ kind: fc.constant('credit'), minor: fc.integer({ min: 1, max: 400 }) }),
  fc.record({ kind: fc.constantFrom('reverse', 'spend'), minor: fc.integer({ min: 1, max: 99 }) }),
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('place'), minor: small }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('capture', 'release', 'expire'),
      hold: fc.nat(9),
      minor: small,
    }),
  },
);

/** Long enough that most of what a step may meet is met in some. */
export const anyHistory = (maxLength: number) =>
  fc.array(anyStep, { minLength: 5, maxLength, size: 'max' });

export type Step =
  | { readonly kind: 'credit' | 'reverse' | 'spend' | 'place'; readonly minor: number }
  | {
      readonly kind: 'capture' | 'release' | 'expire';
      readonly hold: number;
      readonly minor: number;
    };

interface ModelHold {
  readonly minor: number;
  status: 'held' | 'captured' | 'released' | 'expired';
  capturedMinor: number;
}

/** What a user should have, computed in the simplest way there is. */
export class SpendingModel {
  availableMinor = 0;
  revenueMinor = 0;
  private readonly holds: ModelHold[] = [];

  get heldMinor(): number {
    const held = this.holds.filter(({ status }) => status === 'held');
    return held.reduce((sum, { minor }) => sum + minor, 0);
  }

  /** Does the step. @returns `done`, or the code of the problem that it must be answered with */
  take(step: Step): string {
    switch (step.kind) {
      case 'credit':
        this.availableMinor += step.minor;
        return 'done';
      case 'reverse':
        this.availableMinor -= step.minor;
        return 'done';
      case 'spend':
      case 'place':
        return this.debit(step.kind, step.minor);
      default:
        return this.end(step.kind, this.holds[step.hold % this.holds.length], step.minor);
    }
  }

  private debit(kind: 'spend' | 'place', minor: number): string {
    if (minor > this.availableMinor) return 'insufficient_funds';
    this.availableMinor -= minor;
    if (kind === 'spend') this.revenueMinor += minor;
    else this.holds.push({ minor, status: 'held', capturedMinor: 0 });
    return 'done';
  }

  private end(
    kind: 'capture' | 'release' | 'expire',
    hold: ModelHold | undefined,
    minor: number,
  ): string {
    if (hold === undefined) return kind === 'expire' ? 'done' : 'hold_not_found';
    if (kind === 'capture') return this.capture(hold, minor);
    if (hold.status === 'captured') return kind === 'expire' ? 'done' : 'hold_already_captured';
    if (hold.status === 'held') {
      hold.status = kind === 'release' ? 'released' : 'expired';
      this.availableMinor += hold.minor;
    }
    return 'done';
  }

  private capture(hold: ModelHold, minor: number): string {
    if (minor > hold.minor) return 'capture_exceeds_hold';
    if (hold.status === 'expired') return 'hold_expired';
    if (hold.status === 'released') return 'hold_already_released';
    if (hold.status === 'captured') {
      return hold.capturedMinor === minor ? 'done' : 'hold_already_captured';
    }
    hold.status = 'captured';
    hold.capturedMinor = minor;
    this.revenueMinor += minor;
    this.availableMinor += hold.minor - minor;
    return 'done';
  }
}
