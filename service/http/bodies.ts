import { Type } from 'typebox';
import { transferReasons } from '../ledger/transfers';

/** What amounts are of, as callers name it. */
export const unit = Type.String({
  pattern: '^([A-Za-z]{3}|credits)$',
  description: 'A currency (ISO 4217) or "credits".',
});

/** What a checkout can sell. */
export const orderKind = Type.Enum(['topup', 'package', 'price', 'item'], { title: 'OrderKind' });

/** Why a balance has changed. What is stored may be older than the list: its type is any text. */
export const transferReason = Type.Unsafe<string>({
  type: 'string',
  enum: [...transferReasons],
  title: 'TransferReason',
  description: 'Why it was made. Later versions may add some.',
});

/** The unit as the ledger names it. */
export function unitOf(named: string): string {
  return named.toLowerCase();
}

/** An amount above zero. JSON's numbers are exact up to this maximum. */
export const amountMinor = (of: string) =>
  Type.Integer({
    minimum: 1,
    maximum: Number.MAX_SAFE_INTEGER,
    description: `${of}, in minor units of the unit: 1000 is 10.00 USD, or 1000 credits.`,
  });

/** Why, in the caller's own words. PostgreSQL stores no NUL and no half of a surrogate pair. */
export const reason = Type.String({
  minLength: 1,
  maxLength: 255,
  pattern: '^[^\\p{Cc}\\p{Cs}]+$',
  description: 'Why, in your own words; shown in the transactions. No control characters.',
});

/** Null where there is none, as every member of an answer that may be missing. */
export const orNull = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);

/** For routes whose body holds wishes only: a request without a body is one without any. */
export async function emptyBodyAsObject(request: { body: unknown }): Promise<void> {
  request.body ??= {};
}
