import type { App } from 'aws-cdk-lib';
import type { Environment } from '../configuration/environment-file/schema';
import { Faults } from '../configuration/faults';
import { readFlags } from '../configuration/flags';
import { environmentNames, loadEnvironment } from '../configuration/load-environment';
import { resolveSettings, type Settings, type Surroundings } from '../configuration/settings';
import { DataStack } from './data-stack';
import { DeployRoleStack } from './deploy-role-stack';
import { MonitoringStack } from './monitoring-stack';
import { NetworkStack } from './network-stack';
import { ServiceStack } from './service-stack';

/** The stacks of one environment. */
export interface Tollgate {
  readonly settings: Settings;
  readonly network: NetworkStack;
  readonly data: DataStack;
  readonly service: ServiceStack;
  readonly monitoring: MonitoringStack;
  /** For GitHub Actions, by choice. */
  readonly deployRole: DeployRoleStack | undefined;
}

/**
 * Reads flags and environment file, and builds the stacks of the environment.
 * @throws ConfigurationError with everything that is wrong
 */
export function buildTollgate(app: App, surroundings: Surroundings): Tollgate {
  const settings = readSettings(app.node.getAllContext(), surroundings);
  const { environment, prefix } = settings;
  const common = {
    settings,
    tags: { project: environment.project, environment: settings.name },
    env: { region: environment.region, ...accountOf(environment) },
    // All of them: a `destroy --all` that is refused half-way would leave an outage behind.
    terminationProtection: environment.production,
  };
  const network = new NetworkStack(app, `${prefix}-network`, common);
  const data = new DataStack(app, `${prefix}-data`, {
    ...common,
    network: network.network,
  });
  const service = new ServiceStack(app, `${prefix}-service`, {
    ...common,
    network,
    data,
  });
  const monitoring = new MonitoringStack(app, `${prefix}-monitoring`, {
    ...common,
    data,
    service,
  });
  const { deployRole } = environment;
  return {
    settings,
    network,
    data,
    service,
    monitoring,
    deployRole:
      deployRole && new DeployRoleStack(app, `${prefix}-deploy-role`, { ...common, deployRole }),
  };
}

const accountOf = ({ account }: Environment) => (account === undefined ? {} : { account });

function readSettings(
  context: Readonly<Record<string, unknown>>,
  surroundings: Surroundings,
): Settings {
  const faults = new Faults();
  const flags = readFlags(context, faults);
  if (context.env === undefined) {
    faults.add(
      `no environment is named; give one of ${environmentNames().join(', ')}, for example ` +
        '`npm run synth -- -c env=staging`',
    );
  }
  const { env } = flags;
  const environment =
    env === undefined ? undefined : loadEnvironment(env, flags.environmentFile, faults);
  const settings =
    env === undefined || environment === undefined
      ? undefined
      : resolveSettings(env, environment, flags, surroundings, faults);
  faults.throwIfAny();
  if (settings === undefined) throw new Error('settings are missing only where a fault says why');
  return settings;
}
