import { Duration, RemovalPolicy, Tags } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { LoadBalancerTarget } from 'aws-cdk-lib/aws-route53-targets';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { healthPath, loadBalancerIdleTimeoutSeconds } from '../../service/contract';
import type { EmergencyHttp } from '../settings';
import type { AlarmTopic } from './alarm-topic';
import type { Network } from './network';
import type { PublicZone } from './public-zone';
import { RunbookAlarm } from './runbook-alarm';
import { taskTargetGroup } from './task-target-group';

export interface HttpsEdgeProps {
  /** Whose public subnets the load balancer is in. */
  readonly network: Network;
  /** The host name that the certificate and the alias record are for. */
  readonly domainName: string;
  /**
   * The zone of the domain.
   * @default - no alias record
   */
  readonly zone: PublicZone | undefined;
  /** Whether there is an HTTPS listener; without a zone it takes an adopted certificate. */
  readonly hasHttpsListener: boolean;
  /**
   * The ARN of an issued certificate.
   * @default - one is created, and validated in the zone
   */
  readonly certificateArn: string | undefined;
  /** Where Stripe delivers. */
  readonly webhookPaths: readonly string[];
  /**
   * Port 80 forwards the webhook and health paths without TLS.
   * @default - port 80 redirects everything
   */
  readonly emergencyHttp: EmergencyHttp | undefined;
  /** Is told of emergency HTTP. */
  readonly alarmTopic: AlarmTopic;
  /** Whether deletion of the load balancer is refused. */
  readonly isProduction: boolean;
}

/** Load balancer, listeners, certificate and alias record: everything between Stripe and the tasks. */
export class HttpsEdge extends Construct {
  readonly loadBalancer: elb.ApplicationLoadBalancer;
  /** What the service registers its tasks in. */
  readonly targetGroup: elb.ApplicationTargetGroup;
  readonly httpListener: elb.ApplicationListener;
  readonly httpsListener: elb.ApplicationListener | undefined;
  /** What the HTTPS listener presents. */
  readonly certificate: acm.ICertificate | undefined;

  constructor(scope: Construct, id: string, props: HttpsEdgeProps) {
    super(scope, id);
    this.loadBalancer = this.createLoadBalancer(props);
    this.targetGroup = taskTargetGroup(this, 'Targets', props.network.vpc);
    this.httpListener = this.createHttpListener(props.emergencyHttp !== undefined);
    this.certificate = props.hasHttpsListener ? this.provideCertificate(props) : undefined;
    this.httpsListener =
      this.certificate === undefined ? undefined : this.createHttpsListener(this.certificate);
    if (this.httpsListener === undefined) this.attachTargetGroup();
    if (props.emergencyHttp !== undefined) this.openHttp(props, props.emergencyHttp);
    if (props.zone !== undefined) {
      new route53.ARecord(this, 'Alias', {
        zone: props.zone.zone,
        // With its dot, the name is the domain itself in whatever zone covers it.
        recordName: `${props.domainName}.`,
        target: route53.RecordTarget.fromAlias(new LoadBalancerTarget(this.loadBalancer)),
      });
    }
  }

  /**
   * A metric of the tasks, as the load balancer sees them. The target group's own metrics would name
   * the load balancer by a listener, and so tie every alarm to which listeners there are.
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
   */
  targetMetric(
    metricName: string,
    options: cloudwatch.MetricOptions,
    targetGroup: elb.ApplicationTargetGroup = this.targetGroup,
  ): cloudwatch.Metric {
    return new cloudwatch.Metric({
      namespace: 'AWS/ApplicationELB',
      metricName,
      dimensionsMap: {
        LoadBalancer: this.loadBalancer.loadBalancerFullName,
        TargetGroup: targetGroup.targetGroupFullName,
      },
      ...options,
    });
  }

