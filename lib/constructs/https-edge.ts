import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { LoadBalancerTarget } from 'aws-cdk-lib/aws-route53-targets';
import { Construct, DependencyGroup } from 'constructs';
import { healthPath, servicePort } from '../../service/contract';
import type { Settings } from '../configuration/settings';
import type { AlarmTopic } from './alarm-topic';
import { addRule, type EdgeListener, priorityOf, valuesTaken } from './edge-listener';
import { adoptLoadBalancer, createLoadBalancer, type EdgeLoadBalancer } from './edge-load-balancer';
import { showEmergency } from './emergency-signs';
import {
  type EdgeRule,
  type EdgeRulesProps,
  flaggedRules,
  forceHttpForwardingRules,
} from './listener-rules';
import type { Network } from './network';
import type { PublicZone } from './public-zone';
import { adoptTargetGroup, fullNameOf, taskTargetGroup } from './task-target-group';

export interface HttpsEdgeProps {
  /** Whose public subnets the load balancer is in. */
  readonly network: Network;
  /**
   * The zone of the domain.
   * @default - no alias record
   */
  readonly zone: PublicZone | undefined;
  /** Domain, certificate, webhook paths, what is adopted, and the flags in force. */
  readonly settings: Settings;
  /** Whether the deletion of the load balancer is refused: once it stands, as with the database. */
  readonly isProtected: boolean;
}

/** Requests for another service. */
interface Forward {
  /** Its place among the rules; below those of flags, above the way to the service. */
  readonly order: number;
  readonly hosts: readonly string[];
  readonly paths: readonly string[];
  readonly targetGroup: elb.IApplicationTargetGroup;
}

/** Behind the rules of flags and of the front end, in a listener that is shared. */
const orderOfDomain = 90;
/** Behind every other rule. */
const orderOfAttachment = 98;

/** Load balancer, listeners, certificate and alias record: everything between Stripe and the tasks. */
export class HttpsEdge extends Construct {
  readonly loadBalancer: elb.IApplicationLoadBalancer;
  /** `app/name/id`, which metrics know the load balancer by. */
  readonly loadBalancerFullName: string;
  readonly loadBalancerDnsName: string;
  /** What the service registers its tasks in. */
  readonly targetGroup: elb.IApplicationTargetGroup;
  readonly httpListener: elb.IApplicationListener;
  readonly httpsListener: elb.IApplicationListener | undefined;
  /** What the HTTPS listener presents; `undefined` without one, or where it has others' alone. */
  readonly certificate: acm.ICertificate | undefined;
  /** What the target group belongs to the load balancer by: without it, ECS refuses a service. */
  readonly attachment = new DependencyGroup();
  private readonly settings: Settings;
  private readonly http: EdgeListener;
  private readonly https: EdgeListener | undefined;

  constructor(scope: Construct, id: string, props: HttpsEdgeProps) {
    super(scope, id);
    const { network, settings, zone } = props;
    const { environment } = settings;
    this.settings = settings;
    const edge: EdgeLoadBalancer =
      environment.loadBalancer === undefined
        ? createLoadBalancer(this, network, {
            deletionProtection: props.isProtected,
            hasFirewall: environment.firewall.enabled,
          })
        : adoptLoadBalancer(this, network.vpc, environment.loadBalancer);
    this.loadBalancer = edge.loadBalancer;
    this.loadBalancerFullName = edge.fullName;
    this.loadBalancerDnsName = edge.dnsName;
    this.targetGroup = this.provideTargetGroup(network.vpc);
    this.http = this.provideHttpListener();
    this.httpListener = this.http.listener;
    // enableAcm is given, with dnsDelegated and waitForCertificateValidation for one that is made here.
    this.certificate = settings.https.hasCertificate ? this.provideCertificate(zone) : undefined;
    this.https = settings.https.hasListener ? this.provideHttpsListener() : undefined;
    this.httpsListener = this.https?.listener;
    if (this.https === undefined) this.attachTargetGroup(this.http);
    if (zone !== undefined) this.addAlias(this, 'Alias', zone, environment.domainName);
  }

