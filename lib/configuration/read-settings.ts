import { Faults } from './faults';
import { readFlags } from './flags';
import { environmentNames, loadEnvironment } from './load-environment';
import { resolveSettings, type Settings, type Surroundings } from './settings';

/**
 * Reads the flags and the environment's file.
 * @param context of the CDK's app
 * @throws ConfigurationError with everything that is wrong
 */
export function readSettings(
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
