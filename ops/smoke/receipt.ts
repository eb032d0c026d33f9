import { writeFileSync } from 'node:fs';
import { OpsFailure } from '../failure';
import { readPrivately } from '../secrets/secret-file';
import type { Order } from './simulated';

/** What is to be looked for once the buyer has paid, kept between two runs. */
export interface Receipt extends Order {
  readonly env: string;
  readonly sessionId: string;
  /** With its fragment (#…), without which Stripe's page does not open. */
  readonly url: string;
  /** What the buyer had of the currency before. */
  readonly hadMinor: number;
  readonly begunAt: string;
}

/** Writes a file that nobody else may read: whoever has the address can pay. */
export function writeReceipt(file: string, receipt: Receipt): void {
  try {
    writeFileSync(file, `${JSON.stringify(receipt, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error;
    throw new OpsFailure(`${file} cannot be written: ${code}`, 'Name another by --receipt.');
  }
}

/** @throws OpsFailure `badUse` where it is none, or of another environment */
export function readReceipt(file: string, env: string): Receipt {
  let receipt: Partial<Receipt>;
  try {
    receipt = JSON.parse(readPrivately(file));
  } catch (error) {
    if (error instanceof OpsFailure) throw error;
    const seen = error instanceof SyntaxError ? 'is not JSON' : 'cannot be read';
    throw new OpsFailure(`${file} ${seen}`, 'Give a file that --create-only wrote.', 'badUse');
  }
  const { amountMinor, currency, hadMinor, sessionId, userId } = receipt;
  const isReceipt =
    [currency, sessionId, userId, receipt.url].every((each) => typeof each === 'string') &&
    [amountMinor, hadMinor].every((each) => Number.isSafeInteger(each));
  if (!isReceipt || receipt.env !== env) {
    throw new OpsFailure(
      `${file} is ${isReceipt ? `of ${receipt.env}, not of ${env}` : 'no receipt'}`,
      'Give a file that --create-only wrote for this environment.',
      'badUse',
    );
  }
  return receipt as Receipt;
}
