import { CfnOutput, Names } from 'aws-cdk-lib';
import type * as acm from 'aws-cdk-lib/aws-certificatemanager';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type * as route53 from 'aws-cdk-lib/aws-route53';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { AlarmTopic } from './alarm-topic';
import { Alarms } from './alarms';
import { BillingTopic } from './billing-topic';
import type { ShopConfiguration } from './container-configuration';
import type { Database } from './database';
import { defaults } from './defaults';
import { HttpsEdge } from './https-edge';
import type { HttpsEdgeProps } from './https-edge-props';
import { LedgerDatabase } from './ledger-database';
import type { LogKeeping } from './log-group';
import { Network } from './network';
import { OperationsDashboard } from './operations-dashboard';
import { PaymentsService } from './payments-service';
import type { PaymentsServiceProps } from './payments-service-props';
import { ServiceMetrics } from './service-metrics';
import { storedCatalogue } from './stored-catalogue';
import { StripeEventQueue } from './stripe-event-queue';
import { StripeSecrets } from './stripe-secrets';
import type { TaskPlacement, VpcPlacement } from './vpc-placement';

/** What of the service and of the edge is passed on as it is. */
type PassedOn = Pick<
  PaymentsServiceProps,
  'catalogueKey' | 'cluster' | 'containerInsights' | 'image' | 'tasks' | 'desiredCount' | 'ecsExec'
> &
  Pick<HttpsEdgeProps, 'webhookPaths' | 'httpListener' | 'firstRulePriority' | 'takesWholeHost'>;

export interface TollgateProps
  extends Omit<ShopConfiguration, 'catalogueFile'>,
    Pick<TaskPlacement, 'dnsServers'>,
    LogKeeping,
    PassedOn {
  /** The host name of the service, in lower case, such as pay.example.com. */
  readonly domainName: string;
  /** What is for sale: the path of a JSON file, from the current folder. It is uploaded with the deploy. */
  readonly catalogue: string;
  /**
   * What names, metrics and objects at Stripe are told apart by: two that share an account, or a Stripe
   * account, must differ. Once deployed, another would make the secrets anew.
   * @default - made of the construct's path, such as `Shop-Payments-1A2B3C4D`
   */
  readonly environmentName?: string | undefined;
  /**
   * The VPC. Its private subnets must have a way out, since Stripe is on the internet.
   * @default - one is created, with two zones and one NAT gateway
   */
  readonly vpc?: ec2.IVpc | undefined;
  /**
   * The zone of the domain, for the alias record and the certificate.
   * @default - none: you point the domain at `edge.loadBalancer`, and give `certificate` or `listener`
   */
  readonly hostedZone?: route53.IHostedZone | undefined;
  /**
   * The certificate of the domain.
   * @default - one is made if there is a `hostedZone` and no `listener`; CloudFormation waits until its
   * zone can be resolved
   */
  readonly certificate?: acm.ICertificate | undefined;
  /**
   * An existing HTTPS listener, to put rules for the domain into. Give its `loadBalancer` too if it is looked
   * up.
   * @default - one is created with the certificate; without either, port 443 does not answer
   */
  readonly listener?: elb.IApplicationListener | undefined;
  /**
   * The load balancer, in the same VPC, whose listeners are given.
   * @default - that of the `listener`, or one is created
   */
  readonly loadBalancer?: HttpsEdgeProps['loadBalancer'];
  /**
   * The database: a `LedgerDatabase` made with props of its own, or an `ExternalDatabase`.
   * @default - a `LedgerDatabase` with its defaults
   */
  readonly database?: Database | undefined;
  /**
   * The secrets.
   * @default - three are created, for you to store Stripe's values in
   */
  readonly secrets?: StripeSecrets | undefined;
  /**
   * Where what happened is published.
   * @default - a topic is created
   */
  readonly billingEventsTopic?: sns.ITopic | undefined;
  /**
   * Where alarms are told.
   * @default - a topic is created, and nobody subscribed to it
   */
  readonly alarmTopic?: sns.ITopic | undefined;
  /**
   * The partner event source of Stripe's EventBridge destination, aws.partner/stripe.com/…, as a second
   * way in.
   * @default - events come by the webhook alone
   */
  readonly stripeEventSource?: string | undefined;
  /**
   * After how many hours without any event an alarm goes off.
   * @default 0 - never
   */
  readonly quietHours?: number | undefined;
  /**
   * Whether the deletion of database and load balancer is refused. Set it once the first deploy has
   * succeeded: one that fails could not be undone.
   * @default false
   */
  readonly deletionProtection?: boolean | undefined;
}

/** A VPC, with the places in it where we have made it. */
type Place = Pick<VpcPlacement, 'vpc'> & Partial<VpcPlacement>;

/**
 * Stripe checkout, webhooks and balances in a stack of yours: what is given is used, and the rest made.
 * Each part is a construct of its own, for who wants to put them together otherwise.
 */
