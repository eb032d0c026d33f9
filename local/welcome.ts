import { dirname } from 'node:path';
import { issueToken } from '../ops/service/bearer-token';
import { openApiPath } from '../service/contract';
import { toldData } from './options';
import type { RunningStack } from './remembered';
import { shownPath } from './shown-path';

/** Whom the printed token is of. */
export const exampleUser = 'buyer-1';
/** May act for any user, and administrate. */
export const adminScope = 'billing:admin accounts:write';

/** What one can do with what runs, for whoever has just started it. */
export async function whatIsThere(stack: RunningStack): Promise<string> {
  const { serviceUrl, jwtSecret, tokens } = stack;
  const data = toldData(dirname(stack.logFile));
  return `
Still running, until Ctrl-C:
${partsOf(stack)}
  Ports, secrets and data are kept for the next start; --fresh begins with empty ones.

Call it as the user ${exampleUser}: paste these two, then the commands of README.md, "Using it".
  URL=${serviceUrl}
  TOKEN=${await issueToken(jwtSecret, exampleUser, '', tokens)}
For example, top up: open the "url" that comes back, and pay with 4242 4242 4242 4242.
  curl -sw '\\n' "$URL/v1/checkout/sessions" -H "Authorization: Bearer $TOKEN" \\
    -H 'Content-Type: application/json' -d '{"topup": {"amountMinor": 2500}}'
  curl -sw '\\n' "$URL/v1/account" -H "Authorization: Bearer $TOKEN"
A token that may act for any user (?userId=…) and call /v1/admin:
  ADMIN=${await issueToken(jwtSecret, 'admin', adminScope, tokens)}

From another terminal:
  npm run --silent status -- --env${data}             all of the above as variables of a shell
  npm run --silent token -- alice${data}              a token of any user
${withTheCli(stack)}`;
}

/** What runs, a line each. */
export function partsOf(stack: RunningStack): string {
  const { serviceUrl, localStripeUrl, stripeApiBase, webhookUrl, databaseUrl, logFile } = stack;
  const { eventsTo = null } = stack;
  return [
    `  service       ${serviceUrl}   its API: ${serviceUrl}${openApiPath}`,
    localStripeUrl === null
      ? `  Stripe        ${stripeApiBase}, with the key that you gave`
      : `  local Stripe  ${localStripeUrl}   checkouts, and what banks and buyers do`,
    `  webhooks      ${webhookUrl}`,
    eventsTo === null
      ? '  events        in the log; --events-to URL has each posted to your application'
      : `  events        posted to ${eventsTo} (--events-to)`,
    `  PostgreSQL    ${databaseUrl}`,
    `  log           ${shownPath(logFile)}`,
  ].join('\n');
}

function withTheCli({ localStripeUrl, stripeKey, webhookUrl }: RunningStack): string {
  if (localStripeUrl === null || stripeKey === null) return '';
  const options = `--api-base ${localStripeUrl} --api-key ${stripeKey}`;
  return `
Refund a payment (its "paymentId" is in $URL/v1/account/transactions) with Stripe's own CLI:
  npx stripe refunds create --payment-intent pi_… ${options}
Let it make an event (its checkout is none of ours, so that the log says not_ours), or forward them:
  npx stripe trigger checkout.session.completed ${options}
  npx stripe listen --forward-to ${webhookUrl} --no-wss --skip-update ${options}
Disputes, bank debits, failed refunds and renewals: open ${localStripeUrl}
`;
}
