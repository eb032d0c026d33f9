import type { FixHints } from '../service/errors';
import { toldData } from './options';

/**
 * What is to be done here where the service refuses something: its own fixes name variables of a
 * deployment, for which `npm start` has options.
 * @param folder where everything is kept
 */
export function fixHints(folder: string): FixHints {
  const data = toldData(folder);
  const token = `Here, \`npm run --silent token -- USER${data}\` prints a valid one`;
  const secret = 'your own application’s tokens are believed with npm start -- --jwt-secret SECRET';
  const another = 'Here, npm start -- --catalogue FILE sells what another catalogue says.';
  return {
    redirect_url_not_allowed:
      'Here, npm start -- --origin ORIGIN allows an origin; those of localhost are allowed on any port.',
    currency_not_supported:
      'Here, the currencies are those of "topups" in the file of npm start -- --catalogue FILE.',
    package_unknown: another,
    price_unknown: another,
    item_unknown: another,
    scope_missing: `Here, \`npm run --silent token -- USER --scope SCOPE${data}\` prints a token with one.`,
    token_missing: `${token}.`,
    token_invalid: `${token}; ${secret}. A user in another claim than sub: --set JWT_USER_CLAIM=userId.`,
    token_expired: `${token}.`,
    stripe_signature_missing:
      'Here, the local Stripe delivers by itself; what Tollgate publishes goes to npm start -- --events-to URL.',
    stripe_signature_mismatch:
      'Here, npm start -- --webhook-secret whsec_… believes another one, too.',
    checkout_disabled: 'Here, npm start without --set CHECKOUT=off sells.',
    processing_paused: 'Here, npm start without --set PROCESSING=paused handles events.',
    second_person_needed: `Here, \`npm run --silent token -- OTHER --scope billing:admin${data}\` is somebody else.`,
    stripe_secret_key_rejected:
      'Here, the key is in the file of npm start -- --stripe-key-file FILE.',
    stripe_unavailable: 'Here, a fault that was asked for at the local Stripe may be the cause.',
    adapter_off: 'Here, npm start -- --set ADAPTERS=NAME turns it on.',
  };
}