export class Tollgate extends Construct {
  readonly vpc: ec2.IVpc;
  readonly database: Database;
  readonly secrets: StripeSecrets;
  readonly billingTopic: BillingTopic;
  readonly stripeEventQueue: StripeEventQueue | undefined;
  readonly edge: HttpsEdge;
  readonly payments: PaymentsService;
  readonly alarms: Alarms;

  constructor(scope: Construct, id: string, props: TollgateProps) {
    super(scope, id);
    const { environmentName = Names.uniqueResourceName(this, { maxLength: 40, separator: '-' }) } =
      props;
    const { dnsServers, stripeEventSource, vpc } = props;
    const place: Place =
      vpc === undefined ? new Network(this, 'Network', props) : { vpc, tasks: { dnsServers } };
    this.vpc = place.vpc;
    this.database = props.database ?? this.createDatabase(props, place);
    this.secrets =
      props.secrets ?? new StripeSecrets(this, 'StripeSecrets', { prefix: environmentName });
    this.billingTopic = new BillingTopic(this, 'BillingTopic', { topic: props.billingEventsTopic });
    this.stripeEventQueue =
      stripeEventSource === undefined
        ? undefined
        : new StripeEventQueue(this, 'StripeEventQueue', { eventSourceName: stripeEventSource });
    const alarmTopic =
      props.alarmTopic ??
      new AlarmTopic(this, 'AlarmTopic', { topicName: `${environmentName}-alarms` }).topic;
    this.edge = this.createEdge(props, place);
    this.edge.addFlaggedRules(this.edge.targetGroup, alarmTopic);
    this.payments = new PaymentsService(this, 'PaymentsService', {
      ...props,
      ...place.tasks,
      vpc: this.vpc,
      environmentName,
      edge: this.edge,
      database: this.database,
      secrets: this.secrets,
      billingTopic: this.billingTopic,
      stripeEventQueue: this.stripeEventQueue,
      alarmTopic,
      variables: { ...props.variables, CATALOGUE_ARN: storedCatalogue(this, props.catalogue) },
    });
    this.alarms = this.watch(props, environmentName, alarmTopic);
    new CfnOutput(this, 'WebhookUrl', {
      description: 'The endpoint to register with Stripe',
      value: `https://${props.domainName}${this.edge.webhookPaths[0]}`,
    });
  }

  private createDatabase(props: TollgateProps, place: Place): LedgerDatabase {
    const { deletionProtection, logRetention } = props;
    return new LedgerDatabase(this, 'LedgerDatabase', {
      vpc: place.vpc,
      vpcSubnets: place.databaseSubnets,
      logRetention,
      deletionProtection,
    });
  }

  private createEdge(props: TollgateProps, place: Place): HttpsEdge {
    const { certificate, deletionProtection, domainName, hostedZone, listener } = props;
    const { firstRulePriority, httpListener, takesWholeHost, webhookPaths } = props;
    const isMade = certificate === undefined && listener === undefined && hostedZone !== undefined;
    return new HttpsEdge(this, 'HttpsEdge', {
      vpc: place.vpc,
      vpcSubnets: place.loadBalancerSubnets,
      domainName,
      hostedZone,
      certificate: isMade ? 'create' : certificate,
      webhookPaths,
      loadBalancer: props.loadBalancer ?? balancerOf(listener),
      httpListener,
      httpsListener: listener,
      firstRulePriority,
      takesWholeHost,
      adapters: props.variables?.ADAPTERS,
      deletionProtection,
    });
  }

  private watch(props: TollgateProps, environmentName: string, topic: sns.ITopic): Alarms {
    const watched = {
      edge: this.edge,
      payments: this.payments,
      database: this.database instanceof LedgerDatabase ? this.database : undefined,
      stripeEventQueue: this.stripeEventQueue,
      serviceMetrics: new ServiceMetrics(environmentName),
    };
    const { minimum = defaults.tasks.minimum, maximum = defaults.tasks.maximum } =
      props.tasks ?? {};
    const alarms = new Alarms(this, 'Alarms', {
      ...watched,
      topic,
      tasks: { minimum, maximum },
      quietHours: props.quietHours ?? 0,
      storesCatalogue: true,
    });
    new OperationsDashboard(this, 'Dashboard', {
      ...watched,
      dashboardName: environmentName,
      alarms: [this.payments.errorsAlarm, ...alarms.alarms],
    });
    return alarms;
  }
}

/** @throws Error for a listener that does not say whose it is */
function balancerOf(
  listener: elb.IApplicationListener | undefined,
): elb.IApplicationLoadBalancer | undefined {
  if (listener === undefined) return undefined;
  if (listener instanceof elb.ApplicationListener) return listener.loadBalancer;
  throw new Error(
    `listener ${listener.listenerArn} is looked up, and does not say which load balancer it is of; give ` +
      'loadBalancer too',
  );
}
