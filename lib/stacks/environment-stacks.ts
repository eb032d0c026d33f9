import type { App } from 'aws-cdk-lib';
import type { Environment } from '../configuration/environment-file/schema';
import type { Settings } from '../configuration/settings';
import { stackNames } from '../configuration/stack-names';
import { DataStack } from './data-stack';
import { DeployRoleStack } from './deploy-role-stack';
import { MonitoringStack } from './monitoring-stack';
import { NetworkStack } from './network-stack';
import { ServiceStack } from './service-stack';

/** The stacks of one environment. */
export interface EnvironmentStacks {
  readonly settings: Settings;
  readonly network: NetworkStack;
  readonly data: DataStack;
  readonly service: ServiceStack;
  readonly monitoring: MonitoringStack;
  /** For GitHub Actions, by choice. */
  readonly deployRole: DeployRoleStack | undefined;
  /** The stacks of production that are made first and protected once they stand. */
  readonly protectedLater: readonly string[];
}

/** Whether a stack stands already, by its name. */
export type IsStanding = (stackName: string) => boolean;

const allStand: IsStanding = () => true;

/**
 * Builds the stacks of an environment.
 * @param isStanding which of them are protected, in production: one that has never come to stand must
 * be deleted before it can be made again, and what is in it as well
 */
export function buildStacks(
  app: App,
  settings: Settings,
  isStanding: IsStanding = allStand,
): EnvironmentStacks {
  const { environment } = settings;
  const names = stackNames(settings);
  const common = {
    settings,
    tags: { project: environment.project, environment: settings.name },
    env: { region: environment.region, ...accountOf(environment) },
  };
  // All of them: a `destroy --all` that is refused half-way would leave an outage behind.
  const protection = (stackName: string) => ({
    terminationProtection: environment.production && isStanding(stackName),
  });
  const network = new NetworkStack(app, names.network, {
    ...common,
    ...protection(names.network),
  });
  const data = new DataStack(app, names.data, {
    ...common,
    ...protection(names.data),
    network: network.network,
  });
  const service = new ServiceStack(app, names.service, {
    ...common,
    ...protection(names.service),
    network,
    data,
  });
  const monitoring = new MonitoringStack(app, names.monitoring, {
    ...common,
    ...protection(names.monitoring),
    data,
    service,
  });
  const deployRole =
    environment.deployRole &&
    new DeployRoleStack(app, names.deployRole, {
      ...common,
      ...protection(names.deployRole),
      deployRole: environment.deployRole,
    });
  const stacks = [network, data, service, monitoring, ...(deployRole ? [deployRole] : [])];
  const protectedLater = stacks
    .filter(({ terminationProtection }) => environment.production && !terminationProtection)
    .map(({ stackName }) => stackName);
  return { settings, network, data, service, monitoring, deployRole, protectedLater };
}

const accountOf = ({ account }: Environment) => (account === undefined ? {} : { account });