  /**
   * The rules of the flags in force, on port 443 and, in an emergency, on port 80.
   * @param targetGroup where the tasks are that take the requests now
   * @param alarmTopic is told of emergency HTTP
   */
  addFlaggedRules(targetGroup: elb.IApplicationTargetGroup, alarmTopic: AlarmTopic): void {
    const { forceHttpForwarding, environment, maintenance } = this.settings;
    const add = (listener: EdgeListener, rules: readonly EdgeRule[]) => {
      for (const rule of rules) addRule(this, listener, rule, targetGroup);
    };
    if (this.https !== undefined) {
      add(this.https, flaggedRules({ ...this.rulesProps(this.https), maintenance }));
    }
    if (forceHttpForwarding === undefined) return;
    add(this.http, forceHttpForwardingRules(this.rulesProps(this.http)));
    const paths = [...environment.webhookPaths, healthPath];
    showEmergency(this, this.loadBalancer, paths, alarmTopic, forceHttpForwarding);
  }

  /**
   * A metric of the tasks, as the load balancer sees them. The target group's own metrics would name
   * the load balancer by a listener, and so tie every alarm to which listeners there are.
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
   */
  targetMetric(
    metricName: string,
    options: cloudwatch.MetricOptions,
    targetGroup: elb.IApplicationTargetGroup = this.targetGroup,
  ): cloudwatch.Metric {
    return new cloudwatch.Metric({
      namespace: 'AWS/ApplicationELB',
      metricName,
      dimensionsMap: {
        LoadBalancer: this.loadBalancerFullName,
        TargetGroup: fullNameOf(targetGroup),
      },
      ...options,
    });
  }

  /**
   * Lets the load balancer in to tasks. Of a target group that is created here the CDK knows it; of
   * one that is adopted it knows nothing.
   */
  letIn(tasks: ec2.IConnectable, port: number = servicePort): void {
    const [securityGroup] = this.loadBalancer.connections.securityGroups;
    if (securityGroup === undefined) throw new Error('a load balancer has a security group');
    tasks.connections.allowFrom(securityGroup, ec2.Port.tcp(port), 'The load balancer');
  }

  /** The record of a host name in the zone. With its dot, the name is itself in whatever zone. */
  addAlias(scope: Construct, id: string, zone: PublicZone, hostName: string): void {
    new route53.ARecord(scope, id, {
      zone: zone.zone,
      recordName: `${hostName}.`,
      target: route53.RecordTarget.fromAlias(new LoadBalancerTarget(this.loadBalancer)),
    });
  }

  /** Forwards some requests on port 443 to another service; without hosts, those to ours. */
  addForward(scope: Construct, id: string, to: Forward): elb.ApplicationListenerRule {
    const https = this.httpsOrThrow();
    const ownHost = https.shared === undefined ? [] : [https.shared.host];
    const hosts = to.hosts.length > 0 ? [...to.hosts] : ownHost;
    return new elb.ApplicationListenerRule(scope, id, {
      listener: https.listener,
      priority: priorityOf(https, to.order),
      conditions: [
        ...(hosts.length > 0 ? [elb.ListenerCondition.hostHeaders(hosts)] : []),
        ...(to.paths.length > 0 ? [elb.ListenerCondition.pathPatterns([...to.paths])] : []),
      ],
      action: elb.ListenerAction.forward([to.targetGroup]),
    });
  }

  /** Presents a further certificate on port 443, to who asks for a name of it. */
  present(scope: Construct, certificate: acm.ICertificate): void {
    new elb.ApplicationListenerCertificate(scope, 'ListenerCertificate', {
      listener: this.httpsOrThrow().listener,
      certificates: [certificate],
    });
  }

  private httpsOrThrow(): EdgeListener {
    if (this.https === undefined) throw new Error('only an HTTPS listener has further services');
    return this.https;
  }

  private provideTargetGroup(vpc: ec2.IVpc): elb.IApplicationTargetGroup {
    const { loadBalancer } = this.settings.environment;
    if (loadBalancer?.targetGroupArn === undefined) return taskTargetGroup(this, 'Targets', vpc);
    return adoptTargetGroup(this, 'Targets', {
      targetGroupArn: loadBalancer.targetGroupArn,
      loadBalancerArns: loadBalancer.arn,
    });
  }

