import { applyEntriesFunction } from './apply';
import { lockBalancesFunction } from './balances';
import { lockCheckoutsFunction } from './checkouts';
import { usersOfCustomersFunction } from './customers';
import { recordEventsFunction } from './events';
import { lockObjectsFunction } from './facts';
import { nextTurnFunction } from './outbox';
import { readPaymentsFunction } from './payments';

/** All of them, to be created before the first event comes in. */
export const storedFunctions = [
  applyEntriesFunction,
  lockBalancesFunction,
  lockCheckoutsFunction,
  lockObjectsFunction,
  nextTurnFunction,
  readPaymentsFunction,
  recordEventsFunction,
  usersOfCustomersFunction,
] as const;