  private createLoadBalancer(props: HttpsEdgeProps): elb.ApplicationLoadBalancer {
    const loadBalancer = new elb.ApplicationLoadBalancer(this, 'LoadBalancer', {
      vpc: props.network.vpc,
      vpcSubnets: props.network.loadBalancerSubnets,
      internetFacing: true,
      dropInvalidHeaderFields: true,
      desyncMitigationMode: elb.DesyncMitigationMode.DEFENSIVE,
      idleTimeout: Duration.seconds(loadBalancerIdleTimeoutSeconds),
      deletionProtection: props.isProduction,
    });
    const accessLogs = new s3.Bucket(this, 'AccessLogs', {
      // The load balancer writes with S3's own key and no other.
      // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      lifecycleRules: [{ expiration: Duration.days(90) }],
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    loadBalancer.logAccessLogs(accessLogs as s3.IBucket);
    return loadBalancer;
  }

  /**
   * The one listener on port 80. Its id and port never change; in an emergency its redirect is
   * temporary, because browsers keep a permanent one long after the emergency.
   */
  private createHttpListener(isEmergency: boolean): elb.ApplicationListener {
    return this.loadBalancer.addListener('Http', {
      protocol: elb.ApplicationProtocol.HTTP,
      port: 80,
      defaultAction: elb.ListenerAction.redirect({
        protocol: 'HTTPS',
        port: '443',
        permanent: !isEmergency,
      }),
    });
  }

  private provideCertificate(props: HttpsEdgeProps): acm.ICertificate {
    const { certificateArn, zone } = props;
    return certificateArn === undefined
      ? new acm.Certificate(this, 'Certificate', {
          domainName: props.domainName,
          validation: acm.CertificateValidation.fromDns(zone?.zone),
        })
      : acm.Certificate.fromCertificateArn(this, 'Certificate', certificateArn);
  }

  private createHttpsListener(certificate: acm.ICertificate): elb.ApplicationListener {
    return this.loadBalancer.addListener('Https', {
      protocol: elb.ApplicationProtocol.HTTPS,
      port: 443,
      certificates: [certificate],
      sslPolicy: elb.SslPolicy.TLS13_12_RES_PQ,
      defaultTargetGroups: [this.targetGroup],
    });
  }

  /**
   * ECS refuses a service whose target group belongs to no load balancer. Until there is an HTTPS
   * listener, this rule makes it belong. No client comes upon its host, which RFC 2606 keeps out of
   * the DNS; one that sends it on purpose gets the health path and nothing else.
   */
  private attachTargetGroup(): void {
    new elb.ApplicationListenerRule(this, 'TargetGroupAttachment', {
      listener: this.httpListener,
      priority: 50_000,
      conditions: [
        elb.ListenerCondition.hostHeaders(['attachment.invalid']),
        elb.ListenerCondition.pathPatterns([healthPath]),
      ],
      action: elb.ListenerAction.forward([this.targetGroup]),
    });
  }

  /**
   * The other face of port 80. The rule is of the lowest kind, so that neither the service nor a
   * security group comes to depend on it: a flip changes what stands here and nothing else.
   */
  private openHttp(props: HttpsEdgeProps, emergency: EmergencyHttp): void {
    const paths = [...props.webhookPaths, healthPath];
    new elb.CfnListenerRule(this, 'EmergencyHttp', {
      listenerArn: this.httpListener.listenerArn,
      priority: 1,
      conditions: [{ field: 'path-pattern', pathPatternConfig: { values: paths } }],
      actions: [{ type: 'forward', targetGroupArn: this.targetGroup.targetGroupArn }],
    });
    const until = emergency.until?.toISOString() ?? 'somebody deploys without forceHttpForwarding';
    Tags.of(this.loadBalancer).add('tollgate:emergency-http', `on until ${until}`, {
      includeResourceTypes: ['AWS::ElasticLoadBalancingV2::LoadBalancer'],
    });
    new RunbookAlarm(this, 'EmergencyHttpAlarm', {
      topic: props.alarmTopic,
      heading: 'Emergency HTTP is on',
      description: `Port 80 forwards ${paths.join(', ')} without TLS until ${until}.`,
      // Any count of requests is at least 0, and a missing one counts too: always in alarm.
      metric: this.loadBalancer.metrics.requestCount({ period: Duration.minutes(1) }),
      threshold: 0,
      evaluationPeriods: 1,
      missingDataIsAlarming: true,
    });
  }
}
