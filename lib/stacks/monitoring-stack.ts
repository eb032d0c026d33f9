import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Settings } from '../configuration/settings';
import { Alarms } from '../constructs/alarms';
import { OperationsDashboard } from '../constructs/operations-dashboard';
import { ServiceMetrics } from '../constructs/service-metrics';
import type { DataStack } from './data-stack';
import type { ServiceStack } from './service-stack';

export interface MonitoringStackProps extends StackProps {
  readonly settings: Settings;
  readonly data: DataStack;
  readonly service: ServiceStack;
}

/** Dashboard and alarms. It hangs off the other stacks, and nothing hangs off it. */
export class MonitoringStack extends Stack {
  constructor(scope: Construct, id: string, props: MonitoringStackProps) {
    super(scope, id, props);
    const { data, service, settings } = props;
    const { environment } = settings;
    const watched = {
      edge: service.edge,
      payments: service.payments,
      database: data.ledger,
      stripeEventQueue: data.stripeEventQueue,
      serviceMetrics: new ServiceMetrics(settings.prefix),
    };
    const { alarms } = new Alarms(this, 'Alarms', {
      ...watched,
      topic: data.alarmTopic.topic,
      tasks: environment.tasks,
      quietHours: environment.quietHours,
      storesCatalogue: environment.variables?.CATALOGUE_ARN !== undefined,
    });
    new OperationsDashboard(this, 'Dashboard', {
      ...watched,
      dashboardName: settings.prefix,
      alarms: [service.payments.errorsAlarm, ...alarms],
    });
  }
}
