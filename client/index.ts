export type * from './api';
export { createTollgateClient, type TollgateClient, type TollgateClientOptions } from './client';
export { TollgateError } from './errors';
export { InvalidEventError, parseEvent } from './events';
