import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { LoadBalancerTarget } from 'aws-cdk-lib/aws-route53-targets';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct, DependencyGroup } from 'constructs';
import { defaultWebhookPath, healthPath, servicePort } from '../../service/contract';
import { defaults } from './defaults';
import { addRule, type EdgeListener, priorityOf, valuesTaken } from './edge-listener';
import { adoptLoadBalancer, createLoadBalancer, fullNameOfBalancer } from './edge-load-balancer';
import { showEmergency } from './emergency-signs';
import type { HttpsEdgeProps } from './https-edge-props';
import {
  type EdgeRule,
  type EdgeRulesProps,
  flaggedRules,
  forceHttpForwardingRules,
  inRules,
  numbered,
} from './listener-rules';
import { ruleLimits } from './load-balancer-limits';
import { apiPaths, ownPaths } from './own-paths';
import { fullNameOf, taskTargetGroup } from './task-target-group';

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
  /** What the service registers its tasks in. */
  readonly targetGroup: elb.IApplicationTargetGroup;
  readonly httpListener: elb.IApplicationListener;
  readonly httpsListener: elb.IApplicationListener | undefined;
  /** What the HTTPS listener presents; `undefined` without one, or where it has others' alone. */
  readonly certificate: acm.ICertificate | undefined;
  /** What the target group belongs to the load balancer by: without it, ECS refuses a service. */
  readonly attachment = new DependencyGroup();
  readonly domainName: string;
  readonly webhookPaths: readonly string[];
  private readonly http: EdgeListener;
  private readonly https: EdgeListener | undefined;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: HttpsEdgeProps,
  ) {
    super(scope, id);
    const { certificate, hostedZone, vpc } = props;
    this.domainName = props.domainName;
    this.webhookPaths = props.webhookPaths ?? [defaultWebhookPath];
    this.loadBalancer =
      props.loadBalancer === undefined
        ? createLoadBalancer(this, {
            vpc,
            vpcSubnets: props.vpcSubnets ?? { subnetType: ec2.SubnetType.PUBLIC },
            deletionProtection: props.deletionProtection ?? false,
            hasFirewall: props.hasFirewall ?? false,
          })
        : adoptLoadBalancer(this, props.loadBalancer);
    this.loadBalancerFullName = fullNameOfBalancer(this.loadBalancer);
    this.targetGroup = props.targetGroup ?? taskTargetGroup(this, 'Targets', vpc);
    this.http = this.provideHttpListener();
    this.httpListener = this.http.listener;
    this.certificate = certificate === 'create' ? this.createCertificate() : certificate;
    const hasHttps = certificate !== undefined || props.httpsListener !== undefined;
    this.https = hasHttps ? this.provideHttpsListener() : undefined;
    this.httpsListener = this.https?.listener;
    if (this.https === undefined) this.attachTargetGroup(this.http);
    if (hostedZone !== undefined) this.addAlias(this, 'Alias', hostedZone, this.domainName);
  }

  /**
   * The rules of the flags in force, on port 443 and, in an emergency, on port 80.
   * @param targetGroup where the tasks are that take the requests now
   * @param alarmTopic is told of emergency HTTP
   */
  addFlaggedRules(targetGroup: elb.IApplicationTargetGroup, alarmTopic: sns.ITopic): void {
    const { forceHttpForwarding, maintenance = false } = this.props;
    const add = (listener: EdgeListener, rules: readonly EdgeRule[]) => {
      for (const rule of rules) addRule(this, listener, rule, targetGroup);
    };
    if (this.https !== undefined) {
      add(this.https, flaggedRules({ ...this.rulesProps(this.https), maintenance }));
    }
    if (forceHttpForwarding === undefined) return;
    add(this.http, forceHttpForwardingRules(this.rulesProps(this.http)));
    const paths = [...this.webhookPaths, healthPath];
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
  addAlias(scope: Construct, id: string, zone: route53.IHostedZone, hostName: string): void {
    new route53.ARecord(scope, id, {
      zone,
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

  /** What maintenance closes on port 443. */
  get closedPaths(): readonly string[] {
    const { adapters, httpsListener, takesWholeHost } = this.props;
    return httpsListener === undefined || takesWholeHost ? ['/*'] : apiPaths(adapters);
  }

  private httpsOrThrow(): EdgeListener {
    if (this.https === undefined) throw new Error('only an HTTPS listener has further services');
    return this.https;
  }

  /**
   * The one listener on port 80. Its id and port never change; in an emergency its redirect is
   * temporary, because browsers keep a permanent one long after the emergency.
   */
  private provideHttpListener(): EdgeListener {
    const { forceHttpForwarding, httpListener } = this.props;
    const redirect = {
      protocol: 'HTTPS',
      port: '443',
      permanent: forceHttpForwarding === undefined,
    };
    const adopted = this.share(httpListener);
    if (adopted === undefined) {
      const listener = this.loadBalancer.addListener('Http', {
        protocol: elb.ApplicationProtocol.HTTP,
        port: 80,
        open: this.props.loadBalancer === undefined,
        defaultAction: elb.ListenerAction.redirect(redirect),
      });
      return { listener, shared: undefined };
    }
    this.takeOwn('HttpRedirect', adopted, elb.ListenerAction.redirect(redirect));
    return adopted;
  }

  private createCertificate(): acm.ICertificate {
    return new acm.Certificate(this, 'Certificate', {
      domainName: this.domainName,
      validation: acm.CertificateValidation.fromDns(this.props.hostedZone),
    });
  }

  private provideHttpsListener(): EdgeListener {
    const certificates = this.certificate === undefined ? [] : [this.certificate];
    const adopted = this.share(this.props.httpsListener);
    if (adopted === undefined) {
      const listener = this.loadBalancer.addListener('Https', {
        protocol: elb.ApplicationProtocol.HTTPS,
        port: 443,
        open: this.props.loadBalancer === undefined,
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
    const forward = elb.ListenerAction.forward([this.targetGroup]);
    for (const rule of this.takeOwn('Domain', adopted, forward)) this.attachment.add(rule);
    return adopted;
  }

  /** The requests that are ours in a listener that others have rules in. */
  private takeOwn(
    id: string,
    listener: EdgeListener,
    action: elb.ListenerAction,
  ): readonly elb.ApplicationListenerRule[] {
    const { adapters, takesWholeHost } = this.props;
    const paths = takesWholeHost ? ['/*'] : ownPaths(this.webhookPaths, adapters);
    return inRules(paths, ruleLimits.conditionValues - valuesTaken(listener)).map(
      (some, index) =>
        new elb.ApplicationListenerRule(this, numbered(id, index), {
          listener: listener.listener,
          priority: priorityOf(listener, orderOfDomain + index),
          conditions: [
            elb.ListenerCondition.hostHeaders([this.domainName]),
            ...(takesWholeHost ? [] : [elb.ListenerCondition.pathPatterns([...some])]),
          ],
          action,
        }),
    );
  }

  /** A listener that others have rules in: ours are for our host, at the priorities left to us. */
  private share(listener: elb.IApplicationListener | undefined): EdgeListener | undefined {
    if (listener === undefined) return undefined;
    const { firstRulePriority = defaults.firstRulePriority } = this.props;
    return { listener, shared: { host: this.domainName, firstPriority: firstRulePriority } };
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
    const { stripeIpsOnly = false } = this.props;
    return {
      webhookPaths: this.webhookPaths,
      stripeIpsOnly,
      valuesTaken: valuesTaken(listener),
      closedPaths: this.closedPaths,
    };
  }
}
