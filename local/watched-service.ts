import { watch } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type ServiceProcess, startServiceProcess } from './service-process';
import { typescriptRunner } from './typescript';

const root = join(__dirname, '..');
const watched = ['service', 'catalogue'];
/** Editors write a file in several steps, and a checkout writes many files. */
const settleMillis = 200;

/** The service from its source, without compiling it first. */
const serviceFromSource: readonly string[] = [typescriptRunner, join(root, 'service/main.ts')];

/** An editor that debugs us debugs the service, by what it has put into our environment. */
const ofTheDebugger = Object.fromEntries(
  ['NODE_OPTIONS', 'VSCODE_INSPECTOR_OPTIONS'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  }),
);

/**
 * Runs the service from its source, and starts it again whenever a file of service/ or catalogue/
 * changes: on the same port, with the same configuration. One that cannot start, or that crashes,
 * is waited for until the next change.
 * @param print told of each start, and why there was none
 */
export async function startWatchedService(
  environment: Parameters<typeof startServiceProcess>[0],
  logFile: string,
  print: (line: string) => void,
  /** A catalogue elsewhere, which is watched as well. */
  catalogueFile?: string,
): Promise<Pick<ServiceProcess, 'url' | 'stop' | 'exited'>> {
  const begin = () =>
    startServiceProcess({ ...environment, ...ofTheDebugger }, logFile, serviceFromSource);
  let service: ServiceProcess | undefined;
  let stopped = false;
  const follow = (begun: ServiceProcess): void => {
    service = begun;
    void begun.exited.then((how) => {
      if (service !== begun || stopped) return;
      print(
        `  the service ended by itself (${how}); see ${logFile}, and change a file to start it`,
      );
    });
  };

  const first = await begin();
  follow(first);

  const startAgain = async (changed: string): Promise<void> => {
    const beganAtMillis = performance.now();
    const before = service;
    service = undefined;
    await before?.stop();
    if (stopped) return;
    try {
      const begun = await begin();
      if (stopped) return await begun.stop();
      follow(begun);
      const seconds = ((performance.now() - beganAtMillis) / 1000).toFixed(1);
      print(`  ${changed} changed: the service runs again after ${seconds} s`);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      print(`  ${changed} changed: ${why}\n  See ${logFile}, and change a file to try again.`);
    }
  };

  // One start at a time: a change meanwhile is the next one's.
  let starts: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const changed = (file: string): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      starts = starts.then(() => startAgain(file));
    }, settleMillis);
  };
  const watchers = watched.map((folder) =>
    watch(join(root, folder), { recursive: true }, (_, name) => changed(join(folder, name ?? ''))),
  );
  if (catalogueFile !== undefined) {
    // Its folder: many editors put a new file in the place of the old one.
    const onEvent = (_: string, name: string | null) => {
      if (name === basename(catalogueFile)) changed(catalogueFile);
    };
    watchers.push(watch(dirname(catalogueFile), onEvent));
  }

  return {
    url: first.url,
    // Its end is not the end: the next change starts it again.
    exited: new Promise(() => undefined),
    async stop() {
      stopped = true;
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
      await starts;
      await service?.stop();
    },
  };
}
