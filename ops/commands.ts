import { Command } from 'commander';
import { defaultWebhookPath } from '../service/contract';
import { addEvents } from './commands/events';
import { addFind } from './commands/find';
import { addLedger } from './commands/ledger';
import { addLogs } from './commands/logs';
import { addOutbox } from './commands/outbox';
import { addReconcile } from './commands/reconcile';
import { addFlags } from './commands/flags';
import { addRollback } from './commands/rollback';
import { addSecrets } from './commands/secrets';
import { addStatus } from './commands/status';
import { addSwitch } from './commands/switch';
import { diagnose } from './doctor';
import { exitCodes } from './failure';
import { addImport } from './import/command';
import { addImportMap } from './import-map-command';
import { printFindings } from './output';
import { parseOrigin } from './service-url';
import { addToken } from './token-command';

/** The `ops` command: one subcommand a file, each of which works without printing. */
export function createOps(): Command {
  const ops = new Command('npm run ops --')
    .description('Operates a deployed Tollgate.')
    // Before the commands, which inherit it.
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : exitCodes.badUse));
  ops
    .command('doctor')
    .description(
      'looks at a deployment from outside: one line a check, with the fix; 1 if any fails',
    )
    .requiredOption('--url <url>', 'where it is deployed, https://…', parseOrigin)
    .option('--webhook-path <path>', 'where Stripe delivers', defaultWebhookPath)
    .option('--json', 'print the findings as JSON', false)
    .action(async (options: { url: string; webhookPath: string; json: boolean }) => {
      const findings = await diagnose(options.url, options.webhookPath);
      printFindings(findings, options.json);
      process.exitCode = findings.every((finding) => finding.ok) ? 0 : 1;
    });
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
  return ops;
}
