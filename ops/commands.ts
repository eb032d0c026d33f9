import { Command } from 'commander';
import type * as DoctorCommand from './commands/doctor';
import type * as EnableCommand from './commands/enable';
import type * as EventsCommand from './commands/events';
import type * as FindCommand from './commands/find';
import type * as FlagsCommand from './commands/flags';
import type * as ImportCommand from './commands/import';
import type * as ImportMapCommand from './commands/import-map';
import type * as LedgerCommand from './commands/ledger';
import type * as LogsCommand from './commands/logs';
import type * as OutboxCommand from './commands/outbox';
import type * as ReconcileCommand from './commands/reconcile';
import type * as RollbackCommand from './commands/rollback';
import type * as SecretsCommand from './commands/secrets';
import type * as SmokeCommand from './commands/smoke';
import type * as StatusCommand from './commands/status';
import type * as SwitchCommand from './commands/switch';
import type * as TokenCommand from './commands/token';
import type * as WebhookCommand from './commands/webhook';
import { exitCodes } from './failure';

/**
 * The subcommands, one a file. A file is read when its command runs: all of them, with the clients that
 * they need, would take longer to read than a switch takes to work. Each is named as its file names it.
 */
export const commands: Readonly<Record<string, () => (ops: Command) => void>> = {
  doctor: () => (require('./commands/doctor') as typeof DoctorCommand).addDoctor,
  import: () => (require('./commands/import') as typeof ImportCommand).addImport,
  'import-map': () => (require('./commands/import-map') as typeof ImportMapCommand).addImportMap,
  token: () => (require('./commands/token') as typeof TokenCommand).addToken,
  switch: () => (require('./commands/switch') as typeof SwitchCommand).addSwitch,
  flags: () => (require('./commands/flags') as typeof FlagsCommand).addFlags,
  events: () => (require('./commands/events') as typeof EventsCommand).addEvents,
  secrets: () => (require('./commands/secrets') as typeof SecretsCommand).addSecrets,
  outbox: () => (require('./commands/outbox') as typeof OutboxCommand).addOutbox,
  ledger: () => (require('./commands/ledger') as typeof LedgerCommand).addLedger,
  find: () => (require('./commands/find') as typeof FindCommand).addFind,
  status: () => (require('./commands/status') as typeof StatusCommand).addStatus,
  logs: () => (require('./commands/logs') as typeof LogsCommand).addLogs,
  reconcile: () => (require('./commands/reconcile') as typeof ReconcileCommand).addReconcile,
  rollback: () => (require('./commands/rollback') as typeof RollbackCommand).addRollback,
  smoke: () => (require('./commands/smoke') as typeof SmokeCommand).addSmoke,
  enable: () => (require('./commands/enable') as typeof EnableCommand).addEnable,
  webhook: () => (require('./commands/webhook') as typeof WebhookCommand).addWebhook,
};

/**
 * The `ops` command.
 * @param named the one that is asked for, which alone is added. @default - all of them
 */
export function createOps(named?: string): Command {
  const ops = new Command('npm run ops --')
    .description('Operates a deployed Tollgate.')
    // Before the commands, which inherit it.
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : exitCodes.badUse));
  const isKnown = named !== undefined && Object.hasOwn(commands, named);
  for (const [name, read] of Object.entries(commands)) {
    if (!isKnown || name === named) read()(ops);
  }
  return ops;
}
