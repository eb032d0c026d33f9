/** A share of a whole, as an exact fraction: shares are added up, and rounded once, at the end. */
export interface Share {
  readonly minor: bigint;
  /** Above zero. */
  readonly ofMinor: bigint;
}

export const noShare: Share = { minor: 0n, ofMinor: 1n };

/** Of nothing, and below nothing, there is no share. */
export function shareOf(minor: bigint, ofMinor: bigint): Share {
  return minor <= 0n || ofMinor <= 0n ? noShare : { minor, ofMinor };
}

export function addShares(a: Share, b: Share): Share {
  return {
    minor: a.minor * b.ofMinor + b.minor * a.ofMinor,
    ofMinor: a.ofMinor * b.ofMinor,
  };
}

export function multipliedShare(a: Share, b: Share): Share {
  return { minor: a.minor * b.minor, ofMinor: a.ofMinor * b.ofMinor };
}

/** What it leaves of the whole. */
export function restOf({ minor, ofMinor }: Share): Share {
  return shareOf(ofMinor - minor, ofMinor);
}

/** So much of an amount, never more than all of it; a part of a minor unit is left out. */
export function takeShare(amountMinor: bigint, { minor, ofMinor }: Share): bigint {
  return minor >= ofMinor ? amountMinor : (amountMinor * minor) / ofMinor;
}
