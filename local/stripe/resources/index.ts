import type { Resource } from '../routing';
import { charges } from './charges';
import { checkoutSessions } from './checkout-sessions';
import { cliSessions } from './cli-sessions';
import { customers } from './customers';
import { events } from './events';
import { paymentIntents } from './payment-intents';
import { paymentMethods } from './payment-methods';
import { paymentPages } from './payment-pages';
import { prices } from './prices';
import { products } from './products';
import { webhookEndpoints } from './webhook-endpoints';

/** All that the API has. A new resource is a file beside this one and a line here. */
export const resources: readonly Resource[] = [
  charges,
  checkoutSessions,
  cliSessions,
  customers,
  events,
  paymentIntents,
  paymentMethods,
  paymentPages,
  prices,
  products,
  webhookEndpoints,
];