  /**
   * The one listener on port 80. Its id and port never change; in an emergency its redirect is
   * temporary, because browsers keep a permanent one long after the emergency.
   */
  private provideHttpListener(): EdgeListener {
    const { environment, forceHttpForwarding } = this.settings;
    const redirect = {
      protocol: 'HTTPS',
      port: '443',
      permanent: forceHttpForwarding === undefined,
    };
    const adopted = this.adoptListener('Http', environment.loadBalancer?.httpListenerArn);
    if (adopted === undefined) {
      const listener = this.loadBalancer.addListener('Http', {
        protocol: elb.ApplicationProtocol.HTTP,
        port: 80,
        open: environment.loadBalancer === undefined,
        defaultAction: elb.ListenerAction.redirect(redirect),
      });
      return { listener, shared: undefined };
    }
    new elb.ApplicationListenerRule(this, 'HttpRedirect', {
      listener: adopted.listener,
      priority: priorityOf(adopted, orderOfDomain),
      conditions: [elb.ListenerCondition.hostHeaders([environment.domainName])],
      action: elb.ListenerAction.redirect(redirect),
    });
    return adopted;
  }

  private provideCertificate(zone: PublicZone | undefined): acm.ICertificate {
    const { domainName, https } = this.settings.environment;
    return https.certificateArn === undefined
      ? new acm.Certificate(this, 'Certificate', {
          domainName,
          validation: acm.CertificateValidation.fromDns(zone?.zone),
        })
      : acm.Certificate.fromCertificateArn(this, 'Certificate', https.certificateArn);
  }

  private provideHttpsListener(): EdgeListener {
    const { domainName, loadBalancer } = this.settings.environment;
    const certificates = this.certificate === undefined ? [] : [this.certificate];
    const adopted = this.adoptListener('Https', loadBalancer?.httpsListenerArn);
    if (adopted === undefined) {
      const listener = this.loadBalancer.addListener('Https', {
        protocol: elb.ApplicationProtocol.HTTPS,
        port: 443,
        open: loadBalancer === undefined,
        certificates,
        sslPolicy: elb.SslPolicy.TLS13_12_RES_PQ,
        defaultTargetGroups: [this.targetGroup],
      });
      this.attachment.add(listener);
      return { listener, shared: undefined };
    }
    if (certificates.length > 0) {
      new elb.ApplicationListenerCertificate(this, 'ListenerCertificate', {
        listener: adopted.listener,
        certificates,
      });
    }
    const rule = new elb.ApplicationListenerRule(this, 'Domain', {
      listener: adopted.listener,
      priority: priorityOf(adopted, orderOfDomain),
      conditions: [elb.ListenerCondition.hostHeaders([domainName])],
      action: elb.ListenerAction.forward([this.targetGroup]),
    });
    this.attachment.add(rule);
    return adopted;
  }

  /** A listener that others have rules in: ours are for our host, at the priorities left to us. */
  private adoptListener(id: string, arn: string | undefined): EdgeListener | undefined {
    const { domainName, loadBalancer } = this.settings.environment;
    const [securityGroup] = this.loadBalancer.connections.securityGroups;
    if (arn === undefined || loadBalancer === undefined || securityGroup === undefined) {
      return undefined;
    }
    return {
      listener: elb.ApplicationListener.fromApplicationListenerAttributes(this, id, {
        listenerArn: arn,
        securityGroup,
      }),
      shared: { host: domainName, firstPriority: loadBalancer.firstRulePriority },
    };
  }

  /**
   * ECS refuses a service whose target group belongs to no load balancer. Until there is an HTTPS
   * listener, this rule makes it belong. No client comes upon its host, which RFC 2606 keeps out of
   * the DNS; one that sends it on purpose gets the health path and nothing else.
   */
  private attachTargetGroup(http: EdgeListener): void {
    const rule = new elb.ApplicationListenerRule(this, 'TargetGroupAttachment', {
      listener: http.listener,
      priority: http.shared === undefined ? 50_000 : priorityOf(http, orderOfAttachment),
      conditions: [
        elb.ListenerCondition.hostHeaders(['attachment.invalid']),
        elb.ListenerCondition.pathPatterns([healthPath]),
      ],
      action: elb.ListenerAction.forward([this.targetGroup]),
    });
    this.attachment.add(rule);
  }

  private rulesProps(listener: EdgeListener): EdgeRulesProps {
    const { environment, stripeIpsOnly } = this.settings;
    const { webhookPaths } = environment;
    return { webhookPaths, stripeIpsOnly, valuesTaken: valuesTaken(listener) };
  }
}
