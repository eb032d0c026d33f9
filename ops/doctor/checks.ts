import { isNativeError } from 'node:util/types';
import type { Deployed } from '../aws/deployed';
import { awsFailure } from '../aws/failure';
import { OpsFailure } from '../failure';
import type { Finding } from '../terminal/output';

/** What one look has found: a line, several, or none where there is nothing to look at. */
export type Look = () => Promise<Finding | readonly Finding[]>;

/** What AWS calls what is not there, and what our own failures say of it. */
const missing =
  /NotFound|DoesNotExist|NoSuch|^there is no|is not there, or has no value|has no service/;

/**
 * Looks, whatever comes of it: what fails is a finding of its own, and the other looks go on. What AWS
 * does not have is red; what it does not say is unknown.
 * @param check names the finding where the look fails
 */
export async function look(check: string, work: Look): Promise<readonly Finding[]> {
  try {
    return [await work()].flat();
  } catch (error) {
    const { fix, message } = awsFailure(`looking at ${check}`, error);
    const cause = error instanceof OpsFailure ? message : nameOf(error);
    const ok = missing.test(cause) ? false : null;
    return [{ check, ok, seen: message, fix }];
  }
}

const nameOf = (error: unknown) => (isNativeError(error) ? error.name : '');

/** A finding whose fix is kept for when it is needed. */
export const found = (check: string, ok: boolean | null, seen: string, fix: string): Finding =>
  ok === true ? { check, ok, seen } : { check, ok, seen, fix };

/** As an operator types it. */
export const deployCommand = ({ name }: Pick<Deployed, 'name'>) =>
  `npm run deploy -- -c env=${name}`;

export const counted = (count: number, one: string, more = `${one}s`) =>
  `${count} ${count === 1 ? one : more}`;
