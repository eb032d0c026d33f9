import { version } from '../package.json';
import { stripeApiVersion } from './stripe/client';

/** What runs: the package's version, and what it was built against. */
export const runningVersion = { version, node: process.version, stripeApiVersion };
