import { Command } from 'commander';
import { addDoctor } from './commands/doctor';
import { addEnable } from './commands/enable';
import { addEvents } from './commands/events';
import { addFind } from './commands/find';
import { addFlags } from './commands/flags';
import { addLedger } from './commands/ledger';
import { addLogs } from './commands/logs';
import { addOutbox } from './commands/outbox';
import { addReconcile } from './commands/reconcile';
import { addRollback } from './commands/rollback';
import { addSecrets } from './commands/secrets';
import { addSmoke } from './commands/smoke';
import { addStatus } from './commands/status';
import { addSwitch } from './commands/switch';
import { addWebhook } from './commands/webhook';
import { exitCodes } from './failure';
import { addImport } from './import/command';
import { addImportMap } from './import-map-command';
import { addToken } from './token-command';

/** The `ops` command: one subcommand a file, each of which works without printing. */
export function createOps(): Command {
  const ops = new Command('npm run ops --')
    .description('Operates a deployed Tollgate.')
    // Before the commands, which inherit it.
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : exitCodes.badUse));
  addDoctor(ops);
  addImport(ops);
  addImportMap(ops);
  addToken(ops);
  addSwitch(ops);
  addFlags(ops);
  addEvents(ops);
  addSecrets(ops);
  addOutbox(ops);
  addLedger(ops);
  addFind(ops);
  addStatus(ops);
  addLogs(ops);
  addReconcile(ops);
  addRollback(ops);
  addSmoke(ops);
  addEnable(ops);
  addWebhook(ops);
  return ops;
}
