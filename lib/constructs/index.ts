export { AlarmTopic, type AlarmTopicProps } from './alarm-topic';
export { Alarms, type AlarmsProps } from './alarms';
export { BillingTopic, type BillingTopicProps } from './billing-topic';
export { CanaryTargets, type CanaryTargetsProps } from './canary-targets';
export type {
  ContainerConfigurationProps,
  DeployerVariables,
  ShopConfiguration,
} from './container-configuration';
export type { Database } from './database';
export type { ForceHttpForwarding } from './emergency-signs';
export { ExternalDatabase, type ExternalDatabaseProps } from './external-database';
export { HttpsEdge } from './https-edge';
export type { HttpsEdgeProps } from './https-edge-props';
export { LedgerDatabase, type LedgerDatabaseProps } from './ledger-database';
export type { LogKeeping } from './log-group';
export { Network, type NetworkProps } from './network';
export { OperationsDashboard, type OperationsDashboardProps } from './operations-dashboard';
export { PaymentsService } from './payments-service';
export type { PaymentsServiceProps, TaskSize } from './payments-service-props';
export { imageNamed } from './service-image';
export { ServiceMetrics } from './service-metrics';
export { StripeEventQueue, type StripeEventQueueProps } from './stripe-event-queue';
export { type StripeSecretName, StripeSecrets, type StripeSecretsProps } from './stripe-secrets';
export { Tollgate, type TollgateProps } from './tollgate';
export type { TaskPlacement, VpcPlacement } from './vpc-placement';
export { WebFirewall, type WebFirewallProps } from './web-firewall';
