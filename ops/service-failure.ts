import type { TollgateError } from '@tollgate/client';
import { OpsFailure } from './failure';

/** Of what the caller of the API would mend in the request, what an operator does. */
const fixes: Readonly<Record<string, string>> = {
  unreachable: 'Check --url. `npm run ops -- doctor --url URL` says how far one gets.',
  unexpected_answer: 'Check --url: something else answers there, or a proxy before it.',
  token_invalid:
    'The token is of another environment, or its time is over. Take a new one: --env, or npm run status -- --env.',
  event_not_found: 'It never came in. `npm run ops -- find ID` asks Stripe for it.',
  scope_missing: 'Give a token with the scope billing:admin (npm run ops -- token).',
};

/** What the service refused, or that it did not answer, with the fix. */
export function serviceFailure({ code, message, problem }: TollgateError): OpsFailure {
  if (problem === undefined) return new OpsFailure(message, fixes[code] ?? 'Look at the log.');
  const { title, detail, fix } = problem;
  return new OpsFailure(`${code}: ${detail ?? title}`, fixes[code] ?? fix);
}
