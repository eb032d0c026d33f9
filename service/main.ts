import { type Config, ConfigError, readConfig } from './config';
import { drainTimeoutSeconds } from './contract';
import { createLog, type Log } from './log';
import { type RunningService, startService } from './start';
import { runningVersion } from './version';

/** The container's process: reads the configuration, serves until told to stop, drains, exits. */
async function main(): Promise<void> {
  // The image runs Node.js 24: that the AWS SDK will want 22 is no news for the log.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const config = configOrExit();
  const log = createLog(config.logLevel);
  for (const remark of config.remarks) log.warn(remark);
  try {
    const service = await startService(config, log);
    const { port } = service;
    log.info({ ...runningVersion, port, mode: config.stripeMode }, 'tollgate is listening');
    await drain(service, await Promise.race([toldToStop(), service.failed]), log);
  } catch (error) {
    if (error instanceof ConfigError) exitWithFaults(error);
    log.fatal({ err: error }, 'tollgate cannot run');
    process.exit(1);
  }
}

/** The first signal to stop; later ones change nothing, so that a second Ctrl-C cuts nothing off. */
function toldToStop(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve(signal));
  });
}

async function drain(service: RunningService, signal: NodeJS.Signals, log: Log): Promise<void> {
  log.info({ signal }, 'draining');
  setTimeout(() => {
    log.error({ drainTimeoutSeconds }, 'draining took too long; exiting with work under way');
    process.exit(1);
  }, drainTimeoutSeconds * 1000).unref();
  await service.stop();
  log.info('drained');
  process.exit(0);
}

function configOrExit(): Config {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (error instanceof ConfigError) exitWithFaults(error);
    throw error;
  }
}

function exitWithFaults(error: ConfigError): never {
  process.stderr.write(`tollgate cannot start: ${error.message}.\n`);
  for (const fault of error.faults) process.stderr.write(`  - ${fault}\n`);
  process.exit(1);
}

void main();
