export type { Fault, FaultKind, NewFault } from './control/faults';
export { RemoteControl } from './control/remote-control';
export type { EventSuppression } from './events/suppressions';
export { shopPath } from './hosted-pages/routes';
export type { PortalAction } from './models/billing/portal';
export type { DisputeReason } from './models/payments/disputes';
export { type LocalStripe, type LocalStripeOptions, startLocalStripe } from './server';
export {
  type BankDetails,
  type CardDetails,
  cancelOnHostedPage,
  payOnHostedPage,
  type VisitResult,
} from './visitors/buyer';
export { actInPortal, type PortalVisit, visitPortal } from './visitors/portal';
