import { isNativeError } from 'node:util/types';
import { OpsFailure } from '../failure';

/** By what AWS calls them; everything else is told as AWS says it. */
const fixes: readonly (readonly [RegExp, string])[] = [
  [
    /\b(Credentials|Token)ProviderError\b/,
    'Sign in (`aws sso login`), or name a profile with --profile, and try again.',
  ],
  [
    /ExpiredToken|InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|InvalidAccessKeyId|AuthFailure|IncompleteSignature/,
    'The credentials are not valid, or no longer: sign in again, or name another --profile.',
  ],
  [
    /AccessDenied|Unauthorized|NotAuthorized/,
    'These credentials may not do it: name a --profile that may (docs/roles.md).',
  ],
  [
    /Throttl|TooManyRequests|RequestLimitExceeded/,
    'AWS asks for a pause: run it again in a minute.',
  ],
  [
    /NotFound|DoesNotExist|NoSuch/,
    'What the outputs of the stacks name is not there: deploy the stack that makes it, by `npm run deploy`.',
  ],
  [/ENOTFOUND|ECONNREFUSED|ETIMEDOUT|TimeoutError/, 'Check the network and --region.'],
];

/** The SDK's own, before anything is asked; it has no name but Error. */
const lacksRegion = /^Region (is missing|not accepted)/;
const nameRegion =
  'Name the region that it is deployed in: --region us-east-1, AWS_REGION, or that of the profile.';

/**
 * Says what AWS refused, and the fix.
 * @param what was being done, such as `reading the outputs of tollgate-prod-service`
 */
export function awsFailure(what: string, error: unknown): OpsFailure {
  if (error instanceof OpsFailure) return error;
  const { name, message } = isNativeError(error) ? error : new Error(String(error));
  const code = isNativeError(error) && 'code' in error ? String(error.code) : '';
  const [, known] = fixes.find(([pattern]) => pattern.test(`${name} ${code}`)) ?? [];
  const fix = known ?? (lacksRegion.test(message) ? nameRegion : undefined);
  return new OpsFailure(
    `${what}: ${name}: ${message}`,
    fix ?? 'Repair what AWS names; run it again.',
  );
}

/** Runs one call, and translates what it throws. @throws OpsFailure */
export async function asking<Answer>(what: string, call: () => Promise<Answer>): Promise<Answer> {
  try {
    return await call();
  } catch (error) {
    throw awsFailure(what, error);
  }
}
